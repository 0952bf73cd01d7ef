"""Two needs in one breath, told apart so that each is answered in order."""

import re
import tomllib
from functools import cache
from importlib.resources import files

from hotline.matching.normalize import normalize

LONGEST = 400
"""Characters; a longer story is one need told at length."""
SHORTEST_NEED = 4
MOST = 3


def split_needs(text: str) -> tuple[str, ...]:
    """The needs in the order said; the whole utterance when it is one. At most three."""
    said = normalize(text)
    if not said or len(said) > LONGEST:
        return (said,) if said else ()
    needs: list[str] = []
    for part in _joint(bool(_MARKS.search(said))).split(said):
        need = part.strip("，。？ ")
        if not need:
            continue
        if needs and not (_is_need(needs[-1]) and _is_need(need)):
            return (said,)
        needs.append(need)
    return tuple(needs) if 1 < len(needs) <= MOST else (said,)


def _is_need(part: str) -> bool:
    bare = _MARKS.sub("", part)
    return len(bare) >= SHORTEST_NEED and any(sign in bare for sign in _signs())


@cache
def _joint(punctuated: bool) -> re.Pattern[str]:
    listed = _listed()
    same = "|".join(listed["same_need"])
    anywhere, paused = "|".join(listed["joints"]), "|".join(listed["after_pause"])
    pause = "[，。？]" if punctuated else ""
    return re.compile(f"[，。？]?(?!{same})(?:{anywhere})|{pause}(?!{same})(?:{paused})")


@cache
def _signs() -> tuple[str, ...]:
    return tuple(_listed()["need_signs"])


@cache
def _listed() -> dict[str, list[str]]:
    listing = files("hotline.matching") / "lexicon" / "needs.toml"
    return tomllib.loads(listing.read_text(encoding="utf-8"))


_MARKS = re.compile(r"[，。？\s]")
