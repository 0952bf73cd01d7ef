"""A month of a log goes as a whole once it is over; what is held keeps its rows, not the month."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from hotline import clock
from hotline.calls.models import Call
from hotline.db import Database, Role, open_database, uuid7
from hotline.retention.erasing import Hands, erase_overdue, overdue
from hotline.retention.kinds import RULES, Kind
from hotline.retention.models import LegalHold
from hotline.retention.months import drop_months
from hotline.tickets.attending import erase_ticket
from tests.accounts.conftest import Town, town
from tests.retention.test_erasing import keep_file

__all__ = ["town"]

JANUARY, FEBRUARY, MARCH = (datetime(2020, month, 1, tzinfo=UTC) for month in (1, 2, 3))
TABLES = ("event", "turn", "webhook_receipt")
LONG_AFTER = JANUARY + timedelta(days=3_000)
BLIND = b"n" * 32


@pytest.fixture(autouse=True)
async def old_months(town: Town) -> None:
    """January and February of 2020, and a call in each with a row in every log."""
    owner = await open_database(
        town.database.url.render_as_string(hide_password=False), Role.MIGRATE,
        pool_size=1, raw_size=1,
    )  # fmt: skip
    async with owner.transaction() as session:
        for table in TABLES:
            for first, after in ((JANUARY, FEBRUARY), (FEBRUARY, MARCH)):
                await session.execute(text(
                    f"CREATE TABLE {table}_p{first:%Y%m} PARTITION OF {table}"
                    f" FOR VALUES FROM ('{first}') TO ('{after}')"
                ))  # fmt: skip
    await owner.close()


async def test_a_month_goes_when_its_days_are_over_and_not_a_day_before(town: Town) -> None:
    await _talked(town, JANUARY)
    await _talked(town, FEBRUARY)
    days = timedelta(days=RULES[Kind.EVENTS].usual_days)
    with clock.stopped(FEBRUARY + days - timedelta(seconds=1)):
        assert await drop_months(town.database) == {Kind.WEBHOOK_RECEIPTS: 2}
    assert await _months(town.database, "event") == ["202001", "202002"]
    with clock.stopped(FEBRUARY + days):
        assert await drop_months(town.database) == {Kind.EVENTS: 1}
    assert await _months(town.database, "event") == ["202002"]
    assert await _months(town.database, "webhook_receipt") == []
    assert await _months(town.database, "turn") == ["202001", "202002"]
    assert [one["month"] for one in await _audited(town.database)] == [
        "2020-01", "2020-02", "2020-01",
    ]  # fmt: skip


async def test_who_keeps_longest_decides_for_the_month(town: Town) -> None:
    await _talked(town, JANUARY)
    async with town.database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO retention_term (id, created_at, city_id, kind, days)"
                " VALUES (:id, now(), :city, 'events', 3650)"
            ),
            {"id": uuid7(), "city": town.places["city"].id},
        )
    with clock.stopped(LONG_AFTER):
        assert Kind.EVENTS not in await drop_months(town.database)
    assert "202001" in await _months(town.database, "event")


async def test_what_is_held_keeps_its_rows_and_all_others_of_the_month_go(town: Town) -> None:
    held = await _talked(town, JANUARY, blind=BLIND)
    await _talked(town, JANUARY)
    hold_id = await _hold(town, BLIND)
    hands = Hands(keep_file, erase_ticket)
    with clock.stopped(LONG_AFTER):
        told = {one.kind: one.count for one in await overdue(town.database)}
        await erase_overdue(town.database, hands)
        assert (told[Kind.TURNS], told[Kind.EVENTS]) == (1, 1)
        for table in TABLES:
            assert await _calls_of(town.database, table) == [held]
            assert await _months(town.database, table) == ["202001"]
        await _lift(town.database, hold_id)
        await erase_overdue(town.database, hands)
    assert [await _months(town.database, table) for table in TABLES] == [[], [], []]


async def test_an_open_matter_keeps_its_talk_and_an_event_without_a_number_stays(
    town: Town,
) -> None:
    talking = await _talked(town, JANUARY, is_over=False)
    with clock.stopped(LONG_AFTER):
        await drop_months(town.database)
    assert await _calls_of(town.database, "turn") == [talking]
    async with town.database.transaction() as session:
        await session.execute(text("UPDATE call SET status = 'ended'"))
        await session.execute(text("UPDATE event SET seq = 7"))
    with clock.stopped(LONG_AFTER):
        await drop_months(town.database)
    assert [await _months(town.database, table) for table in TABLES] == [[], [], []]


async def test_readers_are_waited_for_a_moment_and_nobody_queues_behind(town: Town) -> None:
    await _talked(town, JANUARY)
    with clock.stopped(LONG_AFTER):
        async with town.database.transaction() as reading:
            await reading.execute(text("SELECT count(*) FROM event"))
            dropping = asyncio.create_task(drop_months(town.database))
            await asyncio.sleep(0.5)
            async with town.database.transaction() as another:
                assert await another.scalar(text("SELECT count(*) FROM event")) == 1
            assert "202001" in await _months(town.database, "event")
        assert (await dropping)[Kind.EVENTS] == 1


@pytest.mark.parametrize("name", ["event", "account", "event_p209912", "event_p202001; x"])
async def test_the_service_can_drop_no_table_that_is_no_month_that_is_over(
    town: Town, name: str
) -> None:
    async with town.database.transaction() as session:
        asked = {"name": name, "before": clock.now() + timedelta(days=90)}
        dropped = await session.scalar(text("SELECT drop_month_partition(:name, :before)"), asked)
        this_month = {"name": f"event_p{clock.now():%Y%m}", "before": asked["before"]}
        running = await session.scalar(
            text("SELECT drop_month_partition(:name, :before)"), this_month
        )
    assert (dropped, running) == (False, False)


async def _talked(
    town: Town, month: datetime, *, blind: bytes | None = None, is_over: bool = True
) -> UUID:
    """A call in that month, with an event, a turn and a receipt."""
    call_id, at, city_id = uuid7(), month + timedelta(days=9), town.places["city"].id
    async with town.database.transaction() as session:
        session.add(Call(
            id=call_id, created_at=at, started_at=at, ended_at=at if is_over else None,
            status="ended" if is_over else "talking", provider_sid=f"CA{call_id.hex}",
            organization_id=city_id, city_id=city_id, from_blind=blind, from_masked="",
            to_number="", said=[],
        ))  # fmt: skip
        for statement in (
            "INSERT INTO turn (id, created_at, call_id, number, said, results)"
            " VALUES (:id, :at, :call, 1, '', '[]')",
            "INSERT INTO webhook_receipt (id, created_at, key, kind, call_id, answer)"
            " VALUES (:id, :at, :key, 'voice', :call, '')",
            "INSERT INTO event (id, created_at, seq, name, subject_type, subject_id, scope,"
            " audience, payload) VALUES (:id, :at, :seq, 'call.ended', 'call', :key, 'calls:read',"
            " ARRAY[CAST(:city AS uuid)], '{}')",
        ):
            values = {"id": uuid4(), "at": at, "call": call_id, "key": str(call_id),
                      "city": city_id, "seq": 1 if is_over else None}  # fmt: skip
            known = {name: values[name] for name in values if f":{name}" in statement}
            await session.execute(text(statement), known)
    return call_id


async def _hold(town: Town, blind: bytes) -> UUID:
    held = LegalHold(city_id=town.places["city"].id, number_blind=blind, label="139****0000",
                     reason="法院调取证据的公函")  # fmt: skip
    async with town.database.transaction() as session:
        session.add(held)
    return held.id


async def _lift(database: Database, hold_id: UUID) -> None:
    async with database.transaction() as session:
        held = await session.get_one(LegalHold, hold_id)
        held.lifted_at, held.lift_reason = clock.now(), "案件已经办结"


async def _months(database: Database, table: str) -> list[str]:
    """The months of 2020 that the log still has."""
    chosen = text(
        "SELECT right(relname, 6) FROM pg_class WHERE relname LIKE :named AND relkind = 'r'"
        " ORDER BY 1"
    )
    async with database.transaction() as session:
        return list(await session.scalars(chosen, {"named": f"{table}_p2020%"}))


async def _calls_of(database: Database, table: str) -> list[UUID]:
    column = "CAST(subject_id AS uuid)" if table == "event" else "call_id"
    async with database.transaction() as session:
        return list(await session.scalars(text(f"SELECT {column} FROM {table}")))


async def _audited(database: Database) -> Sequence[Mapping[str, object]]:
    chosen = text(
        "SELECT details FROM audit_entry WHERE action = 'retention.month_dropped' ORDER BY id"
    )
    async with database.transaction() as session:
        return list(await session.scalars(chosen))
