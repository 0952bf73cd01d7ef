"""Whatever happens to a node's connection or to a reader: no event is passed over in silence."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

from hotline.db import Database, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.events import queries
from hotline.events import service as events
from hotline.events.queries import BATCH
from hotline.events.sequencer import number_events, run_sequencer
from hotline.principal import Principal
from hotline.realtime.hub import QUEUE_LENGTH, Hub, Reader
from tests.conftest import administer
from tests.empty_events import empty

_SCOPE = "tickets:read"
_LISTENERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = '{}' AND (query LIKE 'LISTEN%' OR query LIKE '%FROM event%'
    OR query LIKE '%advisory_lock%')
"""


def _watching(home: UUID) -> Principal:
    return Principal(None, "", frozenset({_SCOPE}), home, frozenset({home}))


async def _write(database: Database, home: UUID, count: int) -> None:
    async with database.transaction() as session:
        for number in range(count):
            await events.record(
                session, "ticket.opened", subject_id=str(number),
                payload=empty("ticket.opened"), audience=[home], scope=_SCOPE,
            )  # fmt: skip


async def _write_and_end_listeners(
    database: Database, postgres: EmbeddedPostgres, home: UUID
) -> None:
    for _ in range(8):
        await _write(database, home, 25)
        await administer(postgres, _LISTENERS.format(database.url.database))
        await _write(database, home, 25)


async def _follow(reader: Reader, until: int) -> Sequence[int]:
    seen: list[int] = []
    while len(seen) < until:
        seq, body = await reader.queue.get()
        if body is not None:
            seen.append(seq)
    return seen


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 (another task's state)
        await asyncio.sleep(0.02)


async def test_two_nodes_miss_nothing_while_their_listening_connections_are_ended(
    database: Database, postgres: EmbeddedPostgres
) -> None:
    home, stopping = uuid4(), asyncio.Event()
    nodes = [database, await open_database(database.url, pool_size=1, raw_size=1)]
    hubs = [Hub(node) for node in nodes]
    tasks = [asyncio.create_task(run_sequencer(node, stopping)) for node in nodes]
    for hub in hubs:
        await hub.begin()
        tasks.append(asyncio.create_task(hub.run(stopping)))
    readers = [hub.join(_watching(home)) for hub in hubs for _ in range(2)]
    following = [asyncio.create_task(_follow(reader, 400)) for reader in readers]
    await _write_and_end_listeners(database, postgres, home)
    async with asyncio.timeout(60):
        seen = await asyncio.gather(*following)
    stopping.set()
    await asyncio.gather(*tasks)
    await nodes[1].close()
    assert [list(one) for one in seen] == [list(range(1, 401))] * 4
    assert not any(reader.is_cut.is_set() for reader in readers)


async def test_readers_are_judged_by_their_rights_however_many_share_them(
    database: Database,
) -> None:
    hub, home, elsewhere, stopping = Hub(database), uuid4(), uuid4(), asyncio.Event()
    await hub.begin()
    blind = Principal(None, "", frozenset({"calls:read"}), home, frozenset({home}))
    above = Principal(None, "", frozenset({_SCOPE}), home, frozenset({home, elsewhere}))
    sharing = [hub.join(_watching(home)) for _ in range(3)]
    others = [hub.join(_watching(elsewhere)), hub.join(blind)]
    city = hub.join(above)
    hub.leave(sharing[0])
    await _write(database, home, 2)
    await _write(database, elsewhere, 1)
    await number_events(database.raw)
    following = asyncio.create_task(hub.run(stopping))
    async with asyncio.timeout(20):
        await _until(lambda: hub.position == 3)
    stopping.set()
    await following
    assert [_handed(one) for one in sharing] == [[], [1, 2], [1, 2]]
    assert [_handed(one) for one in others] == [[3], []]
    assert _handed(city) == [1, 2, 3]
    for reader in (*sharing, *others, city):
        hub.leave(reader)
    assert hub.reader_count == 0


async def test_what_is_addressed_to_one_account_comes_to_its_sockets_and_to_no_other(
    database: Database,
) -> None:
    """Once, also where the account would have seen it with everybody else."""
    hub, home, me, stopping = Hub(database), uuid4(), uuid4(), asyncio.Event()
    await hub.begin()
    mine = Principal(me, "", frozenset({_SCOPE}), home, frozenset({home}))
    blind = Principal(me, "", frozenset({"calls:read"}), home, frozenset({home}))
    readers = [hub.join(mine), hub.join(mine), hub.join(blind), hub.join(_watching(home))]
    await _write(database, me, 1)
    await _write(database, home, 1)
    async with database.transaction() as session:
        await events.record(
            session, "ticket.opened", subject_id="", payload=empty("ticket.opened"),
            audience=[home, me], scope=_SCOPE,
        )  # fmt: skip
    await number_events(database.raw)
    following = asyncio.create_task(hub.run(stopping))
    async with asyncio.timeout(20):
        await _until(lambda: hub.position == 3)
    stopping.set()
    await following
    assert [_handed(one) for one in readers] == [[1, 2, 3], [1, 2, 3], [], [2, 3]]
    assert hub.count_of(me) == 3
    async with database.transaction() as session:
        found = await session.scalars(queries.page_after(mine, 0, 10))
        assert [one.seq for one in found] == [1, 2, 3]


def _handed(reader: Reader) -> list[int]:
    return [reader.queue.get_nowait()[0] for _ in range(reader.queue.qsize())]


async def test_a_reader_that_was_too_slow_is_handed_nothing_behind_the_gap(
    database: Database,
) -> None:
    """It comes anew with its cursor before the gap; else the cursor would be behind it."""
    hub, home, stopping = Hub(database), uuid4(), asyncio.Event()
    await hub.begin()
    reader = hub.join(_watching(home))
    await _write(database, home, QUEUE_LENGTH + 44)
    await number_events(database.raw)
    following = asyncio.create_task(hub.run(stopping))
    async with asyncio.timeout(20):
        await reader.is_cut.wait()
        seen = [reader.queue.get_nowait()[0] for _ in range(QUEUE_LENGTH)]
        await _write(database, home, 5)
        await number_events(database.raw)
        await _until(lambda: hub.position == QUEUE_LENGTH + 49)
    hub.tell_positions()
    stopping.set()
    await following
    assert seen == list(range(1, QUEUE_LENGTH + 1))
    assert reader.queue.empty()


async def test_no_heartbeat_moves_a_cursor_over_an_event_that_is_being_handed_out(
    database: Database,
) -> None:
    """However many readers there are, a round is whole before anybody else has a word."""
    hub, home, stopping = Hub(database), uuid4(), asyncio.Event()
    await hub.begin()
    readers = [hub.join(_watching(home)) for _ in range(350)]
    await _write(database, home, 3)
    await number_events(database.raw)

    async def beat() -> None:
        while True:
            hub.tell_positions()
            await asyncio.sleep(0)

    beating = asyncio.create_task(beat())
    following = asyncio.create_task(hub.run(stopping))
    async with asyncio.timeout(20):
        await _until(lambda: hub.position == 3)
    beating.cancel()
    stopping.set()
    await following
    for reader in readers:
        told = 0
        while not reader.queue.empty():
            seq, body = reader.queue.get_nowait()
            assert body is None or seq > told
            told = max(told, seq)


async def test_a_node_that_is_behind_waits_before_it_sends_a_console_back_to_the_beginning(
    database: Database,
) -> None:
    hub, home, stopping = Hub(database), uuid4(), asyncio.Event()
    await hub.begin()
    await _write(database, home, 7)
    await number_events(database.raw)
    following = asyncio.create_task(hub.run(stopping))
    async with asyncio.timeout(20):
        await hub.reach(7)
    assert hub.position == 7
    stopping.set()
    await following


async def test_after_a_restore_nobody_goes_on_from_a_log_that_is_not_there(
    database: Database, postgres: EmbeddedPostgres
) -> None:
    hub, home, stopping = Hub(database), uuid4(), asyncio.Event()
    await hub.begin()
    await _write(database, home, 9)
    await number_events(database.raw)
    following = asyncio.create_task(hub.run(stopping))
    async with asyncio.timeout(20):
        await hub.reach(9)
        was, reader = hub.epoch, hub.join(_watching(home))
        await database.raw.execute("UPDATE event_position SET epoch = gen_random_uuid(), last = 4")
        await administer(postgres, _LISTENERS.format(database.url.database))
        await reader.is_cut.wait()
        await _until(lambda: hub.epoch != was)
    assert hub.position == 4
    stopping.set()
    await following


async def test_a_node_that_begins_without_its_database_follows_once_it_is_there(
    database: Database, postgres: EmbeddedPostgres
) -> None:
    hub, home, stopping = Hub(database), uuid4(), asyncio.Event()
    await hub.begin()
    await _write(database, home, 2 * BATCH + 1)
    await number_events(database.raw)
    name = database.url.database
    await administer(postgres, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    following = asyncio.create_task(hub.run(stopping))
    await asyncio.sleep(0.2)
    assert hub.position == 0
    await administer(postgres, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    async with asyncio.timeout(20):
        await _until(lambda: hub.position == 2 * BATCH + 1)
    stopping.set()
    await following


async def test_a_node_that_stays_behind_is_waited_for_a_moment_only(database: Database) -> None:
    hub = Hub(database)
    async with asyncio.timeout(10):
        await hub.reach(0)
        await hub.reach(1)
    assert hub.position == 0
