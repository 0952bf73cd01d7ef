"""The hotline's fee on a work order, by rules that are data. Pure, in cents.

The first rule that fits counts; where none fits, the order is free.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BASIS = 10_000


@dataclass(frozen=True, slots=True)
class FeeRule:
    """`categories` empty: all. `free_orders`: the first of a vendor in a month cost nothing."""

    name: str
    categories: frozenset[str] = frozenset()
    basis_points: int = 0
    fixed_cents: int = 0
    least_cents: int = 0
    most_cents: int | None = None
    free_orders: int = 0
    is_for_elders: bool | None = None


@dataclass(frozen=True, slots=True)
class Charged:
    """What a fee is reckoned from; `nth_in_month` counts the vendor's orders from one."""

    category: str
    amount_cents: int
    nth_in_month: int
    is_elder: bool


@dataclass(frozen=True, slots=True)
class Fee:
    cents: int
    rule: str | None = None


DEFAULT_RULES = (
    FeeRule("老年人订单免服务费", is_for_elders=True),
    FeeRule("每月前三单免费，其后按成交额3%，最高30元", basis_points=300, most_cents=3_000,
            free_orders=3),
)  # fmt: skip


def fee_of(order: Charged, rules: Sequence[FeeRule]) -> Fee:
    for rule in rules:
        if _fits(rule, order):
            return Fee(_amount(rule, order), rule.name)
    return Fee(0)


def read_rules(lines: Sequence[Mapping[str, Any]]) -> tuple[FeeRule, ...]:
    """Rules as the database keeps them."""
    return tuple(
        FeeRule(**{**line, "categories": frozenset(line.get("categories") or ())}) for line in lines
    )


def _fits(rule: FeeRule, order: Charged) -> bool:
    if rule.is_for_elders is not None and rule.is_for_elders != order.is_elder:
        return False
    return not rule.categories or order.category in rule.categories


def _amount(rule: FeeRule, order: Charged) -> int:
    """Half a cent is rounded up; no fee is higher than what was paid."""
    if order.nth_in_month <= rule.free_orders or order.amount_cents <= 0:
        return 0
    share = (order.amount_cents * rule.basis_points + BASIS // 2) // BASIS
    fee = max(share + rule.fixed_cents, rule.least_cents)
    most = order.amount_cents if rule.most_cents is None else rule.most_cents
    return min(fee, most, order.amount_cents)
