"""Calls of today against the forecast: what is out of the ordinary, and what is not."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.events.models import Event
from hotline.stats import outlook
from hotline.stats.load import Load, is_above, load_of_last_hour, load_so_far
from hotline.stats.models import StatHalfHour
from hotline.stats.watching import AGAIN_AFTER, watch_load
from tests.tickets.city import build_city

EVEN = [10.0] * 48
NOW = datetime(2026, 11, 23, 10, 15, tzinfo=clock.LOCAL)


def test_the_running_half_hour_counts_as_far_as_it_has_come() -> None:
    seen = [10] * 20 + [5] + [0] * 27
    load = load_so_far(seen, EVEN, 20 * 30 + 15)
    assert (load.seen, load.expected, load.ratio) == (205, 205.0, 1.0)


def test_the_last_hour_is_the_running_half_hour_and_the_two_before() -> None:
    seen = [0] * 18 + [12, 14, 6] + [0] * 27
    assert load_of_last_hour(seen, EVEN, 20 * 30 + 15) == Load(32, 25.0)
    assert load_of_last_hour([3] + [0] * 47, EVEN, 15) == Load(3, 5.0)


@pytest.mark.parametrize(
    ("seen", "expected", "above"),
    [
        (115, 100.0, False),  # within what chance does
        (129, 100.0, False),  # less than a third more
        (131, 100.0, True),
        (14, 9.0, False),  # a third more, but small numbers vary
        (18, 9.0, True),
        (9, 1.0, False),  # a handful
        (10, 1.0, True),
        (10, 0.0, True),
    ],
)
def test_above_is_what_neither_chance_nor_habit_explains(
    seen: int, expected: float, above: bool
) -> None:
    assert is_above(Load(seen, expected)) is above


async def _filled(session: AsyncSession, scope_id: Any, today: dict[int, int]) -> None:
    """Three weeks of twenty calls in each half hour from eight to twelve, and today."""
    midnight = NOW.replace(hour=0, minute=0)
    for back in range(1, 22):
        for slot in range(16, 24):
            _add(session, scope_id, midnight - timedelta(days=back), slot, 20)
    for slot, count in today.items():
        _add(session, scope_id, midnight, slot, count)
    await session.flush()


def _add(session: AsyncSession, scope_id: Any, midnight: datetime, slot: int, count: int) -> None:
    at = midnight + timedelta(minutes=30 * slot)
    session.add(StatHalfHour(scope_id=scope_id, slot=at, measure="inbound", value=count))


async def test_a_wave_is_told_against_the_forecast(session: AsyncSession) -> None:
    city = await build_city(session)
    await _filled(session, city.id, {16: 20, 17: 20, 18: 40, 19: 45, 20: 30})
    with clock.stopped(NOW):
        load = await outlook.load_today(session, city.id)
    assert load.last_hour is not None
    assert load.so_far is not None
    assert (load.last_hour.seen, load.last_hour.expected) == (115, 50.0)
    assert (load.so_far.seen, load.so_far.expected) == (155, 90.0)
    assert load.is_above
    assert load.seen[19] == 45


async def test_supervisors_are_told_of_a_wave_once(session: AsyncSession) -> None:
    city = await build_city(session)
    await _filled(session, city.id, {16: 20, 17: 20, 18: 40, 19: 45, 20: 30})
    with clock.stopped(NOW):
        told = await watch_load(session, {}, NOW)
        assert told == {str(city.id): NOW.isoformat()}
        soon = NOW + timedelta(minutes=59)
        assert await watch_load(session, told, soon) == told
    (alarm,) = await session.scalars(select(Event).where(Event.name == "alarm.raised"))
    assert (alarm.payload["kind"], alarm.payload["district"]) == ("load", None)
    assert "来电 115 个，预计 50 个" in alarm.payload["text"]
    assert alarm.audience == [city.id]
    with clock.stopped(NOW):
        assert await watch_load(session, told, NOW + AGAIN_AFTER) != told


async def test_an_ordinary_morning_raises_no_alert(session: AsyncSession) -> None:
    city = await build_city(session)
    await _filled(session, city.id, {16: 22, 17: 18, 18: 21, 19: 24, 20: 9})
    with clock.stopped(NOW):
        load = await outlook.load_today(session, city.id)
    assert not load.is_above
    with clock.stopped(NOW):
        assert await watch_load(session, {}, NOW) == {}


async def test_without_a_week_of_history_nothing_is_expected(session: AsyncSession) -> None:
    city = await build_city(session)
    _add(session, city.id, NOW.replace(hour=0, minute=0), 20, 300)
    await session.flush()
    with clock.stopped(NOW):
        load = await outlook.load_today(session, city.id)
    assert (load.expected, load.last_hour, load.is_above) == (None, None, False)
    assert sum(load.seen) == 300
