"""What goes on beside requests: the half-minute look at the host."""

import asyncio
from contextlib import suppress

import structlog

from hotline.db import Database
from hotline.jobs import service as jobs
from hotline.queueing.work import RECONCILE

log = structlog.get_logger()

EVERY_SECONDS = 30.0


async def keep_reconciled(database: Database, stopping: asyncio.Event) -> None:
    """Ask for a look; several nodes ask for the same one."""
    while not stopping.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), EVERY_SECONDS)
            return
        try:
            async with database.transaction() as session:
                await jobs.enqueue(session, RECONCILE, dedupe="all", max_attempts=1)
        except Exception:
            log.exception("telephony.look_not_asked")
