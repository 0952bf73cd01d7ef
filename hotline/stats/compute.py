"""Indicators from sums of measures; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


def _total(terms: Sequence[str], sums: Sums) -> int:
    total = 0
    for term in terms:
        if term.startswith("-"):
            total -= sums.get(term[1:], 0)
        else:
            total += sums.get(term, 0)
    return total


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
