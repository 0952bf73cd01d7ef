"""The definitions of all indicators, read from `kpis.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from hotline.stats.measures import dimensions_of

_COUNTED_AS = {"due_open_today": "due_open"}
_FILE = Path(__file__).with_name("kpis.toml")


class Unit(StrEnum):
    RATIO = "ratio"
    SECONDS = "seconds"
    HOURS = "hours"
    LEVEL = "level"
    COUNT = "count"


class Group(StrEnum):
    VOLUME = "volume"
    CALLS = "calls"
    SEATS = "seats"
    TICKETS = "tickets"
    OUTCOME = "outcome"
    KNOWLEDGE = "knowledge"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Kpi:
    """One indicator. `weights` make it a mean of others; a count has no denominator."""

    key: str
    group: Group
    name: str
    name_en: str
    unit: Unit
    formula: str
    formula_en: str
    excludes: str
    excludes_en: str
    source: str
    source_en: str
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    scale: float = 1.0
    target: float | None = None
    better: str | None = None
    weights: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def terms(self) -> frozenset[str]:
        """The measures that it is made of."""
        return frozenset(term.removeprefix("-") for term in (*self.numerator, *self.denominator))

    @property
    def dimensions(self) -> list[str]:
        """What it is counted by; a mean of others by what all of them are."""
        parts = [every_kpi()[key] for key in self.weights]
        terms = {term for kpi in (self, *parts) for term in kpi.terms}
        return dimensions_of({_COUNTED_AS.get(term, term) for term in terms})


@cache
def every_kpi() -> Mapping[str, Kpi]:
    """By key, in the order of the file."""
    read = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return MappingProxyType({key: _kpi(key, given) for key, given in read.items()})


def _kpi(key: str, given: dict[str, Any]) -> Kpi:
    lists = {name: tuple(given.get(name, ())) for name in ("numerator", "denominator")}
    words = {**given, "group": Group(given["group"]), "unit": Unit(given["unit"])}
    words["weights"] = MappingProxyType(dict(given.get("weights", {})))
    return Kpi(key=key, **(words | lists))
