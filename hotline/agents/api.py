"""One's own presence; for supervisors the seats of their desks, by force where it must be."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from hotline.accounts import queries as accounts
from hotline.accounts.auth import CallReader, CallTaker, PresenceSetter, SeatSupervisor
from hotline.accounts.confirming import renew_token, require_password
from hotline.accounts.schemas import PresenceOut
from hotline.agents import queries, service
from hotline.agents.models import Seat
from hotline.agents.schemas import (
    AddressesIn,
    OwnSeatOut,
    PhoneTokenOut,
    PresenceIn,
    SeatOut,
    SeatPage,
    SkillsIn,
)
from hotline.db import Database, Tx
from hotline.errors import NotFound
from hotline.telephony.browser_phones import SECONDS, issuer_of, own_identity

router = APIRouter(prefix="/api/v1", tags=["agents"])


@router.put("/me/presence")
async def set_presence(session: Tx, principal: PresenceSetter, body: PresenceIn) -> PresenceOut:
    """切换我的坐席状态；通话中提出的，话后生效。"""
    seat = await service.set_presence(session, principal, body.state, body.reason)
    return PresenceOut(state=seat.state, reason=seat.reason, since=seat.since)


@router.get("/me/seat")
async def show_own_seat(session: Tx, principal: CallTaker) -> OwnSeatOut:
    """我的坐席：状态、技能、话机、当前来电。"""
    return OwnSeatOut.model_validate(await service.own_seat(session, principal))


@router.post("/me/phone-token")
async def issue_phone_token(request: Request, session: Tx, principal: CallTaker) -> PhoneTokenOut:
    """浏览器话机的令牌，一小时有效；不用浏览器话机则 404。"""
    issuer = issuer_of(request.state.settings)
    seat = await service.own_seat(session, principal)
    username = await accounts.username_of(session, seat.account_id)
    identity = own_identity(username or "", seat.addresses)
    if issuer is None or identity is None:
        raise NotFound
    return PhoneTokenOut(token=issuer.token(identity), identity=identity, seconds=SECONDS)


@router.get("/agents")
async def list_agents(session: Tx, principal: CallReader) -> SeatPage:
    """本级及下级的坐席和他们的状态。"""
    seats = await session.scalars(queries.page_of_seats(principal))
    return SeatPage(items=[_out(seat) for seat in seats])


@router.put("/agents/{account_id}/presence")
async def force_presence(
    session: Tx, principal: SeatSupervisor, account_id: UUID, body: PresenceIn
) -> SeatOut:
    """值班长强制切换坐席状态。"""
    forced = await service.force_presence(
        session, principal, account_id, body.state, body.reason
    )  # fmt: skip
    return _out(forced)


@router.put("/agents/{account_id}/skills")
async def set_skills(
    session: Tx, principal: SeatSupervisor, account_id: UUID, body: SkillsIn
) -> SeatOut:
    """调整技能组，立即生效。"""
    return _out(await service.set_skills(session, principal, account_id, body.skills))


@router.put("/agents/{account_id}/addresses", status_code=204)
async def set_addresses(
    request: Request, response: Response, principal: SeatSupervisor, account_id: UUID,
    body: AddressesIn,
) -> None:  # fmt: skip
    """坐席话机，按顺序呼叫；须再次输入自己的密码。"""
    await require_password(request, principal, "password", body.password)
    database: Database = request.state.database
    async with database.transaction() as session:
        await service.set_addresses(session, principal, account_id, body.addresses)
        await renew_token(session, request, response, principal)


def _out(seat: Seat) -> SeatOut:
    return SeatOut.model_validate(seat)
