"""What the hotline does with a ticket by itself, when its hour has come: `watch.py` says what."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db.snapshots import Snapshot
from hotline.organizations.queries import subtree_ids
from hotline.principal import Principal
from hotline.tickets import queries
from hotline.tickets.alarms import raise_alarm
from hotline.tickets.changes import record, snapshot, touch
from hotline.tickets.erasing import erase_personal
from hotline.tickets.ladder import LEVELS, Rung
from hotline.tickets.models import Ticket
from hotline.tickets.move_ticket import move_ticket
from hotline.tickets.phrases import phrase
from hotline.tickets.rules import Move
from hotline.tickets.schemas import MoveIn
from hotline.tickets.timetables import timetable_for
from hotline.tickets.watch import Act
from hotline.tickets.watching import upcoming, watch_anew

_MACHINE_SCOPES = frozenset({"tickets:read", "tickets:write"})


async def look_after(session: AsyncSession, ticket_id: UUID) -> int:
    """Do everything that is due on a ticket now, each once; how much there was.

    Runs in the transaction that ends its job, so an act and its job end together or not at all.
    """
    ticket = await queries.held_ticket(session, ticket_id)
    if ticket is None:
        return 0
    principal = await machine(session, ticket.city_id)
    count = 0
    while (act := await _due_act(session, ticket, clock.now())) is not None:
        await _carry_out(session, principal, ticket, act)
        count += 1
    if not count:
        await watch_anew(session, ticket, await timetable_for(session, ticket.custody_id))
    return count


async def erase_ticket(session: AsyncSession, ticket_id: UUID) -> None:
    """It was kept for its time: what names a person goes, and the history says so."""
    ticket = await queries.held_ticket(session, ticket_id)
    if ticket is None or ticket.erased_at is not None:
        return
    was = snapshot(ticket)
    await erase_personal(session, ticket)
    ticket.erased_at = clock.now()
    await _write(session, await machine(session, ticket.city_id), ticket, was, "erased")


async def machine(session: AsyncSession, city_id: UUID) -> Principal:
    """The hotline itself as the one who acts, for the whole city."""
    return Principal(
        account_id=None,
        name=phrase("machine_name"),
        scopes=_MACHINE_SCOPES,
        organization_id=city_id,
        subtree=await subtree_ids(session, city_id),
    )


async def _due_act(session: AsyncSession, ticket: Ticket, now: datetime) -> Act | None:
    act = upcoming(ticket, await timetable_for(session, ticket.custody_id))
    return act if act is not None and act.at <= now else None


async def _carry_out(session: AsyncSession, principal: Principal, ticket: Ticket, act: Act) -> None:
    if act.move is not None:
        await _move(session, principal, ticket, act.move)
    elif act.rung is not None:
        await _climb(session, principal, ticket, act.rung)


async def _move(session: AsyncSession, principal: Principal, ticket: Ticket, move: Move) -> None:
    wanted = MoveIn(move=move, version=ticket.version)
    await move_ticket(session, principal, ticket.id, wanted)


async def _climb(session: AsyncSession, principal: Principal, ticket: Ticket, rung: Rung) -> None:
    was = snapshot(ticket)
    ticket.rung = rung
    ticket.supervision_level = max(ticket.supervision_level, LEVELS.get(rung, 0))
    await _write(session, principal, ticket, was, f"rung_{rung}")
    if rung not in (Rung.REMINDER, Rung.YELLOW):
        text = phrase(f"alarm_{rung}", number=ticket.number)
        kind = "red_card" if rung is Rung.RED else "supervision"
        await raise_alarm(session, ticket, kind, text, audience=_watchers(ticket))


async def _write(
    session: AsyncSession, principal: Principal, ticket: Ticket, was: Snapshot, key: str
) -> None:
    await watch_anew(session, ticket, await timetable_for(session, ticket.custody_id))
    touch(ticket)
    await session.flush()
    await record(session, principal, ticket, was=was, name="ticket.updated", note=phrase(key))


def _watchers(ticket: Ticket) -> Sequence[UUID]:
    return [place for place in (ticket.custody_id, ticket.district_id) if place is not None]
