"""Every SELECT on settlements, statements and pay-outs."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db.arrays import one_of
from hotline.directory.models import Vendor
from hotline.dispatch import ledger_queries
from hotline.dispatch.ledger import Account, Balances, EntryKind
from hotline.dispatch.ledger_models import (
    LedgerEntry,
    LedgerLine,
    Payout,
    PayoutPurpose,
    PayoutState,
    Settlement,
    Statement,
)
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.settlement_figures import Moved
from hotline.dispatch.states import OrderState
from hotline.errors import NotFound
from hotline.organizations.models import Organization
from hotline.principal import Principal

_Sums = Mapping[UUID, int]


def cities_of(principal: Principal) -> Select[UUID]:
    """The cities above or below what the principal may see."""
    nodes = one_of(Organization.id, principal.subtree)
    return select(Organization.city_id).where(nodes).distinct()


def settlements(principal: Principal) -> Select[Settlement]:
    chosen = select(Settlement).where(Settlement.city_id.in_(cities_of(principal)))
    return chosen.order_by(Settlement.month.desc())


async def settlement(
    session: AsyncSession, principal: Principal, settlement_id: UUID
) -> Settlement:
    found = await session.scalar(settlements(principal).where(Settlement.id == settlement_id))
    if found is None:
        raise NotFound
    return found


async def last_month(session: AsyncSession, city_id: UUID) -> date | None:
    chosen = select(func.max(Settlement.month)).where(Settlement.city_id == city_id)
    return await session.scalar(chosen)


async def first_booking(session: AsyncSession, city_id: UUID) -> date | None:
    chosen = select(func.min(LedgerEntry.booked_on)).where(LedgerEntry.city_id == city_id)
    return await session.scalar(chosen)


def statements(principal: Principal) -> Select[Statement]:
    visible = ledger_queries.vendors_visible_to(principal).with_only_columns(Vendor.id)
    return select(Statement).where(Statement.vendor_id.in_(visible))


async def statements_of(
    session: AsyncSession, principal: Principal, settlement_id: UUID
) -> Sequence[Statement]:
    """Those with the most to settle first."""
    chosen = statements(principal).where(Statement.settlement_id == settlement_id)
    ordered = chosen.order_by(func.abs(Statement.closing_cents).desc(), Statement.number)
    return (await session.scalars(ordered)).all()


async def statement(session: AsyncSession, principal: Principal, statement_id: UUID) -> Statement:
    found = await session.scalar(statements(principal).where(Statement.id == statement_id))
    if found is None:
        raise NotFound
    return found


async def vendor_statements(session: AsyncSession, vendor_id: UUID) -> Sequence[Statement]:
    """For the vendor itself, newest first."""
    chosen = select(Statement).where(Statement.vendor_id == vendor_id)
    return (await session.scalars(chosen.order_by(Statement.id.desc()))).all()


async def totals_by_settlement(
    session: AsyncSession, principal: Principal, ids: Collection[UUID]
) -> dict[UUID, tuple[int, int, int, int, int]]:
    """Statements, orders, turnover, fees (as they lessen what is owed) and what is owed."""
    fee = func.coalesce(Statement.by_kind["fee"].as_integer(), 0)
    chosen = statements(principal).where(Statement.settlement_id.in_(ids))
    rows = await session.execute(
        chosen.with_only_columns(
            Statement.settlement_id,
            func.count(),
            func.sum(Statement.order_count),
            func.sum(Statement.turnover_cents),
            func.sum(fee),
            func.sum(Statement.closing_cents),
        ).group_by(Statement.settlement_id)
    )
    return {key: (int(a), int(b), int(c), int(d), int(e)) for key, a, b, c, d, e in rows}


async def moved_by_vendor(
    session: AsyncSession, city_id: UUID, first: date, until: date
) -> dict[UUID, Moved]:
    """What was booked from a day until another; a reversal counts with what it takes back."""
    back = select(LedgerEntry.id, LedgerEntry.kind).subquery()
    kind = func.coalesce(back.c.kind, LedgerEntry.kind)
    chosen = (
        select(LedgerLine.vendor_id, kind, LedgerLine.account, func.sum(LedgerLine.cents))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .outerjoin(back, back.c.id == LedgerEntry.reverses_id)
        .where(
            LedgerEntry.city_id == city_id,
            LedgerEntry.booked_on >= first,
            LedgerEntry.booked_on < until,
        )
        .group_by(LedgerLine.vendor_id, kind, LedgerLine.account)
    )
    found: defaultdict[UUID, dict[tuple[EntryKind, Account], int]] = defaultdict(dict)
    for vendor_id, name, account, cents in await session.execute(chosen):
        found[vendor_id][EntryKind(name), Account(account)] = int(cents)
    return dict(found)


async def order_counts(
    session: AsyncSession, city_id: UUID, first: date, until: date
) -> dict[UUID, int]:
    """Orders whose amount was booked, without those that were wholly taken back again."""
    chosen = (
        select(LedgerEntry.vendor_id, LedgerEntry.work_order_id)
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(
            LedgerEntry.city_id == city_id,
            LedgerEntry.booked_on >= first,
            LedgerEntry.booked_on < until,
            LedgerLine.account == Account.TURNOVER,
        )
        .group_by(LedgerEntry.vendor_id, LedgerEntry.work_order_id)
        .having(func.sum(LedgerLine.cents) < 0)
    )
    return dict(Counter(vendor_id for vendor_id, _ in await session.execute(chosen)))


async def totals(session: AsyncSession, city_id: UUID) -> Balances:
    chosen = (
        select(LedgerLine.account, func.sum(LedgerLine.cents))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(LedgerEntry.city_id == city_id)
        .group_by(LedgerLine.account)
    )
    return {Account(name): int(cents) for name, cents in await session.execute(chosen)}


async def closings(session: AsyncSession, settlement_id: UUID | None) -> _Sums:
    chosen = select(Statement.vendor_id, Statement.closing_cents)
    rows = await session.execute(chosen.where(Statement.settlement_id == settlement_id))
    return {key: cents for key, cents in rows}


async def openings(session: AsyncSession, settlement_id: UUID) -> _Sums:
    chosen = select(Statement.vendor_id, Statement.opening_cents)
    rows = await session.execute(chosen.where(Statement.settlement_id == settlement_id))
    return {key: cents for key, cents in rows}


async def settlement_before(session: AsyncSession, one: Settlement) -> UUID | None:
    chosen = select(Settlement.id).where(
        Settlement.city_id == one.city_id, Settlement.month < one.month
    )
    return await session.scalar(chosen.order_by(Settlement.month.desc()).limit(1))


async def by_order(session: AsyncSession, city_id: UUID, accounts: Collection[Account]) -> _Sums:
    """Credits less debits on some accounts, of each order."""
    chosen = (
        select(LedgerEntry.work_order_id, -func.sum(LedgerLine.cents))
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(
            LedgerEntry.city_id == city_id,
            LedgerEntry.work_order_id.is_not(None),
            LedgerLine.account.in_(accounts),
        )
        .group_by(LedgerEntry.work_order_id)
    )
    return {key: int(cents) for key, cents in await session.execute(chosen) if key is not None}


def paid_orders(city_id: UUID) -> ColumnElement[bool]:
    """As the ledger understands an order that was paid for: see `ledger_service`."""
    finished = WorkOrder.state.in_([OrderState.COMPLETED, OrderState.RATED, OrderState.REWORK])
    paid = WorkOrder.paid_at.is_not(None) & (WorkOrder.state != OrderState.CANCELLED)
    return (WorkOrder.city_id == city_id) & (finished | paid)


async def order_amounts(session: AsyncSession, city_id: UUID) -> _Sums:
    chosen = select(WorkOrder.id, func.coalesce(WorkOrder.amount_cents, 0))
    rows = await session.execute(chosen.where(paid_orders(city_id)))
    return {key: cents for key, cents in rows}


async def disputed_orders(session: AsyncSession, city_id: UUID) -> frozenset[UUID]:
    chosen = select(WorkOrder.id).where(
        WorkOrder.city_id == city_id, WorkOrder.state == OrderState.DISPUTED
    )
    return frozenset((await session.scalars(chosen)).all())


async def payout_amounts(session: AsyncSession, city_id: UUID) -> tuple[_Sums, _Sums]:
    """What was approved and not returned; and what the ledger says went out, by pay-out."""
    out = select(Payout.id, Payout.cents).where(
        Payout.city_id == city_id, Payout.state.in_([PayoutState.APPROVED, PayoutState.PAID])
    )
    posted = (
        select(LedgerEntry.payout_id, -func.sum(LedgerLine.cents))
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(
            LedgerEntry.city_id == city_id,
            LedgerEntry.payout_id.is_not(None),
            LedgerLine.account.in_([Account.BANK, Account.SUPERVISED_BANK]),
        )
        .group_by(LedgerEntry.payout_id)
    )
    approved = {key: cents for key, cents in await session.execute(out)}
    went_out = await session.execute(posted)
    return approved, {key: int(cents) for key, cents in went_out if key is not None}


def payouts(principal: Principal) -> Select[Payout]:
    visible = ledger_queries.vendors_visible_to(principal).with_only_columns(Vendor.id)
    return select(Payout).where(Payout.vendor_id.in_(visible))


async def payout(session: AsyncSession, principal: Principal, payout_id: UUID) -> Payout:
    found = await session.scalar(payouts(principal).where(Payout.id == payout_id))
    if found is None:
        raise NotFound
    return found


def payout_page(principal: Principal, after: UUID | None) -> Select[Payout]:
    """Newest first, after the pay-out `after`."""
    chosen = payouts(principal)
    if after is not None:
        chosen = chosen.where(Payout.id < after)
    return chosen.order_by(Payout.id.desc())


async def locked_payout(session: AsyncSession, principal: Principal, payout_id: UUID) -> Payout:
    chosen = payouts(principal).where(Payout.id == payout_id)
    found = await session.scalar(
        chosen.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


async def payouts_of_settlements(
    session: AsyncSession, ids: Collection[UUID]
) -> dict[tuple[UUID, UUID], Payout]:
    """By settlement and vendor, the newest."""
    chosen = select(Payout).where(Payout.settlement_id.in_(ids)).order_by(Payout.id)
    return {
        (row.settlement_id, row.vendor_id): row
        for row in await session.scalars(chosen)
        if row.settlement_id is not None
    }


async def months_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, date]:
    chosen = select(Settlement.id, Settlement.month).where(Settlement.id.in_(ids))
    return {key: month for key, month in await session.execute(chosen)}


async def waiting_vendors(session: AsyncSession, ids: Collection[UUID]) -> frozenset[UUID]:
    """Vendors with a pay-out of their balance that waits for the second person."""
    chosen = select(Payout.vendor_id).where(
        Payout.vendor_id.in_(ids),
        Payout.purpose == PayoutPurpose.BALANCE,
        Payout.state == PayoutState.PREPARED,
    )
    return frozenset((await session.scalars(chosen)).all())


async def vendor_names(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    chosen = select(Vendor.id, Vendor.name).where(Vendor.id.in_(ids))
    return {key: name for key, name in await session.execute(chosen)}
