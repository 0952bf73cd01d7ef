"""The ledger's arithmetic: whatever happens, in whatever order, it balances to the cent."""

import random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.dispatch.ledger import (
    Account,
    Entry,
    EntryKind,
    Line,
    OrderInLedger,
    OrderStanding,
    Posting,
    Unbalanced,
    amount_of,
    balances,
    deposit,
    frozen,
    owed_to_vendor,
    penalty_from_deposit,
    posting,
    reversal_of,
    steps_for,
)
from tests.dispatch.ledger_book import Book, operate


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**64 - 1))
def test_the_ledger_balances_through_10_000_random_operations(seed: int) -> None:
    book, chance = Book(), random.Random(seed)
    for number in range(10_000):
        operate(book, chance)
        if number % 50 == 0:
            book.check()
    book.check_whole()
    assert len(book.entries) > 5_000


@settings(max_examples=60, deadline=None)
@given(chance=st.randoms(use_true_random=False), length=st.integers(1, 60))
def test_the_ledger_balances_after_every_operation(chance: random.Random, length: int) -> None:
    book = Book()
    for _ in range(length):
        operate(book, chance)
        book.check()


@given(cents=st.integers(1, 10**12))
def test_every_kind_debits_what_it_credits(cents: int) -> None:
    for kind in set(EntryKind) - {EntryKind.REVERSAL}:
        assert sum(line.cents for line in posting(kind, cents).lines) == 0
    assert sum(line.cents for line in penalty_from_deposit(cents).lines) == 0


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (Line(Account.VENDOR, 1),),
        (Line(Account.VENDOR, 1), Line(Account.BANK, -2)),
        (Line(Account.VENDOR, 0), Line(Account.BANK, 0)),
    ],
)
def test_a_posting_that_does_not_balance_cannot_be_made(lines: tuple[Line, ...]) -> None:
    with pytest.raises(Unbalanced):
        Posting(EntryKind.CORRECTION, lines)


@pytest.mark.parametrize(
    "kind", [EntryKind.ORDER, EntryKind.FEE, EntryKind.DEPOSIT, EntryKind.PENALTY, EntryKind.PAYOUT]
)
def test_only_corrections_and_freezes_go_either_way(kind: EntryKind) -> None:
    with pytest.raises(Unbalanced):
        posting(kind, -1)
    assert owed_to_vendor(balances(posting(EntryKind.CORRECTION, -500).lines)) == -500


def test_nothing_is_posted_for_nothing() -> None:
    with pytest.raises(Unbalanced):
        posting(EntryKind.CORRECTION, 0)


def test_what_residents_pay_never_touches_a_bank_account_of_the_city() -> None:
    order = OrderStanding(amount_cents=15_000, fee_cents=450, is_disputed=False)
    (paid, fee) = (step.posting for step in steps_for(order, OrderInLedger()))
    touched = {line.account for line in (*paid.lines, *fee.lines)}
    assert touched.isdisjoint({Account.BANK, Account.SUPERVISED_BANK})
    assert owed_to_vendor(balances([*paid.lines, *fee.lines])) == -450


def test_a_penalty_from_the_deposit_leaves_the_current_account_alone() -> None:
    sums = balances(
        [*posting(EntryKind.DEPOSIT, 500_000).lines, *penalty_from_deposit(20_000).lines]
    )
    assert deposit(sums) == 480_000
    assert owed_to_vendor(sums) == 0


def test_a_disputed_order_is_frozen_with_its_subsidy_and_released_when_it_is_settled() -> None:
    book = Book()
    book.follow(1, OrderStanding(30_000, 900, is_disputed=False))
    book.post(posting(EntryKind.SUBSIDY, 5_000), order=1)
    book.follow(1, OrderStanding(30_000, 900, is_disputed=True))
    assert (owed_to_vendor(book.sums), frozen(book.sums)) == (0, 4_100)
    book.follow(1, OrderStanding(30_000, 900, is_disputed=False))
    assert (owed_to_vendor(book.sums), frozen(book.sums)) == (4_100, 0)


def test_a_changed_amount_takes_the_old_one_back_and_posts_the_new_one() -> None:
    book = Book()
    book.follow(1, OrderStanding(30_000, 900, is_disputed=False))
    book.follow(1, OrderStanding(20_000, 600, is_disputed=False))
    kinds = [entry.kind for entry in book.entries]
    assert kinds == [
        EntryKind.ORDER,
        EntryKind.FEE,
        EntryKind.REVERSAL,
        EntryKind.ORDER,
        EntryKind.REVERSAL,
        EntryKind.FEE,
    ]
    assert amount_of(book.entries, EntryKind.ORDER) == 20_000
    assert owed_to_vendor(book.sums) == -600


def test_an_order_that_stands_as_posted_needs_nothing() -> None:
    posted = OrderInLedger(amount_cents=100, fee_cents=3, frozen_cents=0, net_cents=-3)
    assert steps_for(OrderStanding(100, 3, is_disputed=False), posted) == []


def test_an_entry_that_was_taken_back_counts_no_more() -> None:
    made = Entry(UUID(int=1), EntryKind.SUBSIDY, posting(EntryKind.SUBSIDY, 700).lines)
    back = Entry(UUID(int=2), EntryKind.REVERSAL, reversal_of(made.lines).lines, made.id)
    assert amount_of([made, back], EntryKind.SUBSIDY) == 0
    assert owed_to_vendor(balances([*made.lines, *back.lines])) == 0
