"""What goes on beside requests: the roll-ups follow the event log."""

import asyncio

import asyncpg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from hotline.db import Database
from hotline.db.outages import LINE_LOST
from hotline.db.wakes import EVENTS_NUMBERED, Listener
from hotline.stats import roll_up

log = structlog.get_logger()

_POLL_SECONDS = 2.0
_GATHER_SECONDS = 0.5
_RETRY_SECONDS = 1.0


async def keep_rolled_up(database: Database, stopping: asyncio.Event) -> None:
    """Until told to stop; several processes may run it, one counts. A broken line is replaced."""
    while not stopping.is_set():
        connection: asyncpg.Connection | None = None
        try:
            connection = await database.connect()
            listener = Listener(connection)
            await listener.listen(EVENTS_NUMBERED)
            await _follow(database, listener, stopping)
        except (*LINE_LOST, SQLAlchemyError):
            log.exception("stats.interrupted")
            await asyncio.sleep(_RETRY_SECONDS)
        finally:
            if connection is not None:
                connection.terminate()


async def _follow(database: Database, listener: Listener, stopping: asyncio.Event) -> None:
    """Many events of one moment are counted together."""
    while not stopping.is_set():
        async with database.transaction() as session:
            count = await roll_up.follow_events(session)
        if count < roll_up.BATCH:
            await listener.wait(_POLL_SECONDS, stopping)
            await asyncio.sleep(_GATHER_SECONDS)
