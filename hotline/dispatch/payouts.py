"""Pay-outs: prepared by one person, approved by another, then paid; only then is money gone.

The database refuses an approver who is the preparer, whatever this code says.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.db import uuid7
from hotline.directory.models import Vendor
from hotline.dispatch import ledger_queries
from hotline.dispatch import settlement_queries as queries
from hotline.dispatch.ledger import EntryKind, deposit, posting
from hotline.dispatch.ledger_models import (
    LedgerEntry,
    Payout,
    PayoutPurpose,
    PayoutState,
    payout_number,
)
from hotline.dispatch.ledger_service import reverse, today, write
from hotline.dispatch.ledger_words import month_word, word
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.settlement_news import tell_accounts_changed
from hotline.dispatch.settlement_schemas import PayoutIn
from hotline.errors import Conflict, HotlineError, InvalidInput
from hotline.principal import Principal
from hotline.privacy import mask_text

_POSTED_AS: Mapping[PayoutPurpose, EntryKind] = {
    PayoutPurpose.BALANCE: EntryKind.PAYOUT,
    PayoutPurpose.DEPOSIT: EntryKind.DEPOSIT_RETURN,
    PayoutPurpose.COMPENSATION: EntryKind.COMPENSATION,
}


class SamePerson(HotlineError):
    status, code = 403, "payout_same_person"
    detail = "付款由一人提交、另一人复核，不能由同一人完成。"


class NothingToPay(Conflict):
    code, detail = "payout_exceeds_balance", "可付金额不足。"


class PayoutOpen(Conflict):
    code, detail = "payout_open", "该服务商已有一笔付款等待复核。"


class PayoutMoved(Conflict):
    code, detail = "payout_moved", "这笔付款的状态已经改变，请刷新后再试。"


async def prepare(session: AsyncSession, principal: Principal, wanted: PayoutIn) -> Payout:
    """All that may be paid, or a part of it. Raises NothingToPay, PayoutOpen."""
    vendor = await ledger_queries.vendor(session, principal, wanted.vendor_id)
    await ledger_queries.locked_vendor(session, vendor.id)
    if wanted.settlement_id is not None:
        await queries.settlement(session, principal, wanted.settlement_id)
    if wanted.work_order_id is not None:
        order = await session.get(WorkOrder, wanted.work_order_id)
        if order is None or order.vendor_id != vendor.id:
            errors = [{"field": "work_order_id", "message": "不是该服务商的派单"}]
            raise InvalidInput(errors=errors)
    available = await _available(session, vendor.id, wanted.purpose)
    cents = available if wanted.cents is None else wanted.cents
    if not 0 < cents <= available:
        raise NothingToPay(available_cents=available)
    return await _write(session, principal, vendor, wanted, cents)


async def prepare_all(
    session: AsyncSession, principal: Principal, settlement_id: UUID
) -> list[Payout]:
    """One for each vendor of the settlement who may be paid and has none that waits."""
    one = await queries.settlement(session, principal, settlement_id)
    statements = await queries.statements_of(session, principal, settlement_id)
    waiting = await queries.waiting_vendors(session, [row.vendor_id for row in statements])
    may_have = await ledger_queries.payable(session, [row.vendor_id for row in statements], today())
    chosen = [row for row in statements
              if row.vendor_id not in waiting and may_have.get(row.vendor_id, 0) > 0]  # fmt: skip
    note = word("payout_note", month=month_word(one.month))
    return [
        await prepare(
            session, principal,
            PayoutIn(vendor_id=row.vendor_id, settlement_id=settlement_id, note=note),
        )
        for row in sorted(chosen, key=lambda row: row.vendor_id)
    ]  # fmt: skip


async def approve(session: AsyncSession, principal: Principal, payout_id: UUID) -> Payout:
    """Booked in the same transaction, so that nothing is paid twice. Raises SamePerson."""
    payout, vendor = await _held(session, principal, payout_id, PayoutState.PREPARED)
    if payout.prepared_by_id == principal.account_id:
        raise SamePerson
    purpose = PayoutPurpose(payout.purpose)
    available = await _available(session, vendor.id, purpose)
    if payout.cents > available:
        raise NothingToPay(available_cents=available)
    payout.state = PayoutState.APPROVED
    payout.approved_by_id, payout.decided_at = principal.account_id, clock.now()
    await session.flush()
    await write(
        session,
        vendor,
        posting(_POSTED_AS[purpose], payout.cents),
        note=payout.note,
        payout_id=payout.id,
        made_by_id=principal.account_id,
    )
    return await _changed(session, principal, payout, "payout.approved")


async def refuse(
    session: AsyncSession, principal: Principal, payout_id: UUID, *, reason: str
) -> Payout:
    """By the one who reviews; whoever prepared it takes it back the same way."""
    payout, _ = await _held(session, principal, payout_id, PayoutState.PREPARED)
    payout.state, payout.reason = PayoutState.REFUSED, mask_text(reason)
    payout.decided_at = clock.now()
    return await _changed(session, principal, payout, "payout.refused")


async def mark_paid(
    session: AsyncSession, principal: Principal, payout_id: UUID, *, bank_reference: str
) -> Payout:
    payout, _ = await _held(session, principal, payout_id, PayoutState.APPROVED)
    payout.state, payout.paid_at = PayoutState.PAID, clock.now()
    payout.bank_reference = bank_reference
    return await _changed(session, principal, payout, "payout.paid")


async def mark_returned(
    session: AsyncSession, principal: Principal, payout_id: UUID, *, reason: str
) -> Payout:
    """The bank sent it back: the booking is reversed and it is owed again."""
    payout, vendor = await _held(
        session, principal, payout_id, PayoutState.APPROVED, PayoutState.PAID
    )
    chosen = select(LedgerEntry).where(
        LedgerEntry.payout_id == payout.id, LedgerEntry.reverses_id.is_(None)
    )
    entry = (await session.scalars(chosen)).one()
    payout.state, payout.reason = PayoutState.RETURNED, mask_text(reason)
    note = word("returned_note", reason=payout.reason)
    await reverse(session, vendor, entry, note=note, by=principal.account_id)
    return await _changed(session, principal, payout, "payout.returned")


async def _held(
    session: AsyncSession, principal: Principal, payout_id: UUID, *states: PayoutState
) -> tuple[Payout, Vendor]:
    payout = await queries.locked_payout(session, principal, payout_id)
    if payout.state not in states:
        raise PayoutMoved
    return payout, await ledger_queries.locked_vendor(session, payout.vendor_id)


async def _available(session: AsyncSession, vendor_id: UUID, purpose: PayoutPurpose) -> int:
    if purpose is PayoutPurpose.BALANCE:
        return (await ledger_queries.payable(session, [vendor_id], today())).get(vendor_id, 0)
    return deposit(await ledger_queries.balances_of(session, vendor_id))


async def _write(
    session: AsyncSession, principal: Principal, vendor: Vendor, wanted: PayoutIn, cents: int
) -> Payout:
    assert principal.account_id is not None
    number = await session.scalar(select(payout_number.next_value()))
    payout = Payout(
        id=uuid7(),
        number=f"FK{today():%Y%m}-{number:06d}",
        city_id=vendor.city_id,
        vendor_id=vendor.id,
        settlement_id=wanted.settlement_id,
        work_order_id=wanted.work_order_id,
        purpose=wanted.purpose,
        cents=cents,
        state=PayoutState.PREPARED,
        prepared_by_id=principal.account_id,
        note=mask_text(wanted.note),
    )
    try:
        async with session.begin_nested():
            session.add(payout)
    except IntegrityError as error:
        if "uq_payout_prepared" in str(error):
            raise PayoutOpen from None
        raise
    return await _changed(session, principal, payout, "payout.prepared")


async def _changed(
    session: AsyncSession, principal: Principal, payout: Payout, name: str
) -> Payout:
    await session.flush()
    await audit.record(
        session, principal, name, target=f"payout:{payout.id}", reason=payout.reason,
        vendor_id=payout.vendor_id, cents=payout.cents,
    )  # fmt: skip
    await tell_accounts_changed(session, payout.city_id, payout.settlement_id)
    return payout
