"""Who rings again and again is listed without the number, by whoever may see the calls."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.organizations.models import Organization
from hotline.queueing.models import Queue
from tests.city import City
from tests.stats.counting import make_call, make_queue
from tests.stats.filling import open_one

PATH = "/api/v1/stats/repeat-callers"


async def ring(session: AsyncSession, number: str, *, times: int, days_ago: int = 0) -> list[Any]:
    wuda = (await session.scalars(select(Organization).where(
        Organization.tier == "district", Organization.district == "乌达区"))).one()  # fmt: skip
    held = (await session.scalars(select(Queue))).first()
    queue = held or await make_queue(session, wuda.city_id)
    at = clock.now() - timedelta(days=days_ago)
    made = [
        await make_call(session, queue, at - timedelta(minutes=n), district_id=wuda.id)
        for n in range(times)
    ]
    for call in made:
        call.from_blind = number.encode()
    return made


async def test_who_rings_three_times_is_listed_with_what_came_of_it(
    serving: City, database_of: Database
) -> None:
    async with database_of.transaction() as session:
        ticket = await open_one(session, "乌达区")
        secret = await open_one(session, "乌达区", kind="report")
        often = await ring(session, "often", times=4)
        often[0].ticket_ids, often[2].ticket_ids = [str(ticket.id)], [str(secret.id)]
        await ring(session, "twice", times=2)
        await ring(session, "before", times=3, days_ago=40)
    city = await serving.signed_in("supervisor-city")
    told = (await city.get(PATH)).json()
    (found,) = told["items"]
    assert (found["caller_masked"], found["call_count"]) == ("138****0000", 4)
    assert found["last_call_id"] == str(often[0].id)
    assert [one["number"] for one in found["tickets"]] == [ticket.number]
    assert found["ticket_count"] == 1
    assert "often" not in str(told)
    own = await serving.signed_in("supervisor-wuda")
    assert len((await own.get(PATH)).json()["items"]) == 1
    other = await serving.signed_in("supervisor-haibowan")
    assert (await other.get(PATH)).json()["items"] == []
    agent = await serving.signed_in("agent-1")
    assert (await agent.get(PATH)).status_code == 403


async def test_of_a_long_period_the_last_31_days_are_looked_at(
    serving: City, database_of: Database
) -> None:
    today = clock.local(clock.now()).date()
    async with database_of.transaction() as session:
        await ring(session, "before", times=3, days_ago=40)
    city = await serving.signed_in("supervisor-city")
    span = {"from": str(today - timedelta(days=90)), "to": str(today)}
    told = (await city.get(PATH, params=span)).json()
    assert told["period"] == {"first": str(today - timedelta(days=30)), "last": str(today)}
    assert told["items"] == []
    earlier = {"from": str(today - timedelta(days=45)), "to": str(today - timedelta(days=35))}
    assert len((await city.get(PATH, params=earlier)).json()["items"]) == 1
