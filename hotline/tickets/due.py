"""When what is due. Pure: a ticket's terms and a moment in, moments out.

The unit's clock starts at dispatch, not at signing, and no return stops it. The resident's clock
starts when the ticket is opened and is moved only by what the resident is told: an extension and
a suspension that the city granted. A suspension pauses office time exactly, so that pausing and
resuming gains nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hotline.clock import local
from hotline.tickets.limits import Limits
from hotline.tickets.states import TicketKind, Urgency
from hotline.worktime import (
    Limit,
    LimitUnit,
    OfficeHours,
    Reckoned,
    WorkCalendar,
    deadline,
    shifted,
    worked_between,
    working_days_between,
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides how long a ticket may take."""

    kind: TicketKind
    urgency: Urgency
    sla_working_days: int | None = None


@dataclass(frozen=True, slots=True)
class Timetable:
    """The calendar, office hours and limits that hold for a tier."""

    calendar: WorkCalendar
    office: OfficeHours
    limits: Limits

    def after(self, limit: Limit, start: datetime) -> Reckoned:
        return deadline(limit, start, calendar=self.calendar, office=self.office)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The due moments of a ticket; `is_certain` is false where a holiday notice is missing."""

    due_at: datetime | None = None
    resident_due_at: datetime | None = None
    step_due_at: datetime | None = None
    return_until: datetime | None = None
    is_certain: bool = True


def at_opening(terms: Terms, now: datetime, table: Timetable) -> Clocks:
    """Until somebody is charged with it, the ticket is due as if it were dispatched at once."""
    reply = table.after(_reply_limit(terms, table), now)
    dispatch = table.after(table.limits.step("dispatch", urgency=terms.urgency), now)
    return Clocks(reply.at, reply.at, dispatch.at, None, reply.is_certain)


def at_dispatch(
    clocks: Clocks, terms: Terms, now: datetime, table: Timetable, *, latest: datetime | None = None
) -> Clocks:
    """The unit's clock starts. `latest` bounds a child by its parent."""
    reply = table.after(_reply_limit(terms, table), now)
    sign = table.after(table.limits.step("sign", urgency=terms.urgency), now)
    until = table.after(_return_limit(terms, table), now)
    due_at = reply.at if latest is None else min(reply.at, latest)
    return replace(
        clocks,
        due_at=due_at,
        step_due_at=min(sign.at, due_at),
        return_until=min(until.at, due_at),
        is_certain=reply.is_certain,
    )


def at_step(clocks: Clocks, step: str, terms: Terms, now: datetime, table: Timetable) -> Clocks:
    """The next step (ruling, audit, follow_up, dispatch) has its own limit; others stay."""
    reckoned = table.after(table.limits.step(step, urgency=terms.urgency), now)
    return replace(clocks, step_due_at=reckoned.at)


def at_redo(clocks: Clocks, redo_count: int, now: datetime, table: Timetable) -> Clocks:
    reply = table.after(table.limits.redo(redo_count), now)
    return replace(clocks, due_at=reply.at, return_until=None, is_certain=reply.is_certain)


def runs_by_the_wall(terms: Terms, table: Timetable) -> bool:
    """Whether holidays and nights count: what is urgent does not wait for the office."""
    return _reply_limit(terms, table).unit is LimitUnit.HOURS


def longest_extension(terms: Terms, table: Timetable) -> int:
    """Not longer than the original limit, and never more than the cap, in working days."""
    limit = _reply_limit(terms, table)
    days = int(limit.amount) if limit.unit is LimitUnit.WORKING_DAYS else 1
    return min(days, table.limits.longest_extension)


def extended(clocks: Clocks, working_days: int, table: Timetable) -> Clocks:
    """Both clocks move: the resident is told of every extension."""
    limit = Limit(working_days, LimitUnit.WORKING_DAYS)
    return _with_each(clocks, lambda at: table.after(limit, at))


def resumed(
    clocks: Clocks, terms: Terms, suspended_at: datetime, now: datetime, table: Timetable
) -> Clocks:
    """Both clocks move by the time that the pause took from them."""
    return _with_each(clocks, lambda at: _moved(at, terms, suspended_at, now, table))


def moved_on(
    at: datetime, terms: Terms, suspended_at: datetime, now: datetime, table: Timetable
) -> datetime:
    """A moment of the past as if the pause had been before it: what is left stays the same."""
    return _moved(at, terms, suspended_at, now, table).at


def recounted(
    clocks: Clocks, terms: Terms, now: datetime, *, old: Timetable, new: Timetable
) -> Clocks:
    """The same number of working days from today on, by a calendar that has become known.

    What is over and what runs by the wall clock stays.
    """

    def count_again(at: datetime) -> Reckoned:
        if at <= now or runs_by_the_wall(terms, new):
            return Reckoned(at, is_certain=True)
        today, day = local(now).date(), local(at).date()
        left = working_days_between(today, day, old.calendar)
        moved = today
        for _ in range(left):
            moved = new.calendar.next_working(moved)
        is_certain = all(
            new.calendar.is_certain(today + timedelta(days=n))
            for n in range((moved - today).days + 1)
        )
        ends = datetime.combine(moved, local(at).timetz()) if left else at
        return Reckoned(ends.astimezone(UTC), is_certain)

    return _with_each(replace(clocks, is_certain=True), count_again)


def _with_each(clocks: Clocks, move: Callable[[datetime], Reckoned]) -> Clocks:
    due = None if clocks.due_at is None else move(clocks.due_at)
    resident = None if clocks.resident_due_at is None else move(clocks.resident_due_at)
    return replace(
        clocks,
        due_at=None if due is None else due.at,
        resident_due_at=None if resident is None else resident.at,
        is_certain=clocks.is_certain and (due is None or due.is_certain),
    )


def _moved(
    at: datetime, terms: Terms, paused_at: datetime, now: datetime, table: Timetable
) -> Reckoned:
    if runs_by_the_wall(terms, table):
        return Reckoned((at + max(timedelta(), now - paused_at)).astimezone(UTC), is_certain=True)
    calendar, office = table.calendar, table.office
    pause = worked_between(paused_at, now, calendar=calendar, office=office)
    return shifted(at, pause, calendar=calendar, office=office)


def _reply_limit(terms: Terms, table: Timetable) -> Limit:
    return table.limits.reply(
        kind=terms.kind, urgency=terms.urgency, sla_working_days=terms.sla_working_days
    )


def _return_limit(terms: Terms, table: Timetable) -> Limit:
    return table.limits.step("return", urgency=terms.urgency, kind=terms.kind)
