"""One sequencer, on whichever node holds the lock, numbers committed events gap-free.

A row that it can see is committed, and it numbers alone, so a number is never given before the
rows of all lower numbers are visible. See docs/decisions/event-order.md.
"""

import asyncio

import asyncpg
import structlog

from hotline.db import Database
from hotline.db.outages import LINE_LOST
from hotline.db.wakes import EVENTS_NUMBERED, EVENTS_WRITTEN, Listener, pause

log = structlog.get_logger()

_LOCK = 0x114_5E9  # pg_try_advisory_lock key, fixed for ever
_BATCH = 2_000
_POLL_SECONDS = 1.0
_RETRY_SECONDS = 1.0
_AGAIN_SECONDS = 0.3
# A frozen process keeps its connection and with it the lock: the database ends such a session.
_LET_GO = "SET idle_session_timeout = '8s'"
_SPACING_SECONDS = 0.025
"""Between two batches: whoever reads along is woken for many events as for one."""

_NUMBER = """
WITH fresh AS (
    SELECT id, created_at, row_number() OVER (ORDER BY created_at, id) AS place
    FROM event WHERE seq IS NULL ORDER BY created_at, id LIMIT $1
), taken AS (
    UPDATE event_position SET last = last + (SELECT count(*) FROM fresh)
    WHERE id = 1 AND EXISTS (SELECT 1 FROM fresh) RETURNING last
), numbered AS (
    UPDATE event SET seq = taken.last - (SELECT count(*) FROM fresh) + fresh.place
    FROM fresh, taken WHERE event.id = fresh.id AND event.created_at = fresh.created_at
    RETURNING 1
)
SELECT count(*), CASE WHEN count(*) > 0 THEN pg_notify($2, '') END FROM numbered
"""


async def number_events(connection: asyncpg.Connection | asyncpg.Pool) -> int:
    """Number one batch of committed events and tell of it; how many there were.

    Only the lock's holder calls.
    """
    count: int = await connection.fetchval(_NUMBER, _BATCH, EVENTS_NUMBERED)
    return count


async def run_sequencer(database: Database, stopping: asyncio.Event) -> None:
    """Wait for the lock, then number events until told to stop or until the connection breaks."""
    while not stopping.is_set():
        try:
            connection = await database.connect()
        except LINE_LOST:
            log.warning("sequencer.unreachable")
            await pause(stopping, _RETRY_SECONDS)
            continue
        try:
            await _hold_lock_and_number(database, connection, stopping)
        except LINE_LOST:
            log.warning("sequencer.connection_lost")
            await pause(stopping, _AGAIN_SECONDS)
        finally:
            database.nudges.pop(EVENTS_WRITTEN, None)
            connection.terminate()


async def _hold_lock_and_number(
    database: Database, connection: asyncpg.Connection, stopping: asyncio.Event
) -> None:
    await connection.execute(_LET_GO)
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
        await pause(stopping, _RETRY_SECONDS)
        if stopping.is_set():
            return
    listener = Listener(connection)
    await listener.listen(EVENTS_WRITTEN)
    # Whoever commits in this process need not go through the database to tell us.
    database.nudges[EVENTS_WRITTEN] = listener.wake
    while not stopping.is_set():
        count = await asyncio.wait_for(number_events(connection), timeout=5)
        if count < _BATCH:
            await pause(stopping, _SPACING_SECONDS)
            await listener.wait(_POLL_SECONDS, stopping)
