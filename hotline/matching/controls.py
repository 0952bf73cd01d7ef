"""What a caller says to steer the talk: a person please, again, back, yes, no, goodbye, hello."""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from hotline.matching.normalize import normalize

LONGEST = 40
"""Characters; whoever says more than this tells of a need."""


class Control(StrEnum):
    """As `hotline match` prints them."""

    HUMAN = "human"
    REPEAT = "repeat"
    BACK = "back"
    YES = "yes"
    NO = "no"
    HANGUP = "hangup"
    GREETING = "greeting"


def hear_control(text: str) -> Control | None:
    """The control that the utterance amounts to; None as soon as it says anything else too."""
    said = _MARKS.sub("", normalize(text))
    if not said or len(said) > LONGEST:
        return None
    heard = _tiling(said)
    return None if heard is None else next((c for c in _PRIORITY if c in heard), None)


def _tiling(said: str) -> frozenset[Control] | None:
    """The controls of the best way to cut `said` wholly into control phrases and fillers."""
    best: list[tuple[int, frozenset[Control]] | None] = [None] * (len(said) + 1)
    best[0] = (0, frozenset())
    for start in range(len(said)):
        reached = best[start]
        if reached is None:
            continue
        for end, control in _pieces(said, start):
            cost = reached[0] + (2 if control is None else 1)
            controls = reached[1] if control is None else reached[1] | {control}
            known = best[end]
            if known is None or cost < known[0]:
                best[end] = (cost, controls)
    covered = best[len(said)]
    return None if covered is None else covered[1]


def _pieces(said: str, start: int) -> list[tuple[int, Control | None]]:
    pieces: list[tuple[int, Control | None]] = []
    lexicon = _lexicon()
    for end in range(start + 1, len(said) + 1):
        for control, pattern in lexicon.items():
            if pattern.fullmatch(said, start, end):
                pieces.append((end, control))
                break
    return pieces


@cache
def _lexicon() -> Mapping[Control | None, re.Pattern[str]]:
    listing = files("hotline.matching") / "lexicon" / "controls.toml"
    groups = tomllib.loads(listing.read_text(encoding="utf-8"))
    lexicon: dict[Control | None, re.Pattern[str]] = {
        control: re.compile("|".join(groups[control]["said"])) for control in _PRIORITY
    }
    lexicon[None] = re.compile("|".join(groups["filler"]["said"]))
    return lexicon


_PRIORITY = (
    Control.HUMAN,
    Control.HANGUP,
    Control.REPEAT,
    Control.BACK,
    Control.NO,
    Control.YES,
    Control.GREETING,
)
_MARKS = re.compile(r"[，。？\s]")
