"""A month in figures, and the reconciliation that shows every cent that differs."""

from datetime import date
from uuid import UUID

import pytest

from hotline.dispatch.ledger import Account, EntryKind
from hotline.dispatch.settlement_figures import figures_of, month_after, month_before
from hotline.dispatch.settlement_reconcile import Books, Check, Difference, reconcile

FIRST, SECOND = UUID(int=1), UUID(int=2)


def books(**given: object) -> Books:
    """Two vendors whose books agree."""
    agreed: dict[str, object] = {
        "totals": {
            Account.PAID_DIRECTLY: 30_000, Account.TURNOVER: -30_000,
            Account.VENDOR: 900, Account.FEE_INCOME: -900,
            Account.SUPERVISED_BANK: 500_000, Account.DEPOSIT: -500_000,
        },
        "closings": {FIRST: -900, SECOND: 0},
        "owed": {FIRST: -900},
        "openings": {FIRST: -300},
        "closings_before": {FIRST: -300, SECOND: 0},
        "orders": {FIRST: 30_000},
        "posted_orders": {FIRST: 30_000},
        "frozen": {},
        "disputed": {},
        "payouts": {},
        "posted_payouts": {},
    }  # fmt: skip
    return Books(**(agreed | given))  # type: ignore[arg-type]


def test_what_was_owed_and_what_moved_is_what_is_owed() -> None:
    figures = figures_of(
        {Account.VENDOR: 900, Account.DEPOSIT: -500_000, Account.TURNOVER: -30_000},
        {
            (EntryKind.ORDER, Account.TURNOVER): -20_000,
            (EntryKind.ORDER, Account.PAID_DIRECTLY): 20_000,
            (EntryKind.FEE, Account.VENDOR): 600,
            (EntryKind.FEE, Account.FEE_INCOME): -600,
            (EntryKind.SUBSIDY, Account.VENDOR): -5_000,
            (EntryKind.FREEZE, Account.VENDOR): 1_000,
            (EntryKind.FREEZE, Account.FROZEN): -1_000,
        },
    )
    assert figures.opening == -900
    assert figures.by_kind == {
        EntryKind.FEE: -600,
        EntryKind.SUBSIDY: 5_000,
        EntryKind.FREEZE: -1_000,
    }
    assert figures.opening + sum(figures.by_kind.values()) == figures.closing == 2_500
    assert (figures.frozen, figures.deposit, figures.turnover) == (1_000, 500_000, 20_000)


def test_a_vendor_with_nothing_has_empty_figures() -> None:
    assert figures_of({}, {}).is_empty
    assert not figures_of({Account.DEPOSIT: -1}, {}).is_empty


@pytest.mark.parametrize(
    ("month", "after"),
    [(date(2026, 12, 1), date(2027, 1, 1)), (date(2028, 2, 1), date(2028, 3, 1))],
)
def test_months_follow_each_other(month: date, after: date) -> None:
    assert month_after(month) == after
    assert month_before(after) == month


def test_books_that_agree_are_equal_in_every_check() -> None:
    compared = reconcile(books())
    assert {one.check for one in compared} == set(Check)
    assert all(one.is_equal for one in compared)


@pytest.mark.parametrize(
    ("wrong", "check"),
    [
        ({"closings": {FIRST: -899, SECOND: 0}}, Check.STATEMENTS),
        ({"openings": {FIRST: -301}}, Check.OPENINGS),
        ({"posted_orders": {FIRST: 29_999}}, Check.ORDERS),
        ({"frozen": {SECOND: 1}}, Check.FROZEN),
        ({"payouts": {FIRST: 1}}, Check.PAYOUTS),
        ({"totals": {Account.DEPOSIT: -100, Account.SUPERVISED_BANK: 99}}, Check.DEPOSITS),
        ({"totals": {Account.PAID_DIRECTLY: 1}}, Check.DIRECT),
        ({"totals": {Account.VENDOR: 1}}, Check.TRIAL_BALANCE),
    ],
)
def test_one_cent_of_difference_is_seen(wrong: dict[str, object], check: Check) -> None:
    unequal = {one.check for one in reconcile(books(**wrong)) if not one.is_equal}
    assert check in unequal


def test_parts_that_differ_are_not_hidden_by_equal_sums() -> None:
    (orders,) = [
        one for one in reconcile(books(posted_orders={SECOND: 30_000})) if one.check is Check.ORDERS
    ]
    assert orders.expected == orders.actual
    assert not orders.is_equal
    assert orders.differences == (
        Difference(FIRST, 30_000, 0),
        Difference(SECOND, 0, 30_000),
    )
