"""Agents answer and lead talks; supervisors watch the lines and join in; everybody sees queues."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from hotline.accounts.auth import CallReader, CallTaker, SeatSupervisor
from hotline.calls import queries as calls
from hotline.calls.models import Call
from hotline.calls.schemas import CallOut
from hotline.db import Tx
from hotline.errors import InvalidInput
from hotline.queueing import commands, lines, monitor, offers, outbound, past, queries, transfer
from hotline.queueing.models import Offer
from hotline.queueing.schemas import (
    MonitorIn,
    MuteIn,
    OfferOut,
    OfferPage,
    OutboundIn,
    PastOut,
    QueuePage,
    TargetIn,
    TransferIn,
    WrapUpIn,
)

router = APIRouter(prefix="/api/v1", tags=["queueing"])


async def call_in_hand(session: Tx, principal: CallTaker, call_id: UUID) -> Call:
    """The call that is spoken of, locked; not visible is 404."""
    return await calls.call_to_change(session, principal, call_id)


CallInHand = Annotated[Call, Depends(call_in_hand)]


@router.get("/queues")
async def list_queues(session: Tx, principal: CallReader) -> QueuePage:
    """排队情况：等候人数、最长等候、坐席状态、当前服务水平。"""
    rows = (await session.scalars(queries.page_of_queues(principal))).all()
    return QueuePage(items=[await lines.show_line(session, row) for row in rows])


@router.get("/me/offers")
async def list_own_offers(session: Tx, principal: CallTaker) -> OfferPage:
    """正在派给我的来电（控制台刷新后用）。"""
    found = await queries.own_offers(session, principal)
    return OfferPage(items=[_offer_out(offer, call) for offer, call in found])


@router.get("/calls/{call_id}/past")
async def show_past(session: Tx, principal: CallTaker, call_id: UUID) -> PastOut:
    """这位来电人一年内的来电和工单（保密工单和举报不列）。"""
    call = await calls.call(session, principal, call_id)
    return PastOut.model_validate(await past.past_of(session, principal, call))


@router.post("/calls", status_code=201)
async def call_resident(session: Tx, principal: CallTaker, body: OutboundIn) -> CallOut:
    """外呼：回拨来电人，或就工单联系来电人。"""
    call = await outbound.call_resident(
        session, principal, ticket_id=body.ticket_id, call_id=body.call_id
    )
    return _out(call)


@router.post("/calls/{call_id}/accept")
async def accept_call(session: Tx, principal: CallTaker, call_id: UUID) -> OfferOut:
    """接听派给我的来电，或主动接起排队中的来电。"""
    return _offer_out(*await offers.accept(session, principal, call_id))


@router.post("/calls/{call_id}/decline")
async def decline_call(session: Tx, principal: CallTaker, call: CallInHand) -> CallOut:
    """婉拒派给我的来电，转给下一位坐席。"""
    await offers.decline(session, principal, call)
    return _out(call)


@router.post("/calls/{call_id}/hold")
async def hold_call(session: Tx, principal: CallTaker, call: CallInHand) -> CallOut:
    """保持来电人。"""
    await commands.hold(session, principal, call, on=True)
    return _out(call)


@router.post("/calls/{call_id}/resume")
async def resume_call(session: Tx, principal: CallTaker, call: CallInHand) -> CallOut:
    """取消保持。"""
    await commands.hold(session, principal, call, on=False)
    return _out(call)


@router.post("/calls/{call_id}/mute")
async def mute_call(session: Tx, principal: CallTaker, call: CallInHand, body: MuteIn) -> CallOut:
    """静音或取消静音。"""
    await commands.mute(session, principal, call, on=body.on)
    return _out(call)


@router.post("/calls/{call_id}/consult")
async def consult(session: Tx, principal: CallTaker, call: CallInHand, body: TargetIn) -> CallOut:
    """咨询坐席、承办单位或外部号码，来电人保持。"""
    await transfer.consult(session, principal, call, _target(body))
    return _out(call)


@router.post("/calls/{call_id}/merge")
async def merge_call(session: Tx, principal: CallTaker, call: CallInHand) -> CallOut:
    """三方通话。"""
    await transfer.merge(session, principal, call)
    return _out(call)


@router.post("/calls/{call_id}/transfer")
async def transfer_call(
    session: Tx, principal: CallTaker, call: CallInHand, body: TransferIn
) -> CallOut:
    """转接：咨询后转接，或直接转给坐席、单位、号码、排队。"""
    if body.mode == "warm":
        await transfer.transfer_warm(session, principal, call)
    elif body.to_queue:
        await transfer.transfer_to_line(session, principal, call, body.skill)
    else:
        await transfer.transfer_blind(session, principal, call, _target(body))
    return _out(call)


@router.post("/calls/{call_id}/hangup")
async def hang_up_call(session: Tx, principal: CallTaker, call: CallInHand) -> CallOut:
    """结束通话，来电人进入评价。"""
    await commands.hang_up(session, principal, call)
    return _out(call)


@router.post("/calls/{call_id}/wrap-up")
async def wrap_up_call(
    session: Tx, principal: CallTaker, call: CallInHand, body: WrapUpIn
) -> CallOut:
    """话后：填写办理结果，坐席恢复。"""
    await commands.wrap_up(session, principal, call, body.outcome, body.next)
    return _out(call)


@router.post("/calls/{call_id}/monitor")
async def monitor_call(
    session: Tx, principal: SeatSupervisor, call: CallInHand, body: MonitorIn
) -> CallOut:
    """监听、密语、插话、接管，或退出。"""
    await monitor.monitor(session, principal, call, body.mode, reason=body.reason)
    return _out(call)


def _target(body: TargetIn) -> transfer.Target:
    given = [one for one in (body.account_id, body.organization_id, body.number) if one is not None]
    if len(given) != 1:
        wrong = {"field": "account_id", "message": "坐席、单位、号码须且只能填一项。"}
        raise InvalidInput(errors=[wrong])
    return transfer.Target(body.account_id, body.organization_id, body.number)


def _offer_out(offer: Offer, call: Call) -> OfferOut:
    return OfferOut(
        offer_id=offer.id, leg_id=offer.leg_id, account_id=offer.account_id,
        expires_at=offer.expires_at, call=_out(call),
    )  # fmt: skip


def _out(call: Call) -> CallOut:
    return CallOut.model_validate(call)
