"""Sign the head of the chain now and then, so that a cut-off of later entries is found."""

import asyncio
from pathlib import Path

import structlog

from hotline import clock
from hotline.audit import queries
from hotline.audit.heads import keep_head
from hotline.db import Database
from hotline.db.wakes import pause

log = structlog.get_logger()

EVERY_SECONDS = 3600.0


async def sign_heads(database: Database, data_dir: Path, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            await sign_head(database, data_dir)
        except Exception:
            log.exception("audit.head_not_signed")
        await pause(stopping, EVERY_SECONDS)


async def sign_head(database: Database, data_dir: Path) -> None:
    async with database.transaction() as session:
        newest = (await session.execute(queries.newest_link())).one_or_none()
    head = newest and keep_head(data_dir, newest.seq, newest.hash, clock.now())
    if head is not None:
        # Whole: where logs go to another machine, the heads are there as well.
        log.info("audit.head_signed", seq=head.seq, hash=head.hash, at=head.at, by=head.by)
