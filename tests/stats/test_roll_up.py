"""The roll-ups of a month with late and corrected rows are those of a recount."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.errors import HotlineError
from hotline.events import service as events
from hotline.events.sequencer import number_events
from hotline.organizations.models import Organization
from hotline.principal import Principal
from hotline.stats import roll_up
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.tickets.queries import open_children
from hotline.tickets.schemas import MoveIn
from tests.empty_events import empty
from tests.stats.counting import everything, make_call, make_queue
from tests.tickets.city import DISTRICTS, City, build_city

FIRST = datetime(2026, 11, 2, 8, 0, tzinfo=clock.LOCAL)
DAYS, TICKETS_A_DAY, CALLS_A_DAY = 28, 3, 6
REPLY = {"answer": "已处理", "resolved": True, "signed_off_by": "主任"}


class Month:
    """Days of a hotline by chance, always the same."""

    def __init__(self, database: Database, city: City) -> None:
        self.database, self.city = database, city
        self.chance = random.Random(7)
        self.open: list[Any] = []
        self.received: Counter[tuple[date, str]] = Counter()

    async def live(self) -> None:
        for day in range(DAYS):
            for _ in range(TICKETS_A_DAY):
                await self.at(day, self._open)
            for _ in range(CALLS_A_DAY):
                await self.at(day, self._call)
            for ticket_id in self.chance.sample(self.open, min(6, len(self.open))):
                await self.at(day, lambda session, one=ticket_id: self._move(session, one))
            if day % 3 == 0:  # the counting is late now and then
                await follow(self.database)
        await follow(self.database)

    async def at(self, day: int, act: Any) -> None:
        moment = FIRST + timedelta(days=day, minutes=self.chance.randrange(14 * 60))
        with clock.stopped(moment):
            try:
                async with self.database.transaction() as session:
                    await act(session)
            except HotlineError:
                pass

    async def _open(self, session: AsyncSession) -> None:
        district = self.chance.choice(DISTRICTS)
        agent = await self.person(session, "agent")
        ticket = await service.open_ticket(
            session, agent, kind=self.chance.choice(["help", "consult"]), title="暖气不热",
            description="暖气不热", district=district, subject_code="A01-01-01",
            caller_number=f"1384731{self.chance.randrange(20):04d}", address="阳光小区3号楼",
        )  # fmt: skip
        self.open.append(ticket.id)
        self.received[clock.local(clock.now()).date(), district] += 1

    async def _call(self, session: AsyncSession) -> None:
        queue = await self.queue(session)
        waited = self.chance.choice([None, 3.0, 14.0, 40.0])
        call = await make_call(
            session, queue, clock.now(), waited=waited,
            talked=self.chance.choice([None, 90.0]) if waited else None,
            district_id=self.city.ids[self.chance.choice(DISTRICTS)],
            level=self.chance.choice([None, 5, 1]) if waited else None,
        )  # fmt: skip
        await tell(session, "call.ended", call.id, self.city)

    async def _move(self, session: AsyncSession, ticket_id: Any) -> None:
        """The next step on the way, by whoever may take it; or another district after all."""
        ticket = await session.get_one(Ticket, ticket_id)
        role, wanted = NEXT.get(ticket.status, (None, None))
        if role is None or wanted is None:
            return
        key = "city"
        if role == "unit_handler":
            key = next(k for k, one in self.city.ids.items() if one == ticket.custody_id)
        given = {**wanted, "version": ticket.version}
        if given["move"] == "dispatch":
            given["organization_id"] = str(self.city.ids[f"unit-{self.chance.choice(DISTRICTS)}"])
        if given["move"] == "reply":
            given["contacted_at"] = clock.now().isoformat()
        person = await self.person(session, role, key)
        await service.move_ticket(session, person, ticket.id, MoveIn.model_validate(given))

    async def person(self, session: AsyncSession, role: str, key: str = "city") -> Principal:
        return await self.city.person(session, role, key)

    async def queue(self, session: AsyncSession) -> Any:
        if not hasattr(self, "_queue"):
            self._queue = await make_queue(session, self.city.id)
        return self._queue


NEXT: dict[str, tuple[str, dict[str, Any]]] = {
    "registered": ("agent", {"move": "send"}),
    "to_dispatch": ("dispatcher", {"move": "dispatch"}),
    "to_sign": ("unit_handler", {"move": "sign"}),
    "in_progress": ("unit_handler", {"move": "reply", **REPLY}),
    "replied": ("dispatcher", {"move": "accept_reply"}),
    "to_visit": ("dispatcher", {"move": "demand_redo", "level": 2, "resolved": False,
                                "note": "还是不热"}),
    "redo": ("dispatcher", {"move": "restart", "note": "再办"}),
}  # fmt: skip


async def tell(session: AsyncSession, name: str, subject: Any, city: City) -> None:
    await events.record(
        session, name, subject_id=subject, payload=empty(name), audience=[city.id],
        scope="calls:read",
    )  # fmt: skip


async def follow(database: Database) -> None:
    """Number what was committed, and count it."""
    while await number_events(database.raw):
        pass
    count = 1
    while count:
        async with database.transaction() as session:
            count = await roll_up.follow_events(session)


async def test_a_month_with_late_and_corrected_rows_equals_a_recount(database: Database) -> None:
    async with database.transaction() as session:
        city = await build_city(session)
    month = Month(database, city)
    await month.live()
    await _correct(month)
    with clock.stopped(FIRST + timedelta(days=DAYS)):
        await follow(database)
        async with database.transaction() as session:
            rolled = await everything(session)
            await roll_up.rebuild(session)
        async with database.transaction() as session:
            recounted = await everything(session)
    assert rolled == recounted
    days, _ = rolled
    measures = {key[1] for key in days}
    assert {"received", "bad", "due_met", "signed_in_time", "answered_15", "abandoned",
            "talk_rated"} <= measures  # fmt: skip
    for (day, district), count in month.received.items():
        key = (city.id, "received", "district", day, str(city.ids[district]))
        assert days[key] == count
    assert len(days) > 2_000


async def _correct(month: Month) -> None:
    """Later on, a ticket turns out to lie elsewhere, and a call to have been rated."""
    async with month.database.transaction() as session:
        ticket = await session.get_one(Ticket, month.open[0])
        was = (await session.get_one(Organization, ticket.district_id)).district
        becomes = next(name for name in DISTRICTS if name != was)
        ticket.district_id = month.city.ids[becomes]
        await tell(session, "ticket.updated", ticket.id, month.city)
        day = clock.local(ticket.created_at).date()
        month.received[day, str(was)] -= 1
        month.received[day, becomes] += 1
        if not month.received[day, str(was)]:
            del month.received[day, str(was)]
        assert not (await session.scalars(open_children(ticket.id))).all()
        call_id = await session.scalar(text("SELECT id FROM call LIMIT 1"))
        await session.execute(
            text("UPDATE call SET started_at = started_at - interval '3 days' WHERE id = :id"),
            {"id": call_id},
        )
        await tell(session, "call.ended", call_id, month.city)


async def test_two_processes_count_nothing_twice(database: Database) -> None:
    async with database.transaction() as session:
        city = await build_city(session)
    month = Month(database, city)
    await month.at(0, month._open)
    while await number_events(database.raw):
        pass
    async with database.transaction() as one, database.transaction() as other:
        assert await roll_up.follow_events(one) > 0
        assert await roll_up.follow_events(other) == 0
    async with database.transaction() as session:
        assert await roll_up.follow_events(session) == 0
        days, _ = await everything(session)
    received = [value for key, value in days.items() if key[1:3] == ("received", "all")]
    assert received
    assert set(received) == {1}


async def test_a_log_that_began_anew_is_counted_from_nothing(database: Database) -> None:
    async with database.transaction() as session:
        city = await build_city(session)
    month = Month(database, city)
    await month.at(0, month._open)
    await follow(database)
    async with database.transaction() as session:
        before = await everything(session)
        await session.execute(text("UPDATE event_position SET epoch = gen_random_uuid()"))
        await session.execute(text("UPDATE stat_day SET value = 9"))
    await follow(database)
    async with database.transaction() as session:
        assert await everything(session) == before
        assert await session.scalar(select(Ticket.id)) == month.open[0]
