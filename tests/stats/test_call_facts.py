"""What calls and seats count, by hand."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.agents import service as agents
from hotline.agents.models import Presence, PresenceChange
from hotline.stats import queries
from hotline.stats.periods import Period
from hotline.stats.roll_up import look_anew
from tests.stats.counting import CALLS, PRESENCE, counted, make_call, make_queue
from tests.tickets.city import City

pytestmark = pytest.mark.usefixtures("monday")

TODAY = date(2026, 11, 23)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=clock.LOCAL)


async def test_calls_by_what_became_of_them(session: AsyncSession, city: City) -> None:
    queue = await make_queue(session, city.id)
    at = MONDAY + timedelta(minutes=10)
    made = [
        await make_call(session, queue, at),
        await make_call(session, queue, at, waited=10, talked=120, level=5),
        await make_call(session, queue, at, waited=15, talked=60, level=2),
        await make_call(session, queue, at, waited=30, talked=30),
        await make_call(session, queue, at, waited=4),
        await make_call(session, queue, at + timedelta(minutes=25), waited=40),
    ]
    await look_anew(session, CALLS, [one.id for one in made])
    assert await counted(session, city.id, TODAY) == {
        "inbound": 6, "connected": 4, "machine": 1, "queued": 5, "answered": 3, "answered_15": 2,
        "answered_in_target": 2, "abandoned": 1, "abandoned_short": 1, "wait_ms": 55_000,
        "talk_ms": 210_000, "talk_rated": 2, "talk_satisfied": 1, "talk_level_sum": 7,
    }  # fmt: skip


async def test_half_hours_are_those_of_the_city_clock(session: AsyncSession, city: City) -> None:
    queue = await make_queue(session, city.id)
    early = await make_call(session, queue, MONDAY + timedelta(minutes=29), waited=3, talked=9)
    late = await make_call(session, queue, MONDAY + timedelta(minutes=30))
    await look_anew(session, CALLS, [early.id, late.id])
    found = await queries.half_hours(session, city.id, Period(TODAY, TODAY), ["inbound", "wait_ms"])
    assert found == {(TODAY, 18): {"inbound": 1, "wait_ms": 3000}, (TODAY, 19): {"inbound": 1}}


async def test_a_district_counts_its_own_calls(session: AsyncSession, city: City) -> None:
    queue = await make_queue(session, city.id)
    wuda = city.ids["乌达区"]
    call = await make_call(session, queue, MONDAY, district_id=wuda)
    other = await make_call(session, queue, MONDAY)
    await look_anew(session, CALLS, [call.id, other.id])
    assert (await counted(session, wuda, TODAY))["inbound"] == 1
    assert (await counted(session, city.id, TODAY))["inbound"] == 2


async def test_a_talk_over_midnight_is_split_between_the_days(
    session: AsyncSession, city: City
) -> None:
    agent = await city.person(session, "agent")
    seat = await agents.own_seat(session, agent)
    night = datetime(2026, 11, 23, 23, 50, tzinfo=clock.LOCAL)
    for at, state in ((night, Presence.TALKING), (night + timedelta(minutes=25), Presence.BREAK)):
        session.add(PresenceChange(account_id=seat.account_id, state=state, created_at=at))
    await session.flush()
    ids = [row.id for row in await session.scalars(select(PresenceChange))]
    await look_anew(session, PRESENCE, ids)
    assert (await counted(session, city.id, TODAY))["talking_ms"] == 10 * 60_000
    tuesday = await counted(session, city.id, TODAY + timedelta(days=1))
    assert tuesday == {"talking_ms": 15 * 60_000}
