"""A vendor's month in figures: what was owed before, what moved, what is owed after. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from hotline.dispatch.ledger import (
    Account,
    Balances,
    EntryKind,
    deposit,
    frozen,
    owed_to_vendor,
    turnover,
)

Moved = Mapping[tuple[EntryKind, Account], int]
"""Debits less credits of a month, by what they were about and on which account."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Cents. `opening` + everything `by_kind` = `closing`; above nothing it is owed to the vendor.

    `turnover` is what residents paid the vendor directly: told, never held.
    """

    opening: int
    by_kind: Mapping[EntryKind, int]
    closing: int
    frozen: int
    deposit: int
    turnover: int

    @property
    def is_empty(self) -> bool:
        """Nothing moved and nothing is left."""
        return not (self.by_kind or self.opening or self.frozen or self.deposit or self.turnover)


def figures_of(before: Balances, moved: Moved) -> Figures:
    by_kind: Counter[EntryKind] = Counter()
    sums: Counter[Account] = Counter(before)
    month: Counter[Account] = Counter()
    for (kind, account), cents in moved.items():
        sums[account] += cents
        month[account] += cents
        if account is Account.VENDOR:
            by_kind[kind] -= cents
    return Figures(
        opening=owed_to_vendor(before),
        by_kind={kind: by_kind[kind] for kind in EntryKind if by_kind[kind]},
        closing=owed_to_vendor(sums),
        frozen=frozen(sums),
        deposit=deposit(sums),
        turnover=turnover(month),
    )


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_after(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_before(month: date) -> date:
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)
