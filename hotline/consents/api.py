"""What a resident agreed to in a matter, and taking it back, which works at once."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter

from hotline.accounts.auth import TicketReader, TicketWriter
from hotline.consents import queries
from hotline.consents.schemas import ConsentList, ConsentOut, WithdrawIn
from hotline.consents.states import Purpose
from hotline.db import Tx
from hotline.dispatch.open_order import withdraw_consent
from hotline.dispatch.queries import order_of_ticket
from hotline.errors import IllegalMove
from hotline.messages import stopping
from hotline.principal import Principal
from hotline.proxy.authorize import withdraw as withdraw_matter
from hotline.proxy.queries import matter_of_ticket
from hotline.residents import service as residents
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.seen import SeenTicket

router = APIRouter(prefix="/api/v1", tags=["consents"])


@router.get("/tickets/{ticket_id}/consents")
async def list_consents(ticket_id: SeenTicket, principal: TicketReader, session: Tx) -> ConsentList:
    """这件事里居民同意过什么、什么时候、听到或看到的是哪一版文字，以及撤回。"""
    return await _listed(session, await tickets.ticket(session, principal, ticket_id))


@router.post("/tickets/{ticket_id}/consents/withdraw")
async def withdraw_consent_of_ticket(
    ticket_id: SeenTicket, principal: TicketWriter, session: Tx, body: WithdrawIn
) -> ConsentList:
    """居民撤回同意：立即生效，留痕。没有同意过的不能撤回。"""
    ticket = await tickets.ticket(session, principal, ticket_id)
    withdrawing = _WITHDRAWALS.get(body.purpose)
    if withdrawing is None:
        raise IllegalMove
    await withdrawing(session, principal, ticket)
    await session.flush()
    return await _listed(session, ticket)


async def _listed(session: Tx, ticket: Ticket) -> ConsentList:
    order = await order_of_ticket(session, ticket.id)
    matter = await matter_of_ticket(session, ticket.id)
    about = {"ticket": ticket.id, "call": ticket.call_id, "work_order": order and order.id,
             "proxy_matter": matter and matter.id}  # fmt: skip
    subjects = [f"{sort}:{key}" for sort, key in about.items() if key]
    rows = await queries.of_matter(session, ticket.city_id, subjects, ticket.caller_blind)
    return ConsentList(items=[ConsentOut.model_validate(row) for row in rows])


async def _number_for_vendor(session: Tx, principal: Principal, ticket: Ticket) -> None:
    order = await order_of_ticket(session, ticket.id)
    if order is None:
        raise IllegalMove
    await withdraw_consent(session, principal, order.id)


async def _authorization(session: Tx, principal: Principal, ticket: Ticket) -> None:
    await withdraw_matter(session, principal, ticket.id)


async def _messages(session: Tx, principal: Principal, ticket: Ticket) -> None:
    if ticket.caller_blind is None:
        raise IllegalMove
    await stopping.stop(
        session, principal, city_id=ticket.city_id, subject=f"ticket:{ticket.id}",
        number_blind=ticket.caller_blind,
    )  # fmt: skip


async def _robot(session: Tx, principal: Principal, ticket: Ticket) -> None:
    if ticket.caller_blind is None:
        raise IllegalMove
    await residents.decline_robot(
        session, ticket.city_id, ticket.caller_blind, subject=f"ticket:{ticket.id}", by=principal
    )


_WITHDRAWALS: Mapping[Purpose, Callable[[Tx, Principal, Ticket], Awaitable[None]]] = {
    Purpose.VENDOR_NUMBER: _number_for_vendor,
    Purpose.PROXY: _authorization,
    Purpose.SMS: _messages,
    Purpose.ROBOT_CALL: _robot,
}
