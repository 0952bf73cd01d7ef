"""Indicators from sums of measures; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from hotline.stats.kpis import Kpi, every_kpi

Sums = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Value:
    """`value` is null when there is no sample; `denominator` null for what is only counted."""

    value: float | None
    numerator: float
    denominator: float | None


def value_of(kpi: Kpi, sums: Sums) -> Value:
    if kpi.weights:
        return _weighted(kpi, sums)
    above = _total(kpi.numerator, sums)
    if not kpi.denominator:
        return Value(above, above, None)
    below = _total(kpi.denominator, sums)
    return Value(above / below * kpi.scale if below > 0 else None, above, below)


def weight_of(kpi: Kpi, sums: Sums) -> int:
    """How much stands behind the value: what is below the line, else what is counted."""
    if kpi.weights:
        return int(sum(kpi.weights.values()))
    return _total(kpi.denominator, sums) or _total(kpi.numerator, sums)


def _total(terms: tuple[str, ...], sums: Sums) -> int:
    return sum(sign * sums.get(name, 0) for name, sign in _signed(terms))


@cache
def _signed(terms: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    return tuple((term.removeprefix("-"), -1 if term.startswith("-") else 1) for term in terms)


def _weighted(kpi: Kpi, sums: Sums) -> Value:
    """One part without a sample leaves no score: weights must not move by themselves."""
    parts = [
        (value_of(every_kpi()[key], sums).value, weight) for key, weight in kpi.weights.items()
    ]
    whole = sum(kpi.weights.values())
    if any(value is None for value, _ in parts):
        return Value(None, 0, whole)
    total = sum((value or 0) * weight for value, weight in parts)
    return Value(total / whole, total, whole)
