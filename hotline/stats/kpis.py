"""The definitions of all indicators, read from `kpis.toml`, and the page of docs made from them."""

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
_HEADING = ("| 指标 | 公式 | 分子 | 分母 | 剔除 | 来源与目标 |", "|---|---|---|---|---|---|")


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


GROUP_NAMES: Mapping[Group, str] = {
    Group.VOLUME: "业务量",
    Group.CALLS: "接听",
    Group.SEATS: "坐席",
    Group.TICKETS: "办理",
    Group.OUTCOME: "结果与评价",
    Group.KNOWLEDGE: "知识库",
    Group.QUALITY: "质检",
}


@dataclass(frozen=True, slots=True)
class Kpi:
    """One indicator. `weights` make it a mean of others; a count has no denominator."""

    key: str
    group: Group
    name: str
    name_en: str
    unit: Unit
    formula: str
    excludes: str
    source: str
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


def as_markdown() -> str:
    """`docs/kpis.md`; a test compares it with the file."""
    lines = [
        "# 指标口径",
        "",
        "本页由 `hotline/stats/kpis.toml` 生成，接口、界面、导出与本页使用同一份定义。"
        "分子、分母一栏是 `hotline/stats/measures.py` 中计数的名称。",
    ]
    for group in Group:
        lines += ["", f"## {GROUP_NAMES[group]}", "", *_HEADING]
        lines += [_row(kpi) for kpi in every_kpi().values() if kpi.group is group]
    return "\n".join(lines) + "\n"


def _kpi(key: str, given: dict[str, Any]) -> Kpi:
    lists = {name: tuple(given.get(name, ())) for name in ("numerator", "denominator")}
    words = {**given, "group": Group(given["group"]), "unit": Unit(given["unit"])}
    words["weights"] = MappingProxyType(dict(given.get("weights", {})))
    return Kpi(key=key, **(words | lists))


def _row(kpi: Kpi) -> str:
    parts = " ".join(f"{weight:g}×`{key}`" for key, weight in kpi.weights.items())
    above = _terms(kpi.numerator) or parts
    target = "" if kpi.target is None else f"；目标 {_target(kpi)}"
    below = _terms(kpi.denominator) or "—"
    return (
        f"| **{kpi.name}** `{kpi.key}` | {kpi.formula} | {above} | {below} | {kpi.excludes} "
        f"| {kpi.source}{target} |"
    )


def _terms(terms: tuple[str, ...]) -> str:
    return " + ".join(f"`{term}`" for term in terms).replace("+ `-", "− `")


def _target(kpi: Kpi) -> str:
    sign = "≤ " if kpi.better == "down" else "≥ "
    return sign + (f"{kpi.target:.0%}" if kpi.unit is Unit.RATIO else f"{kpi.target:g}")
