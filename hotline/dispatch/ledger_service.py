"""Write entries into the ledger: for orders as they go, and by hand; take entries back."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.db import uuid7
from hotline.directory.models import Vendor
from hotline.dispatch import ledger_queries as queries
from hotline.dispatch.ledger import (
    Entry,
    EntryKind,
    OrderInLedger,
    OrderStanding,
    Posting,
    Step,
    deposit,
    order_in_ledger,
    penalty_from_deposit,
    posting,
    reversal_of,
    standing_entries,
    steps_for,
)
from hotline.dispatch.ledger_fees import Charged, fee_of
from hotline.dispatch.ledger_models import FeeRules, LedgerEntry, LedgerLine, ledger_number
from hotline.dispatch.ledger_words import kind_word
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.settlement_figures import month_after, month_of
from hotline.dispatch.settlement_schemas import FeeRulesIn, LedgerEntryIn
from hotline.dispatch.states import OrderState
from hotline.errors import Conflict, InvalidInput, StaleVersion
from hotline.principal import Principal
from hotline.privacy import mask_text

WAIT = timedelta(days=7)
"""An order's money may be paid out so long after the resident has accepted the work (T+7)."""

_FINISHED = frozenset({OrderState.COMPLETED, OrderState.RATED, OrderState.REWORK})
_BY_ORDER = frozenset(
    {EntryKind.ORDER, EntryKind.FEE, EntryKind.FREEZE, EntryKind.RELEASE, EntryKind.REVERSAL}
)
_BY_PAYOUT = frozenset({EntryKind.PAYOUT, EntryKind.DEPOSIT_RETURN, EntryKind.COMPENSATION})
_SHARE = text("SELECT pg_advisory_xact_lock_shared(hashtext('ledger'), hashtext(:city))")


class EntryTakenBack(Conflict):
    code, detail = "entry_taken_back", "这笔账目已经冲销。"


class EntryFollows(Conflict):
    code, detail = "entry_follows", "这笔账目由派单或付款产生，不能单独冲销。"


class DepositTooSmall(Conflict):
    code, detail = "deposit_too_small", "保证金余额不足。"


async def follow_order(session: AsyncSession, order_id: UUID) -> list[LedgerEntry]:
    """Make the ledger say what the order says; nothing where it does already.

    Call it in the transaction of any move that pays, disputes, settles or voids an order. It takes
    the order's row lock, so it may be called as often as one likes.
    """
    order = await queries.locked_order(session, order_id)
    known = await queries.entries_of_order(session, order_id)
    if order.vendor_id is None and not known:
        return []
    posted = order_in_ledger(known)
    standing = await _standing(session, order, posted)
    return [await _take_step(session, order, step, known) for step in steps_for(standing, posted)]


async def post_by_hand(
    session: AsyncSession, principal: Principal, vendor_id: UUID, wanted: LedgerEntryIn
) -> LedgerEntry:
    """A deposit paid in, a penalty, a correction, a subsidy, or a payment by the vendor."""
    vendor = await queries.vendor(session, principal, vendor_id)
    await queries.locked_vendor(session, vendor.id)
    if wanted.work_order_id is not None:
        await _require_order_of(session, vendor, wanted.work_order_id)
    made = await write(
        session,
        vendor,
        await _by_hand(session, vendor, wanted),
        note=mask_text(wanted.note),
        work_order_id=wanted.work_order_id,
        made_by_id=principal.account_id,
        waits=wanted.kind is EntryKind.SUBSIDY,
    )
    await audit.record(
        session, principal, "ledger.posted", target=f"vendor:{vendor.id}",
        entry_id=made.id, kind=made.kind,
    )  # fmt: skip
    if wanted.kind is EntryKind.SUBSIDY and wanted.work_order_id is not None:
        await follow_order(session, wanted.work_order_id)
    return made


async def take_back(
    session: AsyncSession, principal: Principal, entry_id: UUID, *, reason: str
) -> LedgerEntry:
    """The reversal of an entry that was made by hand; the database allows one for each."""
    entry = await queries.entry(session, principal, entry_id)
    vendor = await queries.locked_vendor(session, entry.vendor_id)
    if entry.kind in _BY_ORDER | _BY_PAYOUT:
        raise EntryFollows
    if await queries.taken_back(session, [entry.id]):
        raise EntryTakenBack
    made = await reverse(session, vendor, entry, note=mask_text(reason), by=principal.account_id)
    await audit.record(
        session, principal, "ledger.reversed", target=f"vendor:{vendor.id}", reason=reason,
        entry_id=entry.id,
    )  # fmt: skip
    if entry.work_order_id is not None:
        await follow_order(session, entry.work_order_id)
    return made


async def reverse(
    session: AsyncSession, vendor: Vendor, entry: LedgerEntry, *, note: str, by: UUID | None
) -> LedgerEntry:
    lines = (await queries.lines_of(session, [entry.id]))[entry.id]
    return await write(
        session,
        vendor,
        reversal_of(lines),
        note=note,
        work_order_id=entry.work_order_id,
        payout_id=entry.payout_id,
        reverses_id=entry.id,
        made_by_id=by,
    )


async def write(
    session: AsyncSession,
    vendor: Vendor,
    made: Posting,
    *,
    note: str,
    work_order_id: UUID | None = None,
    payout_id: UUID | None = None,
    reverses_id: UUID | None = None,
    made_by_id: UUID | None = None,
    waits: bool = False,
) -> LedgerEntry:
    """One entry, booked today. A settlement waits for those who write, and they for it."""
    await session.execute(_SHARE, {"city": str(vendor.city_id)})
    booked_on = today()
    entry = LedgerEntry(
        id=uuid7(),
        number=await session.scalar(select(ledger_number.next_value())),
        city_id=vendor.city_id,
        vendor_id=vendor.id,
        kind=made.kind,
        booked_on=booked_on,
        payable_on=booked_on + WAIT if waits else booked_on,
        line_count=len(made.lines),
        work_order_id=work_order_id,
        payout_id=payout_id,
        reverses_id=reverses_id,
        note=note,
        made_by_id=made_by_id,
    )
    session.add(entry)
    await session.flush()
    session.add_all(
        LedgerLine(
            entry_id=entry.id,
            position=position,
            vendor_id=vendor.id,
            account=line.account,
            cents=line.cents,
        )
        for position, line in enumerate(made.lines, start=1)
    )
    await session.flush()
    return entry


async def set_fee_rules(
    session: AsyncSession, principal: Principal, city_id: UUID, wanted: FeeRulesIn
) -> None:
    """For orders that are booked from that day on; what was charged stays charged.

    Raises StaleVersion where somebody else has set them meanwhile.
    """
    await queries.hold_fee_rules(session, city_id)
    if wanted.version != await queries.fee_rules_version(session, city_id):
        raise StaleVersion
    lines = [line.model_dump(mode="json") for line in wanted.rules]
    session.add(
        FeeRules(
            city_id=city_id,
            set_by_id=principal.account_id,
            valid_from=wanted.valid_from,
            rules=lines,
        )
    )
    await session.flush()
    await audit.record(session, principal, "fee_rules.changed", target=f"organization:{city_id}")


def today() -> date:
    """By the city's calendar."""
    return clock.local(clock.now()).date()


async def _standing(
    session: AsyncSession, order: WorkOrder, posted: OrderInLedger
) -> OrderStanding:
    amount = _amount(order)
    fee = posted.fee_cents
    if amount != posted.amount_cents:
        fee = await _fee(session, order, amount)
    return OrderStanding(amount, fee, is_disputed=order.state == OrderState.DISPUTED)


def _amount(order: WorkOrder) -> int:
    """What the resident has paid the vendor; nothing before, and nothing of a voided order."""
    is_paid = order.state in _FINISHED or (
        order.paid_at is not None and order.state != OrderState.CANCELLED
    )
    return (order.amount_cents or 0) if is_paid else 0


async def _fee(session: AsyncSession, order: WorkOrder, amount: int) -> int:
    assert order.vendor_id is not None
    month = month_of(today())
    span = (month, month_after(month))
    before = await queries.orders_before(session, order.vendor_id, span, order.id)
    rules = await queries.fee_rules(session, order.city_id, today())
    return fee_of(Charged(order.category, amount, before + 1, order.is_elder), rules).cents


async def _take_step(
    session: AsyncSession, order: WorkOrder, step: Step, known: list[Entry]
) -> LedgerEntry:
    reverses_id = None
    if step.takes_back is not None:
        back = [one for one in standing_entries(known) if one.kind is step.takes_back]
        reverses_id = back[-1].id
    vendor_id = order.vendor_id
    assert vendor_id is not None
    vendor = await session.get_one(Vendor, vendor_id)
    return await write(
        session,
        vendor,
        step.posting,
        note=_note(step, order),
        work_order_id=order.id,
        reverses_id=reverses_id,
        waits=step.posting.kind in (EntryKind.ORDER, EntryKind.FEE),
    )


def _note(step: Step, order: WorkOrder) -> str:
    what = kind_word(step.takes_back or step.posting.kind)
    back = kind_word(EntryKind.REVERSAL) if step.takes_back else ""
    return f"{back}{what} {order.number} {order.service}"


async def _by_hand(session: AsyncSession, vendor: Vendor, wanted: LedgerEntryIn) -> Posting:
    if wanted.kind is EntryKind.PENALTY and wanted.is_from_deposit:
        if deposit(await queries.balances_of(session, vendor.id)) < wanted.cents:
            raise DepositTooSmall
        return penalty_from_deposit(wanted.cents)
    return posting(wanted.kind, wanted.cents)


async def _require_order_of(session: AsyncSession, vendor: Vendor, order_id: UUID) -> None:
    order = await session.get(WorkOrder, order_id)
    if order is None or order.vendor_id != vendor.id:
        raise InvalidInput(errors=[{"field": "work_order_id", "message": "不是该服务商的派单"}])
