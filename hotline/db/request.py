"""The transaction of a request."""

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


async def open_transaction(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    """Commits before the answer is sent; a failed commit is therefore never answered as 200."""
    database: Database = connection.state.database
    async with database.transaction() as session:
        yield session


async def open_reading(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    """For reports: a copy of the database where there is one, a moment behind and never written.

    While the copy is away, the database itself.
    """
    async with AsyncExitStack() as stack:
        yield await _reading(connection, stack)


async def _reading(connection: HTTPConnection, stack: AsyncExitStack) -> AsyncSession:
    standby: Standby | None = getattr(connection.state, "standby", None)
    copy = None if standby is None else await standby.here()
    if copy is not None:
        try:
            async with AsyncExitStack() as tried:
                session = await tried.enter_async_context(copy.transaction())
                await session.execute(_READ_ONLY)
                await stack.enter_async_context(tried.pop_all())
                return session
        except Exception as error:
            if not is_outage(error):
                raise
    database: Database = connection.state.database
    return await stack.enter_async_context(database.transaction())


# FastAPI's default scope answers first and commits afterwards: "function" commits first.
Tx = Annotated[AsyncSession, Depends(open_transaction, scope="function")]
ReportTx = Annotated[AsyncSession, Depends(open_reading, scope="function")]
