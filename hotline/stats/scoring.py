"""The scorecard: its criteria, and what marks add up to; pure."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("quality.toml")


@dataclass(frozen=True, slots=True)
class Criterion:
    """`points` is the most that it gives; a fatal fault gives none and takes all."""

    key: str
    name: str
    name_en: str
    points: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    criteria: Sequence[Criterion]
    fatal: Sequence[Criterion]
    pass_total: int


@dataclass(frozen=True, slots=True)
class Score:
    total: int
    is_passed: bool


@cache
def scorecard() -> Card:
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return Card(
        criteria=tuple(Criterion(**one) for one in read["criteria"]),
        fatal=tuple(Criterion(**one) for one in read["fatal"]),
        pass_total=read["pass"],
    )


def score(marks: Mapping[str, int], fatal: Collection[str]) -> Score:
    """Raises ValueError unless every criterion is marked, within its points."""
    card = scorecard()
    known = {one.key: one.points for one in card.criteria}
    if set(marks) != set(known) or set(fatal) - {one.key for one in card.fatal}:
        raise ValueError("every criterion is marked, and nothing else")
    if any(not 0 <= mark <= known[key] for key, mark in marks.items()):
        raise ValueError("a mark lies within the points of its criterion")
    total = 0 if fatal else sum(marks.values())
    return Score(total, total >= card.pass_total)
