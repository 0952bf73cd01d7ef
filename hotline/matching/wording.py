"""What is left of an utterance when the talk around the need is taken away."""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

_MARKS = re.compile(r"[^\w]|_")


def bare(normalized: str) -> str:
    """Letters and digits only: recognizers set no marks, so marks must not count."""
    return _MARKS.sub("", normalized)


def gist(normalized: str) -> str:
    """The words that tell one need from another; everything, when nothing else is left."""
    text = bare(normalized)
    return _talk().sub("", text) or text


def without_district(text: str, districts: Iterable[str]) -> str:
    """The text without the district that it says: that decides among versions, not among needs.

    A text that says two districts keeps both, since then they are the matter itself (a move).
    """
    said = [name for name in districts if name.removesuffix("区") in text]
    if len(said) != 1:
        return text
    short = re.escape(said[0].removesuffix("区"))
    return (
        re.sub(rf"(?:我在|我住|住在|在|住)?{short}(?:区|这边|那边|这儿|这里)?的?", "", text) or text
    )


@cache
def _talk() -> re.Pattern[str]:
    listing = files("hotline.matching") / "lexicon" / "wording.toml"
    words: list[str] = tomllib.loads(listing.read_text(encoding="utf-8"))["dropped"]
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)))
