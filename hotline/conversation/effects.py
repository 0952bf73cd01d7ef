"""Carry out what a turn decided: open a ticket, add to it, raise an emergency."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.agents.models import Skill
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.conversation.languages import MONGOLIAN
from hotline.conversation.ordering import add_address, open_order
from hotline.conversation.pressing import press_ticket
from hotline.conversation.talk import (
    AddFollower,
    AddToTicket,
    CountTrouble,
    Effect,
    NoteEmergency,
    OpenOrder,
    OpenTicket,
    PressTicket,
    RememberLanguage,
    Talk,
    TextAnswer,
)
from hotline.conversation.texting import text_answer
from hotline.conversation.wording import Wording
from hotline.incidents import service as incidents
from hotline.incidents.work import NOTE_CALL
from hotline.jobs import service as jobs
from hotline.organizations import queries as organizations
from hotline.principal import Principal
from hotline.queueing import callbacks
from hotline.residents import service as residents
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket, TicketKind, Urgency

TAIL_DIGITS = 4
_MACHINE_SCOPES = frozenset({"tickets:read", "tickets:write", "calls:read"})
_KINDS = {
    "government": TicketKind.CONSULT,
    "assistance": TicketKind.HELP,
    "complaint": TicketKind.COMPLAINT,
    "convenience": TicketKind.SERVICE,
}


async def carry_out(
    session: AsyncSession, call: Call, talk: Talk, effect: Effect, wording: Wording
) -> Talk:
    """The talk as it is after the effect."""
    act: Callable[..., Awaitable[Talk]] = _ACTS[type(effect)]
    return await act(session, call, talk, effect, wording)


async def machine(session: AsyncSession, call: Call, wording: Wording) -> Principal:
    """The hotline itself as the one who acts, for the desk whose number was called."""
    return Principal(
        account_id=None,
        name=wording.text("machine_name"),
        scopes=_MACHINE_SCOPES,
        organization_id=call.organization_id,
        subtree=await organizations.subtree_ids(session, call.city_id),
    )


async def _open(
    session: AsyncSession, call: Call, talk: Talk, effect: OpenTicket, wording: Wording
) -> Talk:
    entry = effect.entry
    ticket = await tickets.open_ticket(
        session,
        await machine(session, call, wording),
        kind=_KINDS[entry.kind],
        title=entry.name,
        description=effect.need.text,
        district=effect.district,
        entry_id=entry.id,
        urgency=Urgency.URGENT if entry.urgency == "urgent" else Urgency.NORMAL,
        caller_number=None if effect.is_anonymous else calls.caller_number(session, call),
        call_id=call.id,
        is_confidential=effect.is_confidential,
        is_anonymous=effect.is_anonymous,
    )
    return _with_ticket(session, call, talk, ticket)


async def _add(
    session: AsyncSession, call: Call, talk: Talk, effect: AddToTicket, wording: Wording
) -> Talk:
    if talk.ticket_id is None:
        return talk
    principal = await machine(session, call, wording)
    note = wording.text(effect.note_key, note=effect.note) if effect.note_key else None
    await tickets.add_from_caller(
        session, principal, UUID(talk.ticket_id), address=effect.address, note=note
    )
    if talk.has_order and effect.address is not None:
        await add_address(session, principal, talk, effect.address)
    return talk


async def _order(
    session: AsyncSession, call: Call, talk: Talk, effect: OpenOrder, wording: Wording
) -> Talk:
    return await open_order(session, await machine(session, call, wording), talk, effect, wording)


async def _emergency(
    session: AsyncSession, call: Call, talk: Talk, effect: NoteEmergency, wording: Wording
) -> Talk:
    call.emergency = effect.line
    lines = "、".join((effect.line, *effect.also))
    title = wording.text("emergency_title", line=lines)
    ticket = await tickets.open_ticket(
        session,
        await machine(session, call, wording),
        kind=TicketKind.HELP,
        title=title,
        description=effect.text,
        district=talk.district,
        urgency=Urgency.EMERGENCY,
        caller_number=calls.caller_number(session, call),
        call_id=call.id,
    )
    await calls.raise_alarm(
        session, kind="emergency", text=title, city_id=call.city_id, call=call, ticket_id=ticket.id
    )
    skill = Skill.MONGOLIAN if talk.language == MONGOLIAN else Skill.MANDARIN
    await callbacks.see_after(session, call, effect.line, skill)
    return _with_ticket(session, call, talk, ticket)


async def _follow(
    session: AsyncSession, call: Call, talk: Talk, effect: AddFollower, _wording: Wording
) -> Talk:
    await incidents.follow(session, call, UUID(effect.incident_id))
    return talk


async def _count(
    session: AsyncSession, call: Call, talk: Talk, effect: CountTrouble, _wording: Wording
) -> Talk:
    payload = {"call_id": str(call.id), "entry_key": effect.entry_id}
    await jobs.enqueue(session, NOTE_CALL, payload)
    return talk


async def _press(
    session: AsyncSession, call: Call, talk: Talk, effect: PressTicket, wording: Wording
) -> Talk:
    if talk.ticket_id is not None:
        principal = await machine(session, call, wording)
        note = wording.text(f"{effect.press}_note", note=effect.words)
        await press_ticket(session, principal, UUID(talk.ticket_id), effect.press, note)
    return talk


async def _remember(
    session: AsyncSession, call: Call, talk: Talk, effect: RememberLanguage, _wording: Wording
) -> Talk:
    await residents.remember_language(session, call.city_id, call.from_blind, effect.language)
    return talk


async def _text(
    session: AsyncSession, call: Call, talk: Talk, effect: TextAnswer, wording: Wording
) -> Talk:
    await text_answer(session, call, effect.entry, effect.phone, wording)
    return talk


def _with_ticket(session: AsyncSession, call: Call, talk: Talk, ticket: Ticket) -> Talk:
    call.ticket_ids = [*call.ticket_ids, str(ticket.id)]
    tail = "".join(letter for letter in ticket.number if letter.isdigit())[-TAIL_DIGITS:]
    code = tickets.query_code(session, ticket)
    return replace(talk, ticket_id=str(ticket.id), ticket_tail=tail, ticket_code=code)


_ACTS: dict[type, Any] = {
    OpenTicket: _open,
    AddToTicket: _add,
    OpenOrder: _order,
    NoteEmergency: _emergency,
    AddFollower: _follow,
    CountTrouble: _count,
    PressTicket: _press,
    RememberLanguage: _remember,
    TextAnswer: _text,
}
