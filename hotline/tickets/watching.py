"""Keep the moment at which the hotline must look at a ticket again, and the job that will."""

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.jobs import service as jobs
from hotline.tickets.due import Timetable
from hotline.tickets.ladder import Rung
from hotline.tickets.models import Ticket
from hotline.tickets.states import Status
from hotline.tickets.timetables import terms_of
from hotline.tickets.watch import Act, Watched, next_act

LOOK_AFTER = "tickets.look_after"


async def watch_anew(session: AsyncSession, ticket: Ticket, table: Timetable) -> None:
    """Call it in the transaction of whatever moved a clock, before the ticket is written.

    `table` is the timetable of who holds the ticket now.
    """
    act = upcoming(ticket, table)
    ticket.wake_at = None if act is None else act.at
    key = str(ticket.id)
    with session.no_autoflush:
        if act is None:
            await jobs.cancel(session, LOOK_AFTER, key)
        else:
            payload = {"ticket_id": key}
            await jobs.enqueue(session, LOOK_AFTER, payload, run_at=act.at, dedupe=key)


def upcoming(ticket: Ticket, table: Timetable) -> Act | None:
    watched = Watched(
        status=Status(ticket.status),
        terms=terms_of(ticket),
        clock_started_at=ticket.clock_started_at,
        due_at=ticket.due_at,
        step_due_at=ticket.step_due_at,
        closed_at=ticket.closed_at,
        rung=Rung(ticket.rung) if ticket.rung else None,
    )
    return next_act(watched, table)
