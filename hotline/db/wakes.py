"""Wake-ups between nodes by NOTIFY: they carry no content and may be lost."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import Any

import asyncpg
import structlog

from hotline.db.database import Database
from hotline.db.outages import LINE_LOST

log = structlog.get_logger()

EVENTS_WRITTEN = "hotline_events_written"
EVENTS_NUMBERED = "hotline_events_numbered"
JOBS_WRITTEN = "hotline_jobs_written"

_COALESCE_SECONDS = 0.005


class Listener:
    """Turns notifications on one connection into something to wait for."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._woken = asyncio.Event()

    async def listen(self, channel: str) -> None:
        await self._connection.add_listener(channel, self.wake)
        self._connection.add_termination_listener(self.wake)

    async def wait(self, seconds: float, stopping: asyncio.Event | None = None) -> None:
        """Until a notification, the end of the time, or a stop; then ready for the next."""
        await _either(self._woken, stopping or asyncio.Event(), timeout=seconds)
        self._woken.clear()

    def wake(self, *_: Any) -> None:
        self._woken.set()


class Waker:
    """Tells who listens that something was committed: at most one NOTIFY a channel in 5 ms."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wanted = asyncio.Event()
        self._channels: set[str] = set()

    def wake(self, channels: Collection[str]) -> None:
        nudges = self._database.nudges
        for channel in nudges.keys() & set(channels):
            nudges[channel]()
        if elsewhere := set(channels) - nudges.keys():
            self._channels |= elsewhere
            self._wanted.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Forward wake-ups on a dedicated autocommit connection; a lost one is only latency."""
        connection: asyncpg.Connection | None = None
        try:
            while not stopping.is_set():
                await _either(self._wanted, stopping)
                self._wanted.clear()
                if self._channels:
                    connection = await self._notify(connection)
                    await asyncio.sleep(_COALESCE_SECONDS)
        finally:
            if connection is not None:
                connection.terminate()

    async def _notify(self, connection: asyncpg.Connection | None) -> asyncpg.Connection | None:
        try:
            if connection is None or connection.is_closed():
                connection = await self._database.connect()
            channels, self._channels = self._channels, set()
            notify = ";".join(f"NOTIFY {channel}" for channel in sorted(channels))
            await asyncio.wait_for(connection.execute(notify), timeout=2)
        except LINE_LOST:
            log.warning("events.wake_lost")
            return None
        return connection


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Sleep, but not past a stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)


async def _either(one: asyncio.Event, other: asyncio.Event, timeout: float | None = None) -> None:  # noqa: ASYNC109
    """Until one of them is set, or the time is over."""
    waits = [asyncio.ensure_future(one.wait()), asyncio.ensure_future(other.wait())]
    try:
        await asyncio.wait(waits, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
