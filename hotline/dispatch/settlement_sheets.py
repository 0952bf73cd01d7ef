"""Statements, settlements and the reconciliation as workbooks. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotline.dispatch.ledger import Account, EntryKind, Line
from hotline.dispatch.ledger_words import kind_word, month_word, named, word
from hotline.dispatch.settlement_reconcile import Compared
from hotline.sheets import Column, Sheet, Value, write_workbook
from hotline.sheets import Kind as Format


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry as it is printed: what it does to what is owed, or what it records (memo)."""

    number: int
    booked_on: date
    kind: str
    note: str
    owed_cents: int
    memo_cents: int
    balance_cents: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class StatementPaper:
    """Everything that stands on a statement."""

    city_name: str
    number: str
    month: date
    vendor_name: str
    category: str
    order_count: int
    turnover_cents: int
    opening_cents: int
    closing_cents: int
    frozen_cents: int
    deposit_cents: int
    by_kind: Mapping[EntryKind, int]
    entries: Sequence[Booked] = ()


_MOVES = tuple(
    kind for kind in EntryKind if kind in {
        EntryKind.FEE, EntryKind.SUBSIDY, EntryKind.PENALTY, EntryKind.CORRECTION,
        EntryKind.RECEIPT, EntryKind.PAYOUT, EntryKind.FREEZE, EntryKind.RELEASE,
    }
)  # fmt: skip
"""What changes what is owed, in the order of its columns."""


def statement_workbook(paper: StatementPaper) -> bytes:
    return write_workbook([_figures(paper), _entries(paper)])


def settlement_workbook(
    city_name: str, month: date, papers: Sequence[StatementPaper], compared: Sequence[Compared]
) -> bytes:
    """All vendors of a month in one sheet, and the reconciliation in another."""
    return write_workbook([_summary(city_name, month, papers), _reconciliation(month, compared)])


def _figures(paper: StatementPaper) -> Sheet:
    rows: list[tuple[str, int]] = [
        (word("turnover"), paper.turnover_cents),
        (word("opening"), paper.opening_cents),
        *((kind_word(kind), cents) for kind, cents in paper.by_kind.items()),
        (word("closing"), paper.closing_cents),
        (word("frozen"), paper.frozen_cents),
        (word("deposit"), paper.deposit_cents),
    ]
    return Sheet(
        word("statement_title"),
        [Column(word("kind")), Column(word("amount"), Format.MONEY)],
        rows,
        title=word("statement_heading", city=paper.city_name),
        notes=[
            f"{word('vendor')}：{paper.vendor_name}（{paper.category}）",
            f"{word('number')}：{paper.number}　{word('period')}：{month_word(paper.month)}"
            f"　{word('order_count')}：{paper.order_count}",
            word("owed_note"),
            word("direct_note"),
        ],
    )


def _entries(paper: StatementPaper) -> Sheet:
    columns = [
        Column(word("entry_number"), Format.COUNT),
        Column(word("booked_on"), Format.DATE),
        Column(word("kind")),
        Column(word("note")),
        Column(word("debit")),
        Column(word("credit")),
        Column(word("memo"), Format.MONEY),
        Column(word("amount"), Format.MONEY),
        Column(word("balance"), Format.MONEY),
    ]
    rows: list[tuple[Value, ...]] = [
        (
            one.number, one.booked_on, one.kind, one.note,
            _accounts(one.lines, is_debit=True), _accounts(one.lines, is_debit=False),
            one.memo_cents or None, one.owed_cents or None, one.balance_cents,
        )
        for one in paper.entries
    ]  # fmt: skip
    moved = sum(one.owed_cents for one in paper.entries)
    gap = (None,) * 6
    total: tuple[Value, ...] = (word("total"), *gap, moved, paper.closing_cents)
    return Sheet(word("entries_sheet"), columns, rows, total=total)


def _accounts(lines: Sequence[Line], *, is_debit: bool) -> str:
    return "、".join(named("account", line.account) for line in lines
                    if (line.cents > 0) is is_debit)  # fmt: skip


def _summary(city_name: str, month: date, papers: Sequence[StatementPaper]) -> Sheet:
    columns = [
        Column(word("number")),
        Column(word("vendor")),
        Column(word("category")),
        Column(word("order_count"), Format.COUNT),
        *(Column(word(key), Format.MONEY) for key in ("turnover_short", "opening")),
        *(Column(kind_word(kind), Format.MONEY) for kind in _MOVES),
        *(Column(word(key), Format.MONEY) for key in ("closing", "frozen", "deposit")),
    ]
    rows: list[tuple[Value, ...]] = [
        (paper.number, paper.vendor_name, paper.category, *_numbers(paper)) for paper in papers
    ]
    sums = [sum(column) for column in zip(*(_numbers(paper) for paper in papers), strict=True)]
    return Sheet(
        word("summary_sheet"),
        columns,
        rows,
        title=f"{word('statement_heading', city=city_name)}（{month_word(month)}）",
        notes=[word("owed_note"), word("direct_note")],
        total=(word("total"), None, None, *sums) if papers else None,
    )


def _numbers(paper: StatementPaper) -> tuple[int, ...]:
    """`by_kind` has each move that changes what is owed; what it lacks is nothing."""
    return (
        paper.order_count,
        paper.turnover_cents,
        paper.opening_cents,
        *(paper.by_kind.get(kind, 0) for kind in _MOVES),
        paper.closing_cents,
        paper.frozen_cents,
        paper.deposit_cents,
    )


def _reconciliation(month: date, compared: Sequence[Compared]) -> Sheet:
    columns = [
        Column(word("check")),
        *(Column(word(key), Format.MONEY) for key in ("expected", "actual", "difference")),
        Column(word("is_equal")),
    ]
    rows = [
        (
            named("check", one.check), one.expected, one.actual, one.actual - one.expected,
            word("equal" if one.is_equal else "unequal"),
        )
        for one in compared
    ]  # fmt: skip
    return Sheet(word("reconciliation_sheet"), columns, rows, title=month_word(month))


def booked(
    number: int, booked_on: date, kind: str, note: str, *, lines: tuple[Line, ...], before: int
) -> Booked:
    """`before`: what was owed until this entry."""
    owed = -sum(line.cents for line in lines if line.account is Account.VENDOR)
    memo = 0 if owed else max(line.cents for line in lines)
    return Booked(number, booked_on, kind, note, owed, memo, before + owed, lines)
