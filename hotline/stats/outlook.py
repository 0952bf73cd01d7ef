"""Calls to come and the people they need: the forecast of a day, its error, the roster."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.stats import queries
from hotline.stats.forecast import SLOTS, BackTest, History, back_test, days_before, forecast
from hotline.stats.load import is_above, load_of_last_hour, load_so_far
from hotline.stats.periods import Period
from hotline.stats.schemas import (
    BackTestOut,
    ForecastOut,
    LoadOut,
    LoadPart,
    SlotOut,
    StaffingOut,
)
from hotline.stats.staffing import Aim, Demand, agents_needed, outlook_a, rostered
from hotline.tickets.timetables import timetable_for

HISTORY_DAYS = 120
TESTED_DAYS = 14
DEFAULT_HANDLE_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class WhatIf:
    """`growth` of 0.1 is a tenth more calls; `handle_seconds` null: as measured lately."""

    aim: Aim
    growth: float = 0.0
    shrinkage: float = 0.30
    patience_seconds: float = 120.0
    handle_seconds: float | None = None


async def call_forecast(session: AsyncSession, scope_id: UUID, on: date) -> ForecastOut:
    history, is_working = await _history(session, scope_id, on)
    seen = history.get(on)
    return ForecastOut(
        on=on,
        is_working=is_working(on),
        calls=forecast(history, on, is_working),
        seen=list(seen) if seen else None,
        history_days=len([day for day in history if day < on]),
        back_test=_tested(history, is_working),
    )


async def expected_calls(session: AsyncSession, scope_id: UUID, on: date) -> list[float] | None:
    """48 half hours, without the error of the days before."""
    history, is_working = await _history(session, scope_id, on)
    return forecast(history, on, is_working)


async def load_today(session: AsyncSession, scope_id: UUID) -> LoadOut:
    """Calls of today against the forecast; every node counts what came seconds ago."""
    now = clock.local(clock.now())
    today, minute = now.date(), now.hour * 60 + now.minute
    expected = await expected_calls(session, scope_id, today)
    seen = await calls_of(session, scope_id, today)
    if expected is None:
        return LoadOut(now=now, seen=seen)
    hour, so_far = (decide(seen, expected, minute) for decide in (load_of_last_hour, load_so_far))
    return LoadOut(
        now=now,
        seen=seen,
        expected=[round(one, 2) for one in expected],
        last_hour=LoadPart.of(hour),
        so_far=LoadPart.of(so_far),
        is_above=is_above(hour),
    )


async def calls_of(session: AsyncSession, scope_id: UUID, on: date) -> list[int]:
    found = await queries.half_hours(session, scope_id, Period(on, on), ["inbound"])
    return [found.get((on, slot), {}).get("inbound", 0) for slot in range(SLOTS)]


async def staffing(session: AsyncSession, scope_id: UUID, on: date, what_if: WhatIf) -> StaffingOut:
    """Half hours of a day with the seats and the people that they need."""
    history, is_working = await _history(session, scope_id, on)
    expected = forecast(history, on, is_working) or []
    measured = await _handle_seconds(session, scope_id)
    seconds = what_if.handle_seconds or measured or DEFAULT_HANDLE_SECONDS
    slots = [
        _slot(number, calls * (1 + what_if.growth), seconds, what_if)
        for number, calls in enumerate(expected)
    ]
    return StaffingOut(
        on=on,
        handle_seconds=seconds,
        measured_handle_seconds=measured,
        history_days=len(history),
        slots=slots,
        roster_hours=sum(slot.roster for slot in slots) / 2,
        back_test=_tested(history, is_working),
    )


def _slot(number: int, calls: float, seconds: float, what_if: WhatIf) -> SlotOut:
    aim = what_if.aim
    needed = agents_needed(Demand(calls, seconds), aim)
    patient = Demand(calls, seconds, what_if.patience_seconds)
    fewer = agents_needed(patient, aim)
    seen = outlook_a(patient, needed.agents, aim.seconds) if needed.agents else needed
    return SlotOut(
        slot=f"{number // 2:02d}:{number % 2 * 30:02d}",
        calls=round(calls, 1),
        seats=needed.agents,
        seats_patient=fewer.agents,
        roster=rostered(needed.agents, what_if.shrinkage),
        service_level=round(needed.service_level, 4),
        average_wait=round(needed.average_wait, 1),
        occupancy=round(seen.occupancy, 4),
    )


async def _history(
    session: AsyncSession, scope_id: UUID, on: date
) -> tuple[History, Callable[[date], bool]]:
    """Whole days from the first on which anybody called; a quiet half hour is a zero."""
    today = clock.local(clock.now()).date()
    period = Period(today - timedelta(days=HISTORY_DAYS), max(on, today))
    found = await queries.half_hours(session, scope_id, period, ["inbound"])
    calendar = (await timetable_for(session, await queries.city_of(session, scope_id))).calendar
    if not found:
        return {}, calendar.is_working
    first = min(day for day, _ in found)
    days = [first + timedelta(days=n) for n in range((today - first).days)]
    history = {
        day: [found.get((day, slot), {}).get("inbound", 0) for slot in range(SLOTS)]
        for day in days
    }  # fmt: skip
    return history, calendar.is_working


def _tested(history: History, is_working: Callable[[date], bool]) -> BackTestOut | None:
    today = clock.local(clock.now()).date()
    tested: BackTest | None = back_test(history, days_before(today, TESTED_DAYS), is_working)
    return None if tested is None else BackTestOut.model_validate(tested)


async def _handle_seconds(session: AsyncSession, scope_id: UUID) -> float | None:
    """Of the last four weeks: talk, hold and wrap-up by answered calls."""
    today = clock.local(clock.now()).date()
    period = Period(today - timedelta(days=28), today)
    sums = await queries.sums(session, scope_id, period, ["talk_ms", "wrap_up_ms", "answered"])
    if not sums.get("answered"):
        return None
    return (sums.get("talk_ms", 0) + sums.get("wrap_up_ms", 0)) / sums["answered"] / 1000
