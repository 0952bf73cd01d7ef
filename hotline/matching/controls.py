"""What a caller says to steer the talk: a person please, again, back, yes, no, goodbye, hello."""

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from hotline.matching.homophones import Sounds
from hotline.matching.normalize import normalize

LONGEST = 30
"""Characters; whoever says more than this tells of a need."""


ASIDE = 10
"""Characters that may stand beside a plain wish for a person."""


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
    written = normalize(text)
    said = _MARKS.sub("", written)
    if not said or len(said) > LONGEST:
        return None
    heard = _control_of(said)
    if heard is None and _asks_for_a_person(written):
        return Control.HUMAN
    return heard


def _asks_for_a_person(written: str) -> bool:
    """One clause asks for a person, and little else is said: 你别绕了，给我转人工."""
    clauses = [clause for clause in _MARKS.split(written) if clause]
    others = [clause for clause in clauses if _control_of(clause) is not Control.HUMAN]
    return len(others) < len(clauses) and sum(map(len, others)) <= ASIDE


def _control_of(said: str) -> Control | None:
    said = _sounds().restore(said)
    if not _characters().issuperset(said):
        return None
    heard = _tiling(said)
    if not heard:
        return Control.HANGUP if _courtesy().fullmatch(said) else None
    return next(control for control in _PRIORITY if control in heard)


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
def _characters() -> frozenset[str]:
    """All that control phrases are written with; nearly every need has another."""
    return frozenset("".join(said for group in _listed().values() for said in group["said"]))


@cache
def _sounds() -> Sounds:
    listed = _listed()
    return Sounds(listed["sounds"]["said"], {})


@cache
def _courtesy() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(_listed()['courtesy']['said'])}|[啊哦嗯哈昂呀])+")


@cache
def _lexicon() -> Mapping[Control | None, re.Pattern[str]]:
    groups = _listed()
    lexicon: dict[Control | None, re.Pattern[str]] = {
        control: re.compile("|".join(groups[control]["said"])) for control in _PRIORITY
    }
    lexicon[None] = re.compile("|".join(groups["filler"]["said"]))
    return lexicon


@cache
def _listed() -> dict[str, dict[str, list[str]]]:
    listing = files("hotline.matching") / "lexicon" / "controls.toml"
    return tomllib.loads(listing.read_text(encoding="utf-8"))


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
