"""What keeps sockets honest: a heartbeat that moves cursors, and the end of ended sessions."""

import asyncio

import structlog

from hotline.accounts.sessions import still_open
from hotline.db import Database
from hotline.realtime.hub import Hub

log = structlog.get_logger()

HEARTBEAT_SECONDS = 15.0
SWEEP_SECONDS = 3.0


async def beat(hub: Hub, stopping: asyncio.Event, *, every: float = HEARTBEAT_SECONDS) -> None:
    """Tell every console where the log stands, so that its cursor does not fall behind."""
    while not await _stopped(stopping, every):
        hub.tell_positions()


async def sweep_sessions(
    hub: Hub, database: Database, stopping: asyncio.Event, *, every: float = SWEEP_SECONDS
) -> None:
    """Cut off sockets whose session has ended, within a few seconds of its end."""
    while not await _stopped(stopping, every):
        watched = hub.session_ids
        if not watched:
            continue
        try:
            async with database.transaction() as session:
                open_ids = await still_open(session, watched)
        except Exception:
            log.exception("sockets.sweep_failed")
            continue
        hub.cut_sessions(watched - open_ids)


async def _stopped(stopping: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return False
    return True
