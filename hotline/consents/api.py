"""What a resident agreed to in a matter, and taking it back, which works at once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from fastapi import APIRouter
from sqlalchemy import false

from hotline.accounts.auth import TicketReader, TicketWriter
from hotline.calls import queries as calls
from hotline.calls.models import Call
from hotline.consents import book, queries
from hotline.consents.book import Reach, Sought
from hotline.consents.schemas import (
    MOST_OF_A_REASON,
    ConsentLine,
    ConsentList,
    ConsentOut,
    ConsentPage,
    ConsentQuery,
    WithdrawIn,
)
from hotline.consents.states import Purpose
from hotline.db import Tx
from hotline.dispatch.open_order import withdraw_consent
from hotline.dispatch.queries import order_of_ticket
from hotline.errors import IllegalMove
from hotline.messages import stopping
from hotline.organizations.queries import city_of
from hotline.principal import Principal
from hotline.proxy.authorize import withdraw as withdraw_matter
from hotline.proxy.queries import matter_of_ticket
from hotline.residents import service as residents
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.seen import SeenTicket
from hotline.tickets.words import blind_number, shown

router = APIRouter(prefix="/api/v1", tags=["consents"])


@router.get("/tickets/{ticket_id}/consents")
async def list_consents(ticket_id: SeenTicket, principal: TicketReader, session: Tx) -> ConsentList:
    """这件事里居民同意过什么、什么时候、听到或看到的是哪一版文字，以及撤回。"""
    return await _listed(session, await tickets.ticket(session, principal, ticket_id))


@router.post("/consents/search")
async def search_consents(session: Tx, principal: TicketReader, body: ConsentQuery) -> ConsentPage:
    """同意台账：看得到的工单和通话里居民同意过、拒绝过、撤回了什么，新的在前。"""
    reach = await _reach(session, principal)
    rows = await book.page(session, reach, await _sought(session, principal, body),
                           limit=body.limit + 1)  # fmt: skip
    items = [ConsentLine.model_validate(row) for row in rows[: body.limit]]
    return ConsentPage(items=items, next=items[-1].id if len(rows) > body.limit else None)


@router.post("/tickets/{ticket_id}/consents/withdraw")
async def withdraw_consent_of_ticket(
    ticket_id: SeenTicket, principal: TicketWriter, session: Tx, body: WithdrawIn
) -> ConsentList:
    """居民撤回同意：立即生效，留痕。没有同意过的不能撤回。"""
    ticket = await tickets.ticket(session, principal, ticket_id)
    withdrawing = _WITHDRAWALS.get(body.purpose)
    if withdrawing is None:
        raise IllegalMove
    # Masked it may be longer than it was written.
    reason = shown(ticket, body.reason)[:MOST_OF_A_REASON] if body.reason else None
    await withdrawing(session, principal, ticket, reason)
    await session.flush()
    return await _listed(session, ticket)


async def _reach(session: Tx, principal: Principal) -> Reach:
    tickets_seen = tickets.visible_to(principal).with_only_columns(Ticket.id)
    calls_seen = calls.visible_to(principal).with_only_columns(Call.id)
    return Reach(
        city_id=await city_of(session, principal.organization_id),
        tickets=tickets_seen,
        calls=calls_seen if principal.has("calls:read") else calls_seen.where(false()),
    )


async def _sought(session: Tx, principal: Principal, body: ConsentQuery) -> Sought:
    found = Sought(purpose=body.purpose, answer=body.answer, after=body.after)
    if body.ticket_number is not None:
        chosen = tickets.visible_to(principal).where(Ticket.number == body.ticket_number)
        ticket = await session.scalar(chosen)
        if ticket is None:
            return replace(found, subjects=())
        return replace(
            found, subjects=await _subjects(session, ticket), number_blind=_blind(ticket)
        )
    if body.phone is not None:
        return replace(found, number_blind=blind_number(session, body.phone))
    return found


async def _listed(session: Tx, ticket: Ticket) -> ConsentList:
    subjects = await _subjects(session, ticket)
    rows = await queries.of_matter(session, ticket.city_id, subjects, _blind(ticket))
    return ConsentList(items=[ConsentOut.model_validate(row) for row in rows])


def _blind(ticket: Ticket) -> bytes | None:
    """What else its caller has said; of a confidential one that would tell who it is."""
    return None if ticket.confidential else ticket.caller_blind


async def _subjects(session: Tx, ticket: Ticket) -> list[str]:
    """Everything that a consent in this matter may be about."""
    order = await order_of_ticket(session, ticket.id)
    matter = await matter_of_ticket(session, ticket.id)
    about = {"ticket": ticket.id, "call": ticket.call_id, "work_order": order and order.id,
             "proxy_matter": matter and matter.id}  # fmt: skip
    return [f"{sort}:{key}" for sort, key in about.items() if key]


async def _number_for_vendor(
    session: Tx, principal: Principal, ticket: Ticket, reason: str | None
) -> None:
    order = await order_of_ticket(session, ticket.id)
    if order is None:
        raise IllegalMove
    await withdraw_consent(session, principal, order.id, reason=reason)


async def _authorization(
    session: Tx, principal: Principal, ticket: Ticket, reason: str | None
) -> None:
    await withdraw_matter(session, principal, ticket.id, reason=reason)


async def _messages(session: Tx, principal: Principal, ticket: Ticket, reason: str | None) -> None:
    if ticket.caller_blind is None:
        raise IllegalMove
    await stopping.stop(
        session, principal, city_id=ticket.city_id, subject=f"ticket:{ticket.id}",
        number_blind=ticket.caller_blind, reason=reason,
    )  # fmt: skip


async def _robot(session: Tx, principal: Principal, ticket: Ticket, reason: str | None) -> None:
    if ticket.caller_blind is None:
        raise IllegalMove
    await residents.decline_robot(
        session, ticket.city_id, ticket.caller_blind, subject=f"ticket:{ticket.id}",
        by=principal, reason=reason,
    )  # fmt: skip


_Withdrawing = Callable[[Tx, Principal, Ticket, str | None], Awaitable[None]]

_WITHDRAWALS: Mapping[Purpose, _Withdrawing] = {
    Purpose.VENDOR_NUMBER: _number_for_vendor,
    Purpose.PROXY: _authorization,
    Purpose.SMS: _messages,
    Purpose.ROBOT_CALL: _robot,
}
