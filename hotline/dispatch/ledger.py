"""The vendors' ledger in double entry. Pure: what happened in, postings that balance out.

Amounts are cents. In a line a debit (借) is positive and a credit (贷) negative, so the lines of a
posting sum to zero. The city holds no money of residents: they pay the vendor, and what they paid
stands in `PAID_DIRECTLY` against `TURNOVER` for the record alone. The current account `VENDOR` has
what is owed to the vendor (credit) or by it (debit); `DEPOSIT` lies in a supervised bank account.
A posting is never changed, only reversed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Account(StrEnum):
    """The chart of accounts; each vendor has its own of each."""

    VENDOR = "vendor"  # 服务商往来
    FROZEN = "frozen"  # 争议冻结
    PAID_DIRECTLY = "paid_directly"  # 居民直付（备查）
    TURNOVER = "turnover"  # 成交额（备查）
    FEE_INCOME = "fee_income"  # 服务费收入
    DEPOSIT = "deposit"  # 保证金
    SUPERVISED_BANK = "supervised_bank"  # 保证金监管账户
    BANK = "bank"  # 结算银行账户
    PENALTY_INCOME = "penalty_income"  # 违约金收入
    SUBSIDY_COST = "subsidy_cost"  # 财政补贴支出
    ADJUSTMENT = "adjustment"  # 更正


class EntryKind(StrEnum):
    """What a posting is about."""

    ORDER = "order"
    FEE = "fee"
    SUBSIDY = "subsidy"
    DEPOSIT = "deposit"
    DEPOSIT_RETURN = "deposit_return"
    COMPENSATION = "compensation"
    PENALTY = "penalty"
    CORRECTION = "correction"
    RECEIPT = "receipt"
    PAYOUT = "payout"
    FREEZE = "freeze"
    RELEASE = "release"
    REVERSAL = "reversal"


class Unbalanced(ValueError):
    """Debits and credits differ: a bug of whoever made the posting."""


@dataclass(frozen=True, slots=True)
class Line:
    account: Account
    cents: int


@dataclass(frozen=True, slots=True)
class Posting:
    """One entry of the journal, before it has a row. Raises Unbalanced."""

    kind: EntryKind
    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        if len(self.lines) < 2 or any(line.cents == 0 for line in self.lines):
            raise Unbalanced(f"{self.kind}: a posting has two lines or more, none of nothing")
        if sum(line.cents for line in self.lines) != 0:
            raise Unbalanced(f"{self.kind}: debits and credits differ")


# What each kind debits and credits, for an amount above nothing.
_SIDES: Mapping[EntryKind, tuple[Account, Account]] = {
    EntryKind.ORDER: (Account.PAID_DIRECTLY, Account.TURNOVER),
    EntryKind.FEE: (Account.VENDOR, Account.FEE_INCOME),
    EntryKind.SUBSIDY: (Account.SUBSIDY_COST, Account.VENDOR),
    EntryKind.DEPOSIT: (Account.SUPERVISED_BANK, Account.DEPOSIT),
    EntryKind.DEPOSIT_RETURN: (Account.DEPOSIT, Account.SUPERVISED_BANK),
    EntryKind.COMPENSATION: (Account.DEPOSIT, Account.SUPERVISED_BANK),
    EntryKind.PENALTY: (Account.VENDOR, Account.PENALTY_INCOME),
    EntryKind.CORRECTION: (Account.ADJUSTMENT, Account.VENDOR),
    EntryKind.RECEIPT: (Account.BANK, Account.VENDOR),
    EntryKind.PAYOUT: (Account.VENDOR, Account.BANK),
    EntryKind.FREEZE: (Account.VENDOR, Account.FROZEN),
    EntryKind.RELEASE: (Account.FROZEN, Account.VENDOR),
}
# Kinds whose amount may be below nothing: a correction to the vendor's cost, and the freeze of
# what the vendor owes, which waits like what it is owed.
_EITHER_WAY = frozenset({EntryKind.CORRECTION, EntryKind.FREEZE, EntryKind.RELEASE})


def posting(kind: EntryKind, cents: int) -> Posting:
    """The posting of a kind for an amount; raises Unbalanced for an amount that it cannot have."""
    if kind not in _SIDES or cents == 0 or (cents < 0 and kind not in _EITHER_WAY):
        raise Unbalanced(f"{kind} of {cents} cents")
    debit, credit = _SIDES[kind]
    return Posting(kind, (Line(debit, cents), Line(credit, -cents)))


def penalty_from_deposit(cents: int) -> Posting:
    """Deducted from the deposit: the money moves from the supervised account to the city's."""
    if cents <= 0:
        raise Unbalanced(f"penalty of {cents} cents")
    lines = (
        Line(Account.DEPOSIT, cents),
        Line(Account.SUPERVISED_BANK, -cents),
        Line(Account.BANK, cents),
        Line(Account.PENALTY_INCOME, -cents),
    )
    return Posting(EntryKind.PENALTY, lines)


def reversal_of(lines: Iterable[Line]) -> Posting:
    """Takes every line back; what was posted stays to be seen."""
    return Posting(EntryKind.REVERSAL, tuple(Line(line.account, -line.cents) for line in lines))


Balances = Mapping[Account, int]


def balances(lines: Iterable[Line]) -> Balances:
    """Debits less credits of every account."""
    sums: Counter[Account] = Counter()
    for line in lines:
        sums[line.account] += line.cents
    return sums


def owed_to_vendor(sums: Balances) -> int:
    """What the city owes the vendor; below nothing: what the vendor owes. Without the frozen."""
    return -sums.get(Account.VENDOR, 0)


def frozen(sums: Balances) -> int:
    return -sums.get(Account.FROZEN, 0)


def deposit(sums: Balances) -> int:
    return -sums.get(Account.DEPOSIT, 0)


def turnover(sums: Balances) -> int:
    return -sums.get(Account.TURNOVER, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A posting that is in the journal; `reverses` names the entry that it takes back."""

    id: UUID
    kind: EntryKind
    lines: tuple[Line, ...]
    reverses: UUID | None = None


def standing_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Those that hold: neither taken back nor taking back."""
    known = list(entries)
    gone = {one.reverses for one in known}
    return [one for one in known if one.reverses is None and one.id not in gone]


def amount_of(entries: Iterable[Entry], kind: EntryKind) -> int:
    """What the standing entries of a kind come to."""
    return sum(
        line.cents
        for entry in standing_entries(entries)
        if entry.kind is kind
        for line in entry.lines
        if line.account is _SIDES[kind][0]
    )


@dataclass(frozen=True, slots=True)
class OrderInLedger:
    """What the ledger already has of one work order."""

    amount_cents: int = 0
    fee_cents: int = 0
    frozen_cents: int = 0
    net_cents: int = 0


def order_in_ledger(entries: Sequence[Entry]) -> OrderInLedger:
    """Of all entries of one order."""
    sums = balances(line for entry in entries for line in entry.lines)
    return OrderInLedger(
        amount_of(entries, EntryKind.ORDER),
        amount_of(entries, EntryKind.FEE),
        frozen(sums),
        owed_to_vendor(sums),
    )


@dataclass(frozen=True, slots=True)
class OrderStanding:
    """How a work order stands: what the resident paid, the fee due on it, whether it is argued."""

    amount_cents: int
    fee_cents: int
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One entry to make; with `takes_back` it reverses the order's entry of that kind."""

    posting: Posting
    takes_back: EntryKind | None = None


def steps_for(order: OrderStanding, posted: OrderInLedger) -> Sequence[Step]:
    """What must be posted so that the ledger says what the order says; nothing when it does.

    `net_cents` is what the order owes the vendor on its current account, subsidies included. While
    the order is disputed that lies in the frozen account, whichever way it goes.
    """
    made: list[Step] = []
    made.extend(_changed(EntryKind.ORDER, posted.amount_cents, order.amount_cents))
    made.extend(_changed(EntryKind.FEE, posted.fee_cents, order.fee_cents))
    net = posted.net_cents - (order.fee_cents - posted.fee_cents)
    wanted = net + posted.frozen_cents if order.is_disputed else 0
    if order.is_disputed and wanted != posted.frozen_cents:
        made.append(Step(posting(EntryKind.FREEZE, wanted - posted.frozen_cents)))
    elif wanted != posted.frozen_cents:
        made.append(Step(posting(EntryKind.RELEASE, posted.frozen_cents)))
    return made


def _changed(kind: EntryKind, before: int, after: int) -> list[Step]:
    """The old amount is taken back whole and the new one posted: both can be read."""
    if before == after:
        return []
    made = []
    if before:
        made.append(Step(reversal_of(posting(kind, before).lines), kind))
    if after:
        made.append(Step(posting(kind, after)))
    return made
