"""The transaction of a request."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from hotline.db.database import Database


async def open_transaction(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    """Commits before the answer is sent; a failed commit is therefore never answered as 200."""
    database: Database = connection.state.database
    async with database.transaction() as session:
        yield session


# FastAPI's default scope answers first and commits afterwards: "function" commits first.
Tx = Annotated[AsyncSession, Depends(open_transaction, scope="function")]
