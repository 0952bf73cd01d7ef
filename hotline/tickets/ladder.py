"""The escalation ladder of a running clock: which rung is reached when. Pure.

Reminder at half of the time, yellow card one working day before the end (or at three quarters of
a short limit), red card at the end, then supervision by the city, the district's leader, and a
written reprimand one, three and five working days later. At night nobody is reminded, unless the
matter is urgent.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from hotline.clock import local
from hotline.messages import night
from hotline.tickets.due import Terms, Timetable, runs_by_the_wall
from hotline.tickets.states import Urgency
from hotline.worktime import end_of_working_day, shifted, worked_between


class Rung(StrEnum):
    REMINDER = "reminder"
    YELLOW = "yellow"
    RED = "red"
    SUPERVISION = "supervision"
    LEADER = "leader"
    REPRIMAND = "reprimand"


class Card(StrEnum):
    YELLOW = "yellow"
    RED = "red"


LEVELS = {Rung.SUPERVISION: 1, Rung.LEADER: 2, Rung.REPRIMAND: 3}
_LATE_DAYS = {Rung.SUPERVISION: 1, Rung.LEADER: 3, Rung.REPRIMAND: 5}
_ORDER = tuple(Rung)


@dataclass(frozen=True, slots=True)
class Climb:
    """A rung, and the moment from which it holds."""

    rung: Rung
    at: datetime


def next_climb(
    reached: Rung | None, started_at: datetime, due_at: datetime, terms: Terms, table: Timetable
) -> Climb | None:
    """The rung above the one reached; None at the top."""
    place = 0 if reached is None else _ORDER.index(reached) + 1
    if place == len(_ORDER):
        return None
    rung = _ORDER[place]
    at = _moment(rung, started_at, due_at, table, by_the_wall=runs_by_the_wall(terms, table))
    return Climb(rung, by_day(at, terms.urgency))


def card_of(rung: str | None) -> Card | None:
    if rung is None or rung == Rung.REMINDER:
        return None
    return Card.YELLOW if rung == Rung.YELLOW else Card.RED


def by_day(at: datetime, urgency: Urgency) -> datetime:
    """`at`, or the next morning when that is night and nothing burns."""
    return at if urgency is not Urgency.NORMAL else night.by_day(at)


def _moment(
    rung: Rung, started_at: datetime, due_at: datetime, table: Timetable, *, by_the_wall: bool
) -> datetime:
    if rung is Rung.RED:
        return due_at
    if rung in _LATE_DAYS:
        return _late(_LATE_DAYS[rung], due_at, table, by_the_wall=by_the_wall)
    half = _share(0.5, started_at, due_at, table, by_the_wall=by_the_wall)
    if rung is Rung.REMINDER:
        return half
    eve = _day_before(due_at, table)
    if by_the_wall or eve <= half:
        return _share(0.75, started_at, due_at, table, by_the_wall=by_the_wall)
    return eve


def _late(days: int, due_at: datetime, table: Timetable, *, by_the_wall: bool) -> datetime:
    if by_the_wall:
        return due_at + timedelta(days=days)
    return end_of_working_day(due_at, days, calendar=table.calendar, office=table.office).at


def _share(
    share: float, started_at: datetime, due_at: datetime, table: Timetable, *, by_the_wall: bool
) -> datetime:
    """Suspensions moved `due_at`, so the share is of the time as it now is."""
    if by_the_wall:
        return started_at + (due_at - started_at) * share
    calendar, office = table.calendar, table.office
    whole = worked_between(started_at, due_at, calendar=calendar, office=office)
    return shifted(started_at, whole * share, calendar=calendar, office=office).at


def _day_before(due_at: datetime, table: Timetable) -> datetime:
    """Office end of the working day before the one on which it is due."""
    day = local(due_at).date() - timedelta(days=1)
    while not table.calendar.is_working(day):
        day -= timedelta(days=1)
    return table.office.closing(day).astimezone(UTC)
