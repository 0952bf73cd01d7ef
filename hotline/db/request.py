"""The transaction of a request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated

from fastapi import Depends
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from hotline.db.database import Database
from hotline.db.outages import is_outage
from hotline.db.standby import Standby

_READ_ONLY = text("SET TRANSACTION READ ONLY")
_ANSWERS_WITHIN = 5.0
"""Seconds; a machine that vanished does not even refuse."""


async def open_transaction(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    """Commits before the answer is sent; a failed commit is therefore never answered as 200."""
    database: Database = connection.state.database
    async with database.transaction() as session:
        yield session


# FastAPI's default scope answers first and commits afterwards: "function" commits first.
Tx = Annotated[AsyncSession, Depends(open_transaction, scope="function")]


async def open_reading(connection: HTTPConnection, session: Tx) -> AsyncIterator[AsyncSession]:
    """For reports: a copy of the database where there is one, a moment behind and never written.

    While the copy is away, the request's own transaction: a second connection of the same pool
    could wait for others that wait for theirs.
    """
    async with AsyncExitStack() as stack:
        yield await _copied(connection, stack) or session


async def _copied(connection: HTTPConnection, stack: AsyncExitStack) -> AsyncSession | None:
    standby: Standby | None = getattr(connection.state, "standby", None)
    copy = None if standby is None else await standby.here()
    if standby is None or copy is None:
        return None
    try:
        async with AsyncExitStack() as tried:
            session = await tried.enter_async_context(copy.transaction())
            async with asyncio.timeout(_ANSWERS_WITHIN):
                await session.execute(_READ_ONLY)
            await stack.enter_async_context(tried.pop_all())
            return session
    except Exception as error:
        if not is_outage(error):
            raise
        standby.lost()
        return None


ReportTx = Annotated[AsyncSession, Depends(open_reading, scope="function")]
