"""What residents are told by text message at each step, and who is told nothing."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.messages.sending import Letter, send_by_template
from hotline.privacy import mask_text
from hotline.tickets import queries, words
from hotline.tickets.links import Purpose, make_link
from hotline.tickets.models import Ticket, TicketPetitioner
from hotline.tickets.rules import Move
from hotline.tickets.schemas import MoveIn
from hotline.tickets.states import Urgency

RECEIVED = "sms_ticket_received"
TEMPLATES: Mapping[Move, str] = {
    Move.GRANT_EXTENSION: "sms_ticket_extended",
    Move.GRANT_SUSPENSION: "sms_ticket_suspended",
    Move.RESUME: "sms_ticket_resumed",
    Move.END_SUSPENSION: "sms_ticket_resumed",
    Move.AUTO_RESUME: "sms_ticket_resumed",
    Move.ACCEPT_REPLY: "sms_ticket_replied_rate",
    Move.ACCEPT_AND_CLOSE: "sms_ticket_replied",
    Move.REFUSE: "sms_ticket_refused",
    Move.MERGE: "sms_ticket_merged",
    Move.REFER: "sms_ticket_referred",
    Move.RESTART: "sms_ticket_redo",
}
_REPLIES = frozenset({Move.ACCEPT_REPLY, Move.ACCEPT_AND_CLOSE})
_LONGEST_TITLE, _LONGEST_ANSWER = 20, 300


def is_told(ticket: Ticket) -> bool:
    """Nothing is sent where a message could betray an informant or disturb an emergency."""
    is_hidden = ticket.confidential or ticket.anonymous
    is_part = ticket.parent_id is not None
    return not (is_hidden or is_part or ticket.urgency == Urgency.EMERGENCY)


async def tell_received(session: AsyncSession, ticket: Ticket) -> None:
    """The receipt: number, and the code that opens the ticket on the portal and by phone."""
    if is_told(ticket):
        code = words.query_code(session, ticket)
        await _send(session, ticket, RECEIVED, {"code": code})


async def tell_moved(session: AsyncSession, ticket: Ticket, made: MoveIn) -> None:
    """What the move means to the caller, and the reply to everybody who joined."""
    template = TEMPLATES.get(made.move)
    if template is None or not is_told(ticket):
        return
    answer = await _answer(session, ticket) if made.move in _REPLIES else ""
    more = {"answer": answer, "reason": _reason(made), "receiver": made.receiver or ""}
    if made.move is Move.ACCEPT_REPLY:
        more["link"] = f"/r/{await make_link(session, ticket, Purpose.RATING)}"
    if made.move is Move.MERGE and ticket.merged_into_id is not None:
        parent = await session.get_one(Ticket, ticket.merged_into_id)
        more["parent"] = parent.number
    await _send(session, ticket, template, more)
    if made.move in _REPLIES:
        await _tell_petitioners(session, ticket, answer)


def spoken_day(moment: datetime | None) -> str:
    """As people say a day and an hour: 11月25日18时."""
    if moment is None:
        return ""
    here = clock.local(moment)
    return f"{here.month}月{here.day}日{here.hour}时"


async def _send(
    session: AsyncSession, ticket: Ticket, template: str, more: Mapping[str, str]
) -> None:
    number = words.caller_of(session, ticket)
    if number is not None:
        await _write(session, ticket, template, number, more)


async def _write(
    session: AsyncSession, ticket: Ticket, template: str, to: str, more: Mapping[str, str]
) -> None:
    params = {
        "title": ticket.title[:_LONGEST_TITLE],
        "number": ticket.number,
        "due": spoken_day(ticket.resident_due_at),
    }
    letter = Letter(
        city_id=ticket.city_id,
        organization_id=ticket.district_id or ticket.city_id,
        subject=subject_of(ticket.id),
        template=template,
        params=params | dict(more),
        to=to,
        is_urgent=ticket.urgency != Urgency.NORMAL,
    )
    await send_by_template(session, letter)


def subject_of(ticket_id: UUID) -> str:
    return f"ticket:{ticket_id}"


async def _tell_petitioners(session: AsyncSession, ticket: Ticket, answer: str) -> None:
    """Everybody under the number of their own ticket; whoever asked for secrecy is not written."""
    for joined, own in (await session.execute(_petitioners(ticket))).all():
        number = words.petitioner_of(session, joined)
        if number is not None and is_told(own):
            more = {"answer": answer, "number": own.number}
            await _write(session, ticket, "sms_ticket_replied", number, more)


def _petitioners(ticket: Ticket) -> Select[TicketPetitioner, Ticket]:
    return (
        select(TicketPetitioner, Ticket)
        .join(Ticket, Ticket.id == TicketPetitioner.from_ticket_id)
        .where(TicketPetitioner.ticket_id == ticket.id)
        .order_by(TicketPetitioner.id)
    )


async def _answer(session: AsyncSession, ticket: Ticket) -> str:
    reply = await session.scalar(queries.latest_reply(ticket.id))
    return reply.public_answer[:_LONGEST_ANSWER] if reply else ""


def _reason(made: MoveIn) -> str:
    return mask_text(made.note or "")[:_LONGEST_ANSWER]
