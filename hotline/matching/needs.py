"""Two needs in one breath, told apart so that each is answered in order."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from hotline.matching.normalize import normalize

LONGEST = 400
"""Characters; a longer story is one need told at length."""
SHORTEST_NEED = 4


def split_needs(text: str) -> tuple[str, ...]:
    """The needs in the order said; the whole utterance when it is one. At most three."""
    said = normalize(text)
    if len(said) > LONGEST:
        return (said,)
    needs = [need for part in _joint().split(said) if (need := part.strip("，。？ "))]
    if len(needs) < 2 or not all(_is_need(need) for need in needs):
        return (said,) if said else ()
    return tuple(needs[:3])


def _is_need(part: str) -> bool:
    bare = re.sub(r"[，。？\s]", "", part)
    return len(bare) >= SHORTEST_NEED and any(sign in bare for sign in _signs())


@cache
def _joint() -> re.Pattern[str]:
    return re.compile(r"[，。？]?(?:" + "|".join(_listed()["joints"]) + ")")


@cache
def _signs() -> tuple[str, ...]:
    return tuple(_listed()["need_signs"])


@cache
def _listed() -> dict[str, list[str]]:
    listing = files("hotline.matching") / "lexicon" / "needs.toml"
    return tomllib.loads(listing.read_text(encoding="utf-8"))
