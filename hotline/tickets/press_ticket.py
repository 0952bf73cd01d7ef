"""Press a ticket on: the resident urges (催办), a supervisor supervises (督办)."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db.snapshots import Snapshot
from hotline.errors import IllegalMove, InvalidInput
from hotline.principal import Principal
from hotline.tickets import queries, words
from hotline.tickets.alarms import raise_alarm
from hotline.tickets.changes import record, snapshot, touch
from hotline.tickets.errors import MoveNotYours
from hotline.tickets.ladder import LEVELS
from hotline.tickets.models import Ticket
from hotline.tickets.phrases import phrase
from hotline.tickets.states import FINISHED

HIGHEST_LEVEL = max(LEVELS.values())
_DESK = frozenset({"agent", "dispatcher", "district_supervisor", "city_supervisor"})


async def urge_ticket(
    session: AsyncSession, principal: Principal, ticket_id: UUID, *, note: str | None = None
) -> Ticket:
    """The same matter again, while it is open: counted and told to who holds it, no new ticket."""
    if principal.account_id is not None and not principal.roles & _DESK:
        raise MoveNotYours
    ticket = await _open_ticket(session, principal, ticket_id)
    was = snapshot(ticket)
    ticket.urge_count += 1
    key = "urged" if note else "urged_plain"
    text = phrase(key, count=ticket.urge_count, note=words.shown(ticket, note or ""))
    return await _written(session, principal, ticket, was, text)


async def supervise_ticket(
    session: AsyncSession, principal: Principal, ticket_id: UUID, *, level: int, note: str
) -> Ticket:
    """Raise the level; nobody lowers it while the ticket is open."""
    ticket = await _open_ticket(session, principal, ticket_id)
    if not ticket.supervision_level < level <= HIGHEST_LEVEL:
        message = f"督办级别只能提高，最高 {HIGHEST_LEVEL} 级"
        raise InvalidInput(errors=[{"field": "level", "message": message}])
    was = snapshot(ticket)
    ticket.supervision_level = level
    text = phrase("supervised", level=level, note=words.shown(ticket, note))
    await _written(session, principal, ticket, was, text)
    told = phrase("alarm_supervision", number=ticket.number)
    await raise_alarm(session, ticket, "supervision", told, audience=[ticket.custody_id])
    return ticket


async def _open_ticket(session: AsyncSession, principal: Principal, ticket_id: UUID) -> Ticket:
    ticket = await queries.locked_ticket(session, principal, ticket_id)
    if ticket.status in FINISHED:
        raise IllegalMove(status=ticket.status)
    return ticket


async def _written(
    session: AsyncSession, principal: Principal, ticket: Ticket, was: Snapshot, note: str
) -> Ticket:
    touch(ticket)
    await session.flush()
    await record(session, principal, ticket, was=was, name="ticket.updated", note=note)
    return ticket
