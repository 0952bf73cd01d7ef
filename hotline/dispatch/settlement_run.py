"""Settle a month: a statement for each vendor, and no more bookings into it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit
from hotline.db import uuid7
from hotline.directory.models import Vendor
from hotline.dispatch import ledger_queries
from hotline.dispatch import settlement_queries as queries
from hotline.dispatch.ledger import Account, EntryKind, posting
from hotline.dispatch.ledger_models import LedgerEntry, Settlement, Statement, ledger_number
from hotline.dispatch.ledger_service import follow_order, today, write
from hotline.dispatch.ledger_words import word
from hotline.dispatch.settlement_figures import (
    Figures,
    figures_of,
    month_after,
    month_of,
)
from hotline.dispatch.settlement_news import tell_accounts_changed
from hotline.dispatch.settlement_reconcile import Books, Compared, reconcile
from hotline.errors import Conflict
from hotline.principal import Principal

_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('ledger'), hashtext(:city))")


class NotYetOver(Conflict):
    code, detail = "month_not_over", "这个月还没有结束，不能结算。"


class OutOfOrder(Conflict):
    code, detail = "settlement_out_of_order", "只能按月依次结算。"


@dataclass(frozen=True, slots=True)
class Due:
    """The month that may be settled next; `is_over` once it has ended."""

    month: date
    is_over: bool


async def due(session: AsyncSession, city_id: UUID) -> Due | None:
    """None while nothing was ever booked."""
    settled = await queries.last_month(session, city_id)
    if settled is not None:
        month = month_after(settled)
    else:
        first = await queries.first_booking(session, city_id)
        if first is None:
            return None
        month = month_of(first)
    return Due(month, month_after(month) <= today())


async def settle(
    session: AsyncSession, city_id: UUID, month: date, principal: Principal | None = None
) -> Settlement:
    """Whoever writes into the ledger waits until this is done, and this for them."""
    await catch_up(session, city_id)
    await session.execute(_ALONE, {"city": str(city_id)})
    next_due = await due(session, city_id)
    if next_due is None or next_due.month != month:
        raise OutOfOrder(month=None if next_due is None else f"{next_due.month:%Y-%m}")
    if not next_due.is_over:
        raise NotYetOver
    made = Settlement(
        id=uuid7(),
        city_id=city_id,
        month=month,
        made_by_id=None if principal is None else principal.account_id,
    )
    session.add(made)
    await session.flush()
    await _write_statements(session, made)
    await tell_accounts_changed(session, city_id, made.id)
    target = f"settlement:{made.id}"
    await audit.record(session, principal, "settlement.made", target=target, month=f"{month:%Y-%m}")
    return made


async def catch_up(session: AsyncSession, city_id: UUID) -> int:
    """Post what orders say and the ledger does not say yet; how many orders there were."""
    amounts = await queries.order_amounts(session, city_id)
    posted = await queries.by_order(session, city_id, [Account.TURNOVER])
    held = await queries.by_order(session, city_id, [Account.FROZEN])
    owed = await queries.by_order(session, city_id, [Account.VENDOR])
    argued = await queries.disputed_orders(session, city_id)
    behind = {key for key in amounts.keys() | posted.keys()
              if amounts.get(key, 0) != posted.get(key, 0)}  # fmt: skip
    behind |= {key for key, cents in held.items() if cents and key not in argued}
    behind |= {key for key in argued if owed.get(key, 0)}
    for order_id in sorted(behind):
        await follow_order(session, order_id)
    return len(behind)


async def open_books(session: AsyncSession, city_id: UUID) -> int:
    """Deposits that vendors had paid before there was a ledger, once for each vendor."""
    booked = select(LedgerEntry.vendor_id).where(LedgerEntry.kind == EntryKind.DEPOSIT)
    chosen = select(Vendor).where(
        Vendor.city_id == city_id, Vendor.deposit > 0, Vendor.id.not_in(booked)
    )
    vendors = (await session.scalars(chosen.with_for_update(key_share=True))).all()
    for vendor in vendors:
        made = posting(EntryKind.DEPOSIT, vendor.deposit * 100)
        await write(session, vendor, made, note=word("opening_deposit"))
    return len(vendors)


async def reconciliation(session: AsyncSession, one: Settlement) -> list[Compared]:
    """Both sides of every account that must agree, from the rows themselves."""
    until = month_after(one.month)
    before = await queries.settlement_before(session, one)
    by_vendor = await ledger_queries.balances_by_vendor(
        session, LedgerEntry.city_id == one.city_id, LedgerEntry.booked_on < until
    )
    argued = await queries.disputed_orders(session, one.city_id)
    in_all = await queries.by_order(session, one.city_id, [Account.VENDOR, Account.FROZEN])
    approved, went_out = await queries.payout_amounts(session, one.city_id)
    return reconcile(
        Books(
            totals=await queries.totals(session, one.city_id),
            closings=await queries.closings(session, one.id),
            owed={key: -sums.get(Account.VENDOR, 0) for key, sums in by_vendor.items()},
            openings=await queries.openings(session, one.id),
            closings_before=await _closings_before(session, one, before),
            orders=await queries.order_amounts(session, one.city_id),
            posted_orders=await queries.by_order(session, one.city_id, [Account.TURNOVER]),
            frozen=await queries.by_order(session, one.city_id, [Account.FROZEN]),
            disputed={key: cents for key, cents in in_all.items() if key in argued},
            payouts=approved,
            posted_payouts=went_out,
        )
    )


async def _closings_before(
    session: AsyncSession, one: Settlement, before: UUID | None
) -> Mapping[UUID, int]:
    return {} if before is None else await queries.closings(session, before)


async def _write_statements(session: AsyncSession, made: Settlement) -> None:
    until = month_after(made.month)
    opening = await ledger_queries.balances_by_vendor(
        session, LedgerEntry.city_id == made.city_id, LedgerEntry.booked_on < made.month
    )
    moved = await queries.moved_by_vendor(session, made.city_id, made.month, until)
    counts = await queries.order_counts(session, made.city_id, made.month, until)
    vendors = await session.scalars(
        select(Vendor).where(Vendor.id.in_(opening.keys() | moved.keys())).order_by(Vendor.position)
    )
    for vendor in vendors:
        figures = figures_of(opening.get(vendor.id, {}), moved.get(vendor.id, {}))
        if not figures.is_empty:
            number = await session.scalar(select(ledger_number.next_value()))
            order_count = counts.get(vendor.id, 0)
            session.add(_statement(made, vendor, figures, number=number or 0, count=order_count))
    await session.flush()


def _statement(
    made: Settlement, vendor: Vendor, figures: Figures, *, number: int, count: int
) -> Statement:
    return Statement(
        settlement_id=made.id,
        vendor_id=vendor.id,
        number=f"JS{made.month:%Y%m}-{number:06d}",
        vendor_name=vendor.name,
        category=vendor.category,
        order_count=count,
        turnover_cents=figures.turnover,
        opening_cents=figures.opening,
        closing_cents=figures.closing,
        frozen_cents=figures.frozen,
        deposit_cents=figures.deposit,
        by_kind={str(kind): cents for kind, cents in figures.by_kind.items()},
    )
