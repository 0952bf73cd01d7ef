"""Wake-ups reach who listens, and whoever sends them can be told to stop."""

import asyncio

from hotline.db import Database
from hotline.db.wakes import JOBS_WRITTEN, Waker


async def test_a_wake_up_reaches_another_connection_and_a_stop_ends_the_waker(
    database: Database,
) -> None:
    stopping = asyncio.Event()
    waker = Waker(database)
    waking = asyncio.create_task(waker.run(stopping))
    connection = await database.connect()
    woken = asyncio.Event()
    await connection.add_listener(JOBS_WRITTEN, lambda *_: woken.set())
    waker.wake({JOBS_WRITTEN})
    async with asyncio.timeout(20):
        await woken.wait()
        stopping.set()
        await waking
    await connection.close()
