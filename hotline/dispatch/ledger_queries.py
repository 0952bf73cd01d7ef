"""Every SELECT on the ledger. `vendors_visible_to` is where those for a person start."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db.arrays import one_of
from hotline.directory.models import Vendor
from hotline.dispatch.ledger import Account, Balances, Entry, EntryKind, Line
from hotline.dispatch.ledger_fees import DEFAULT_RULES, FeeRule, read_rules
from hotline.dispatch.ledger_models import FeeRules, LedgerEntry, LedgerLine
from hotline.dispatch.models import WorkOrder
from hotline.errors import NotFound
from hotline.organizations.models import Organization, Tier
from hotline.principal import Principal


def vendors_visible_to(principal: Principal) -> Select[Vendor]:
    """Vendors of a city in the principal's subtree, and those that work in a district of it."""
    subtree = principal.subtree
    districts = select(Organization.id).where(
        one_of(Organization.id, subtree),
        Organization.tier == Tier.DISTRICT,
        Organization.city_id == Vendor.city_id,
        Vendor.districts.contains(func.jsonb_build_array(Organization.district)),
    )
    return select(Vendor).where(or_(one_of(Vendor.city_id, subtree), districts.exists()))


async def vendor(session: AsyncSession, principal: Principal, vendor_id: UUID) -> Vendor:
    found = await session.scalar(vendors_visible_to(principal).where(Vendor.id == vendor_id))
    if found is None:
        raise NotFound
    return found


async def locked_vendor(session: AsyncSession, vendor_id: UUID) -> Vendor:
    """Held against whoever else moves this vendor's money, until the transaction ends."""
    chosen = select(Vendor).where(Vendor.id == vendor_id).with_for_update(key_share=True)
    return (await session.scalars(chosen)).one()


async def locked_order(session: AsyncSession, order_id: UUID) -> WorkOrder:
    chosen = select(WorkOrder).where(WorkOrder.id == order_id).with_for_update(key_share=True)
    return (await session.scalars(chosen.execution_options(populate_existing=True))).one()


async def entry(session: AsyncSession, principal: Principal, entry_id: UUID) -> LedgerEntry:
    visible = vendors_visible_to(principal).with_only_columns(Vendor.id)
    chosen = select(LedgerEntry).where(
        LedgerEntry.id == entry_id, LedgerEntry.vendor_id.in_(visible)
    )
    found = await session.scalar(chosen)
    if found is None:
        raise NotFound
    return found


async def taken_back(session: AsyncSession, entry_ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of the entries were reversed."""
    chosen = select(LedgerEntry.reverses_id).where(LedgerEntry.reverses_id.in_(entry_ids))
    return frozenset(one for one in await session.scalars(chosen) if one is not None)


async def entries_of_order(session: AsyncSession, order_id: UUID) -> list[Entry]:
    """As the pure ledger reads them, oldest first."""
    chosen = select(LedgerEntry).where(LedgerEntry.work_order_id == order_id)
    rows = (await session.scalars(chosen.order_by(LedgerEntry.number))).all()
    lines = await lines_of(session, [row.id for row in rows])
    return [Entry(row.id, EntryKind(row.kind), lines[row.id], row.reverses_id) for row in rows]


async def lines_of(
    session: AsyncSession, entry_ids: Collection[UUID]
) -> dict[UUID, tuple[Line, ...]]:
    chosen = select(LedgerLine).where(LedgerLine.entry_id.in_(entry_ids))
    found: dict[UUID, list[Line]] = defaultdict(list)
    for row in await session.scalars(chosen.order_by(LedgerLine.entry_id, LedgerLine.position)):
        found[row.entry_id].append(Line(Account(row.account), row.cents))
    return {key: tuple(lines) for key, lines in found.items()}


def journal(
    vendor_id: UUID, *, before: int | None = None, booked: tuple[date, date] | None = None
) -> Select[LedgerEntry]:
    """A vendor's entries, newest first: before an entry's number, booked from a day until one."""
    chosen = select(LedgerEntry).where(LedgerEntry.vendor_id == vendor_id)
    if before is not None:
        chosen = chosen.where(LedgerEntry.number < before)
    if booked is not None:
        first, until = booked
        chosen = chosen.where(LedgerEntry.booked_on >= first, LedgerEntry.booked_on < until)
    return chosen.order_by(LedgerEntry.number.desc())


async def balances_of(session: AsyncSession, vendor_id: UUID) -> Balances:
    return (await balances_by_vendor(session, LedgerLine.vendor_id == vendor_id))[vendor_id]


async def balances_by_vendor(
    session: AsyncSession, *conditions: ColumnElement[bool]
) -> defaultdict[UUID, dict[Account, int]]:
    """Debits less credits of each account of each vendor, of the entries that were asked for."""
    chosen = (
        select(LedgerLine.vendor_id, LedgerLine.account, func.sum(LedgerLine.cents))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(*conditions)
        .group_by(LedgerLine.vendor_id, LedgerLine.account)
    )
    found: defaultdict[UUID, dict[Account, int]] = defaultdict(dict)
    for vendor_id, account, cents in await session.execute(chosen):
        found[vendor_id][Account(account)] = int(cents)
    return found


async def payable(session: AsyncSession, vendor_ids: Iterable[UUID], on: date) -> dict[UUID, int]:
    """What may be paid out: what is owed, without credits whose day has not come (T+7)."""
    chosen = (
        select(LedgerLine.vendor_id, func.sum(-LedgerLine.cents))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(
            LedgerLine.vendor_id.in_(list(vendor_ids)),
            LedgerLine.account == Account.VENDOR,
            or_(LedgerLine.cents > 0, LedgerEntry.payable_on <= on),
        )
        .group_by(LedgerLine.vendor_id)
    )
    return {key: max(int(cents), 0) for key, cents in await session.execute(chosen)}


async def fee_rules(session: AsyncSession, city_id: UUID, on: date) -> Sequence[FeeRule]:
    """Those of that day; the shipped ones until a city sets its own."""
    chosen = (
        select(FeeRules.rules)
        .where(FeeRules.city_id == city_id, FeeRules.valid_from <= on)
        .order_by(FeeRules.valid_from.desc(), FeeRules.id.desc())
        .limit(1)
    )
    kept = await session.scalar(chosen)
    return DEFAULT_RULES if kept is None else read_rules(kept)


async def hold_fee_rules(session: AsyncSession, city_id: UUID) -> None:
    """Rules are only ever added, so whoever adds some holds the city's row."""
    chosen = select(Organization.id).where(Organization.id == city_id)
    await session.execute(chosen.with_for_update(key_share=True))


async def fee_rules_version(session: AsyncSession, city_id: UUID) -> int:
    """How often the city has set its rules."""
    chosen = select(func.count()).select_from(FeeRules).where(FeeRules.city_id == city_id)
    return await session.scalar(chosen) or 0


async def orders_before(
    session: AsyncSession, vendor_id: UUID, month: tuple[date, date], order_id: UUID
) -> int:
    """How many other orders of the vendor were booked in the month before this one was."""
    first_of_this = (
        select(func.min(LedgerEntry.number))
        .where(LedgerEntry.work_order_id == order_id, LedgerEntry.kind == EntryKind.ORDER)
        .scalar_subquery()
    )
    chosen = select(func.count(LedgerEntry.work_order_id.distinct())).where(
        LedgerEntry.vendor_id == vendor_id,
        LedgerEntry.kind == EntryKind.ORDER,
        and_(LedgerEntry.booked_on >= month[0], LedgerEntry.booked_on < month[1]),
        LedgerEntry.work_order_id != order_id,
        or_(first_of_this.is_(None), LedgerEntry.number < first_of_this),
    )
    return await session.scalar(chosen) or 0
