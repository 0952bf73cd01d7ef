"""More calls than can be served at once: nobody is lost, and emergencies are let in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hotline.calls.crowding import SLOW_SECONDS, Crowd
from hotline.db import Role, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.settings import Settings, Switch
from tests.city import City, free_port, running
from tests.conftest import administer
from tests.phone import Phone

DEFERRED = "SELECT count(*) FROM job WHERE kind = 'queueing.call_over'"
LIVE = "SELECT count(*) FROM call WHERE status <> 'ended'"
WAIT, AGAIN = "来电较多，正在为您接入", "来电较多，没有听清"


def test_whoever_finds_no_room_waits_and_is_counted() -> None:
    crowd = Crowd(1)
    assert not crowd.must_wait()
    with crowd.one():
        assert crowd.must_wait()
        assert crowd.must_wait("路灯坏了")
    assert not crowd.must_wait("路灯坏了")
    assert crowd.turned_away == 2


def test_an_emergency_is_always_let_in() -> None:
    crowd = Crowd(1)
    with crowd.one():
        assert not crowd.must_wait("着火了快来人")
    assert crowd.turned_away == 0


def test_slow_turns_make_room_for_fewer_and_quick_ones_for_more_again() -> None:
    assert places_in(noted(Crowd(20), slow=20)) == 6
    assert places_in(noted(Crowd(20), slow=20, quick=8)) == 8
    assert places_in(noted(Crowd(20), slow=20, quick=100)) == 20


def test_a_calm_hour_makes_no_room_for_a_crowd() -> None:
    crowd = Crowd(48)
    for _ in range(500):
        with crowd.one():
            pass
    assert places_in(crowd) == 16


def test_quick_turns_of_a_crowd_make_room_for_more() -> None:
    crowd = Crowd(48)
    for _ in range(8):
        with ExitStack() as served:
            for _ in range(16):
                served.enter_context(crowd.one())
    assert places_in(crowd) > 24


def test_a_limit_below_the_fewest_stays() -> None:
    assert places_in(noted(Crowd(2), slow=1)) == 2


def test_nobody_more_is_let_in_while_the_longest_is_slow_already() -> None:
    now = [0.0]
    crowd = Crowd(48, now=lambda: now[0])
    with ExitStack() as served:
        for _ in range(5):
            served.enter_context(crowd.one())
        now[0] = SLOW_SECONDS * 2
        assert not crowd.must_wait()
        with crowd.one():
            assert crowd.must_wait()
            assert not crowd.must_wait("着火了快来人")
            now[0] = SLOW_SECONDS
            assert not crowd.must_wait()
    assert not crowd.must_wait()


def noted(crowd: Crowd, *, slow: int, quick: int = 0) -> Crowd:
    for seconds in [SLOW_SECONDS * 2] * slow + [SLOW_SECONDS / 10] * quick:
        crowd.note(seconds)
    return crowd


def places_in(crowd: Crowd) -> int:
    """How many find room at once, before the next has to wait."""
    with ExitStack() as served:
        count = 0
        while not crowd.must_wait():
            served.enter_context(crowd.one())
            count += 1
        return count


@pytest.fixture
async def small(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[City]:
    """A city that answers one call at a time."""
    template, folder = sample_template
    name = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    settings = Settings(data_dir=folder, port=free_port(), semantic=Switch.OFF, turns_at_once=1)
    async with running(settings, postgres.dsn(database=name)) as city:
        yield city


async def test_a_crowd_of_calls_is_asked_to_wait_and_then_served(small: City) -> None:
    phones = [replace(small.phone(), caller=f"+86139000100{n:02}") for n in range(12)]
    await asyncio.gather(*(phone.dial() for phone in phones))
    for phone in some_who_heard(WAIT, phones):
        redirect = phone.document.find("Redirect")
        assert redirect is not None
        await phone.post(redirect.text or "", {"CallStatus": "in-progress"})
    assert len(who_heard("请讲", phones)) == len(phones)
    await asyncio.gather(*(phone.say("公积金怎么提取") for phone in phones))
    for phone in some_who_heard(AGAIN, phones):
        await phone.say("公积金怎么提取")
    assert len(who_heard("公积金", phones)) == len(phones)


def who_heard(words: str, phones: list[Phone]) -> list[Phone]:
    return [phone for phone in phones if words in "".join(phone.heard)]


def some_who_heard(words: str, phones: list[Phone]) -> list[Phone]:
    found = who_heard(words, phones)
    assert 0 < len(found) < len(phones)
    return found


async def test_who_hangs_up_in_a_crowd_is_written_down_and_seen_to_soon(small: City) -> None:
    talking = await replace(small.phone(), caller="+8613900010099").dial()
    async with asyncio.timeout(20):
        while not await counted(small, DEFERRED):
            leaving = await small.phone().dial()
            await asyncio.gather(talking.say("公积金怎么提取"), leaving.hang_up())
    for _ in range(100):
        if await counted(small, LIVE) == 1:
            break
        await asyncio.sleep(0.2)
    assert await counted(small, LIVE) == 1


async def counted(city: City, statement: str) -> int:
    database = await open_database(city.database_url, Role.READ)
    try:
        async with database.transaction() as session:
            return int((await session.execute(text(statement))).scalar_one())
    finally:
        await database.close()
