"""The reconciliation of a settlement: what must be equal, both sides of it, to the cent. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from hotline.dispatch.ledger import Account, Balances


class Check(StrEnum):
    """What is compared with what; the words are with the console."""

    TRIAL_BALANCE = "trial_balance"  # 全部借方 = 全部贷方
    STATEMENTS = "statements"  # 结算单期末 = 总账服务商往来
    OPENINGS = "openings"  # 本期期初 = 上期期末
    ORDERS = "orders"  # 已付款派单金额 = 总账成交额
    DEPOSITS = "deposits"  # 监管账户 = 保证金
    FROZEN = "frozen"  # 冻结 = 纠纷中派单净额
    PAYOUTS = "payouts"  # 已复核付款 = 总账付出
    DIRECT = "direct"  # 居民直付 = 成交额：不经手居民资金


@dataclass(frozen=True, slots=True)
class Difference:
    """One vendor, order or pay-out for which the two sides differ."""

    subject: UUID
    expected: int
    actual: int


@dataclass(frozen=True, slots=True)
class Compared:
    check: Check
    expected: int
    actual: int
    differences: Sequence[Difference] = ()

    @property
    def is_equal(self) -> bool:
        """Sums that agree by accident, while the parts differ, do not count."""
        return self.expected == self.actual and not self.differences


Amounts = Mapping[UUID, int]


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that is compared. By vendor but for orders (by order) and pay-outs (by theirs)."""

    totals: Balances
    closings: Amounts
    owed: Amounts
    openings: Amounts
    closings_before: Amounts
    orders: Amounts
    posted_orders: Amounts
    frozen: Amounts
    disputed: Amounts
    payouts: Amounts
    posted_payouts: Amounts


def reconcile(books: Books) -> list[Compared]:
    totals = books.totals
    debits = sum(cents for cents in totals.values() if cents > 0)
    credits_ = -sum(cents for cents in totals.values() if cents < 0)
    return [
        Compared(Check.TRIAL_BALANCE, debits, credits_),
        _compared(Check.STATEMENTS, books.owed, books.closings),
        _compared(Check.OPENINGS, books.closings_before, books.openings),
        _compared(Check.ORDERS, books.orders, books.posted_orders),
        Compared(
            Check.DIRECT,
            totals.get(Account.PAID_DIRECTLY, 0),
            -totals.get(Account.TURNOVER, 0),
        ),
        Compared(
            Check.DEPOSITS,
            -totals.get(Account.DEPOSIT, 0),
            totals.get(Account.SUPERVISED_BANK, 0),
        ),
        _compared(Check.FROZEN, books.disputed, books.frozen),
        _compared(Check.PAYOUTS, books.payouts, books.posted_payouts),
    ]


def _compared(check: Check, expected: Amounts, actual: Amounts) -> Compared:
    different = tuple(_differences(expected, actual))
    return Compared(check, sum(expected.values()), sum(actual.values()), different)


def _differences(expected: Amounts, actual: Amounts) -> Iterator[Difference]:
    for subject in sorted(expected.keys() | actual.keys()):
        wanted, found = expected.get(subject, 0), actual.get(subject, 0)
        if wanted != found:
            yield Difference(subject, wanted, found)
