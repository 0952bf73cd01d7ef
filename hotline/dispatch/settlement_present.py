"""Rows of the ledger, settlements and pay-outs as the API and the papers show them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts.queries import names_of
from hotline.directory.models import Vendor
from hotline.dispatch import ledger_queries
from hotline.dispatch import settlement_queries as queries
from hotline.dispatch.ledger import EntryKind, deposit, frozen, owed_to_vendor
from hotline.dispatch.ledger_models import LedgerEntry, Payout, Settlement, Statement
from hotline.dispatch.ledger_service import today
from hotline.dispatch.ledger_words import kind_word, named
from hotline.dispatch.settlement_figures import month_after
from hotline.dispatch.settlement_reconcile import Compared
from hotline.dispatch.settlement_schemas import (
    ComparedOut,
    ComparedPartOut,
    JournalOut,
    LedgerEntryOut,
    LedgerLineOut,
    PayoutOut,
    ReconciliationOut,
    SettlementOut,
    VendorStatementOut,
)
from hotline.dispatch.settlement_sheets import Booked, StatementPaper, booked
from hotline.organizations.queries import organization
from hotline.principal import Principal


async def journal_out(
    session: AsyncSession, vendor: Vendor, *, before: int | None, limit: int
) -> JournalOut:
    sums = await ledger_queries.balances_of(session, vendor.id)
    may_have = await ledger_queries.payable(session, [vendor.id], today())
    chosen = ledger_queries.journal(vendor.id, before=before).limit(limit + 1)
    rows = (await session.scalars(chosen)).all()
    shown = rows[:limit]
    return JournalOut(
        vendor_id=vendor.id,
        vendor_name=vendor.name,
        owed_cents=owed_to_vendor(sums),
        payable_cents=may_have.get(vendor.id, 0),
        frozen_cents=frozen(sums),
        deposit_cents=deposit(sums),
        items=await entries_out(session, shown),
        next=f"{shown[-1].number}" if len(rows) > limit else None,
    )


async def entries_out(session: AsyncSession, rows: Sequence[LedgerEntry]) -> list[LedgerEntryOut]:
    ids = [row.id for row in rows]
    lines = await ledger_queries.lines_of(session, ids)
    gone = await ledger_queries.taken_back(session, ids)
    return [
        LedgerEntryOut(
            **{name: getattr(row, name) for name in _SAME},
            is_taken_back=row.id in gone,
            lines=[LedgerLineOut(account=line.account, cents=line.cents) for line in lines[row.id]],
        )
        for row in rows
    ]


_SAME = tuple(
    name for name in LedgerEntryOut.model_fields if name not in ("is_taken_back", "lines")
)


async def settlements_out(
    session: AsyncSession, principal: Principal, rows: Sequence[Settlement]
) -> list[SettlementOut]:
    totals = await queries.totals_by_settlement(session, principal, [row.id for row in rows])
    makers = await names_of(session, {row.made_by_id for row in rows if row.made_by_id})
    made = []
    for row in rows:
        count, orders, turnover, fee, closing = totals.get(row.id, (0, 0, 0, 0, 0))
        made.append(
            SettlementOut(
                id=row.id,
                month=f"{row.month:%Y-%m}",
                created_at=row.created_at,
                made_by=makers.get(row.made_by_id) if row.made_by_id else None,
                statement_count=count,
                order_count=orders,
                turnover_cents=turnover,
                fee_cents=-fee,
                closing_cents=closing,
            )
        )
    return made


async def statements_out(
    session: AsyncSession, principal: Principal, rows: Sequence[Statement]
) -> list[VendorStatementOut]:
    """With what may be paid now, and the pay-out of each where there is one."""
    months = await queries.months_of(session, {row.settlement_id for row in rows})
    may_have = await ledger_queries.payable(session, [row.vendor_id for row in rows], today())
    payouts = await queries.payouts_of_settlements(session, months.keys())
    shown = {one.id: one for one in await payouts_out(session, principal, list(payouts.values()))}
    made = []
    for row in rows:
        payout = payouts.get((row.settlement_id, row.vendor_id))
        made.append(
            VendorStatementOut(
                **{name: getattr(row, name) for name in _STATEMENT_SAME},
                month=f"{months[row.settlement_id]:%Y-%m}",
                payable_cents=may_have.get(row.vendor_id, 0),
                payout=shown[payout.id] if payout else None,
            )
        )
    return made


_STATEMENT_SAME = tuple(
    name
    for name in VendorStatementOut.model_fields
    if name not in ("month", "payable_cents", "payout")
)


async def payouts_out(
    session: AsyncSession, principal: Principal, rows: Sequence[Payout]
) -> list[PayoutOut]:
    people = {row.prepared_by_id for row in rows}
    people |= {row.approved_by_id for row in rows if row.approved_by_id is not None}
    names = await names_of(session, people)
    vendors = await queries.vendor_names(session, {row.vendor_id for row in rows})
    return [
        PayoutOut(
            **{name: getattr(row, name) for name in _PAYOUT_SAME},
            vendor_name=vendors[row.vendor_id],
            prepared_by=names.get(row.prepared_by_id),
            approved_by=names.get(row.approved_by_id) if row.approved_by_id else None,
            is_mine=row.prepared_by_id == principal.account_id,
        )
        for row in rows
    ]


_PAYOUT_SAME = tuple(
    name
    for name in PayoutOut.model_fields
    if name not in ("vendor_name", "prepared_by", "approved_by", "is_mine")
)


def reconciliation_out(compared: Sequence[Compared]) -> ReconciliationOut:
    checks = [
        ComparedOut(
            check=one.check,
            label=named("check", one.check),
            expected_cents=one.expected,
            actual_cents=one.actual,
            is_equal=one.is_equal,
            differences=[
                ComparedPartOut(
                    subject_id=part.subject,
                    expected_cents=part.expected,
                    actual_cents=part.actual,
                )
                for part in one.differences
            ],
        )
        for one in compared
    ]
    return ReconciliationOut(is_balanced=all(one.is_equal for one in checks), checks=checks)


async def paper(session: AsyncSession, row: Statement, *, with_entries: bool) -> StatementPaper:
    """What is printed; without entries for the list of all vendors."""
    months = await queries.months_of(session, {row.settlement_id})
    vendor = await session.get_one(Vendor, row.vendor_id)
    city = await organization(session, vendor.city_id)
    month = months[row.settlement_id]
    entries = await _entries(session, row, month) if with_entries else []
    return _paper(row, city.name, month, entries)


async def papers(
    session: AsyncSession, one: Settlement, rows: Sequence[Statement]
) -> tuple[str, list[StatementPaper]]:
    """The city's name, and its vendors' statements without their entries."""
    city = await organization(session, one.city_id)
    return city.name, [_paper(row, city.name, one.month, []) for row in rows]


def _paper(
    row: Statement, city_name: str, month: date, entries: Sequence[Booked]
) -> StatementPaper:
    kinds = {EntryKind(name): cents for name, cents in row.by_kind.items()}
    return StatementPaper(
        city_name=city_name,
        month=month,
        by_kind={kind: kinds[kind] for kind in EntryKind if kind in kinds},
        entries=entries,
        **{name: getattr(row, name) for name in _PAPER_SAME},
    )


_PAPER_SAME = (
    "number", "vendor_name", "category", "order_count", "turnover_cents", "opening_cents",
    "closing_cents", "frozen_cents", "deposit_cents",
)  # fmt: skip


async def _entries(session: AsyncSession, row: Statement, month: date) -> list[Booked]:
    chosen = ledger_queries.journal(row.vendor_id, booked=(month, month_after(month)))
    found = list(reversed((await session.scalars(chosen)).all()))
    lines = await ledger_queries.lines_of(session, [one.id for one in found])
    made: list[Booked] = []
    balance = row.opening_cents
    for one in found:
        shown = booked(
            one.number, one.booked_on, kind_word(one.kind), one.note,
            lines=lines[one.id], before=balance,
        )  # fmt: skip
        balance = shown.balance_cents
        made.append(shown)
    return made
