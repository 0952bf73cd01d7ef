"""What units read of a confidential ticket: proposed by the machine, confirmed by a person."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.errors import Conflict, IllegalMove, InvalidInput, StaleVersion
from hotline.principal import Principal
from hotline.privacy import Span, find_personal
from hotline.tickets import queries, words
from hotline.tickets.changes import record, snapshot, touch
from hotline.tickets.errors import MoveNotYours
from hotline.tickets.models import Ticket
from hotline.tickets.phrases import phrase
from hotline.tickets.states import Status

_DESK = frozenset({"dispatcher", "city_supervisor"})
_BEFORE_DISPATCH = frozenset({Status.DRAFT, Status.REGISTERED, Status.TO_DISPATCH})


@dataclass(frozen=True, slots=True)
class Proposal:
    """The original, and what should be hidden in it; `spans` are characters of `text`."""

    text: str
    spans: list[Span]
    version: int


async def propose_redaction(
    session: AsyncSession, principal: Principal, ticket_id: UUID
) -> Proposal:
    """Reading the original is audited like a reveal."""
    ticket = await _confidential(session, principal, ticket_id)
    await audit.record(session, principal, "ticket.redaction_read", target=f"ticket:{ticket.id}")
    original = words.words_of(session, ticket)
    return Proposal(original, find_personal(original), ticket.version)


async def confirm_redaction(
    session: AsyncSession,
    principal: Principal,
    ticket_id: UUID,
    *,
    hidden: list[tuple[int, int]],
    title: str | None,
    version: int,
) -> Ticket:
    """What is chosen is hidden besides all that the machine finds; nobody can uncover that."""
    ticket = await _confidential(session, principal, ticket_id)
    if ticket.version != version:
        raise StaleVersion
    original = words.words_of(session, ticket)
    if any(not 0 <= start < end <= len(original) for start, end in hidden):
        raise InvalidInput(errors=[{"field": "hidden", "message": "超出原文范围"}])
    was = snapshot(ticket)
    words.set_shown(
        ticket, title=title or ticket.title, description=words.redacted(original, hidden)
    )
    ticket.redacted_at, ticket.redacted_by_id = clock.now(), principal.account_id
    touch(ticket)
    await session.flush()
    note = phrase("redacted")
    await record(session, principal, ticket, was=was, name="ticket.updated", note=note)
    return ticket


async def _confidential(session: AsyncSession, principal: Principal, ticket_id: UUID) -> Ticket:
    ticket = await queries.locked_ticket(session, principal, ticket_id)
    if not principal.roles & _DESK or ticket.city_id not in principal.subtree:
        raise MoveNotYours
    if not ticket.confidential:
        raise Conflict
    if ticket.status not in _BEFORE_DISPATCH:
        raise IllegalMove(status=ticket.status)
    return ticket
