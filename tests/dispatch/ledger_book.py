"""A journal in memory and, beside it, the same figures kept by plain addition."""

import random
from collections import Counter
from collections.abc import Callable
from uuid import UUID

from hotline.dispatch.ledger import (
    Account,
    Entry,
    EntryKind,
    OrderStanding,
    Posting,
    balances,
    deposit,
    frozen,
    order_in_ledger,
    owed_to_vendor,
    penalty_from_deposit,
    posting,
    reversal_of,
    standing_entries,
    steps_for,
    turnover,
)
from hotline.dispatch.ledger_fees import DEFAULT_RULES, Charged, fee_of

BY_HAND = (EntryKind.DEPOSIT, EntryKind.PENALTY, EntryKind.CORRECTION, EntryKind.RECEIPT)


class Book:
    """One vendor. `owed`, `held`, `sold` are kept without the ledger, order by order."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.of_order: dict[int, list[Entry]] = {}
        self.orders: dict[int, OrderStanding] = {}
        self.subsidies: Counter[int] = Counter()
        self.by_hand = 0
        self.deposit = 0
        self.sums: Counter[Account] = Counter()

    def post(self, made: Posting, *, order: int | None = None, back: Entry | None = None) -> Entry:
        number = UUID(int=len(self.entries) + 1)
        entry = Entry(number, made.kind, made.lines, back.id if back else None)
        self.entries.append(entry)
        if order is not None:
            self.of_order.setdefault(order, []).append(entry)
        for line in made.lines:
            self.sums[line.account] += line.cents
        return entry

    def follow(self, number: int, standing: OrderStanding) -> None:
        """As the service does: one entry for each step."""
        self.orders[number] = standing
        known = self.of_order.setdefault(number, [])
        for step in steps_for(standing, order_in_ledger(known)):
            back = None
            if step.takes_back is not None:
                back = next(one for one in standing_entries(known) if one.kind is step.takes_back)
            self.post(step.posting, order=number, back=back)

    def check(self) -> None:
        assert sum(self.sums.values()) == 0
        nets = {
            number: self.subsidies[number] - order.fee_cents
            for number, order in self.orders.items()
        }
        held = sum(nets[number] for number, one in self.orders.items() if one.is_disputed)
        assert frozen(self.sums) == held
        assert owed_to_vendor(self.sums) == sum(nets.values()) - held + self.by_hand
        assert deposit(self.sums) == self.sums[Account.SUPERVISED_BANK] == self.deposit
        sold = sum(order.amount_cents for order in self.orders.values())
        assert turnover(self.sums) == self.sums[Account.PAID_DIRECTLY] == sold

    def check_whole(self) -> None:
        """The running sums are those of all lines."""
        self.check()
        sums = balances(line for entry in self.entries for line in entry.lines)
        assert {key: cents for key, cents in sums.items() if cents} == {
            key: cents for key, cents in self.sums.items() if cents
        }


def operate(book: Book, chance: random.Random) -> None:
    """One random thing that happens to a vendor."""
    operations: list[Callable[[Book, random.Random], None]] = [
        _new_order, _new_order, _change_order, _dispute, _cancel, _subsidy, _by_hand,
        _penalty_from_deposit, _pay_out, _take_back,
    ]  # fmt: skip
    chance.choice(operations)(book, chance)


def _new_order(book: Book, chance: random.Random) -> None:
    number = len(book.orders) + 1
    _follow(book, chance, number, chance.randint(1, 200_000), is_disputed=False)


def _follow(
    book: Book, chance: random.Random, number: int, cents: int, *, is_disputed: bool
) -> None:
    charged = Charged("管道疏通", cents, chance.randint(1, 9), chance.random() < 0.2)
    fee = fee_of(charged, DEFAULT_RULES).cents
    book.follow(number, OrderStanding(cents, fee, is_disputed))


def _any_order(book: Book, chance: random.Random) -> int | None:
    return chance.choice(list(book.orders)) if book.orders else None


def _change_order(book: Book, chance: random.Random) -> None:
    if (number := _any_order(book, chance)) is not None:
        disputed = book.orders[number].is_disputed
        _follow(book, chance, number, chance.randint(1, 200_000), is_disputed=disputed)


def _dispute(book: Book, chance: random.Random) -> None:
    if (number := _any_order(book, chance)) is not None:
        order = book.orders[number]
        turned = OrderStanding(order.amount_cents, order.fee_cents, not order.is_disputed)
        book.follow(number, turned)


def _cancel(book: Book, chance: random.Random) -> None:
    if (number := _any_order(book, chance)) is not None:
        book.follow(number, OrderStanding(0, 0, is_disputed=False))


def _subsidy(book: Book, chance: random.Random) -> None:
    if (number := _any_order(book, chance)) is not None:
        cents = chance.randint(1, 20_000)
        book.post(posting(EntryKind.SUBSIDY, cents), order=number)
        book.subsidies[number] += cents
        book.follow(number, book.orders[number])


def _by_hand(book: Book, chance: random.Random) -> None:
    kind, cents = chance.choice(BY_HAND), chance.randint(1, 500_000)
    if kind is EntryKind.CORRECTION and chance.random() < 0.5:
        cents = -cents
    book.post(posting(kind, cents))
    _note(book, kind, cents)


def _note(book: Book, kind: EntryKind, cents: int) -> None:
    if kind is EntryKind.DEPOSIT:
        book.deposit += cents
    else:
        book.by_hand += -cents if kind is EntryKind.PENALTY else cents


def _penalty_from_deposit(book: Book, chance: random.Random) -> None:
    if book.deposit > 0:
        cents = chance.randint(1, book.deposit)
        book.post(penalty_from_deposit(cents))
        book.deposit -= cents


def _pay_out(book: Book, _chance: random.Random) -> None:
    if (cents := owed_to_vendor(book.sums)) > 0:
        book.post(posting(EntryKind.PAYOUT, cents))
        book.by_hand -= cents


def _take_back(book: Book, chance: random.Random) -> None:
    plain = [one for one in standing_entries(book.entries[-40:]) if one.kind in BY_HAND
             and len(one.lines) == 2]  # fmt: skip
    if plain:
        entry = chance.choice(plain)
        book.post(reversal_of(entry.lines), back=entry)
        _note(book, entry.kind, -entry.lines[0].cents)
