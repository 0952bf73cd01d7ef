"""What the hotline itself must do with a ticket, and when: one act at a time. Pure.

`next_act` is all there is to know: the moment goes into `ticket.wake_at` and into a job; when it
has come, the act is carried out and the next one is asked for.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.tickets.due import Terms, Timetable
from hotline.tickets.guards import ARCHIVE_AFTER
from hotline.tickets.ladder import Rung, next_climb
from hotline.tickets.rules import Move
from hotline.tickets.states import Status

RUNNING = frozenset({Status.TO_SIGN, Status.RETURN_REQUESTED, Status.IN_PROGRESS})
_MOMENT = timedelta(seconds=1)  # guards ask whether a moment is over, not whether it has come
_AUTOMATIC = {Status.TO_SIGN: Move.AUTO_SIGN, Status.SUSPENDED: Move.AUTO_RESUME}


@dataclass(frozen=True, slots=True)
class Watched:
    """What of a ticket decides when it must be looked at."""

    status: Status
    terms: Terms
    clock_started_at: datetime | None = None
    due_at: datetime | None = None
    step_due_at: datetime | None = None
    closed_at: datetime | None = None
    rung: Rung | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """A move, or a rung of the ladder."""

    at: datetime
    move: Move | None = None
    rung: Rung | None = None


def next_act(watched: Watched, table: Timetable) -> Act | None:
    """The earliest; a move before a rung of the same moment."""
    acts = [act for act in (_move(watched), _climb(watched, table)) if act]
    return min(acts, key=lambda act: act.at, default=None)


def _move(watched: Watched) -> Act | None:
    move = _AUTOMATIC.get(watched.status)
    if move is not None and watched.step_due_at is not None:
        return Act(watched.step_due_at + _MOMENT, move=move)
    if watched.status is Status.CLOSED and watched.closed_at is not None:
        return Act(watched.closed_at + ARCHIVE_AFTER + _MOMENT, move=Move.ARCHIVE)
    return None


def _climb(watched: Watched, table: Timetable) -> Act | None:
    """A reply stops the ladder; what a reply was not good enough for goes on where it stood."""
    started_at, due_at = watched.clock_started_at, watched.due_at
    if watched.status not in RUNNING or started_at is None or due_at is None:
        return None
    climb = next_climb(watched.rung, started_at, due_at, watched.terms, table)
    return None if climb is None else Act(climb.at, rung=climb.rung)
