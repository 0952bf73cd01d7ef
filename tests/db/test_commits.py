"""A database that awaits a lost standby: reads go on, no commit is answered, and it is told."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI

from hotline import database_checks
from hotline.db import Database, open_database
from hotline.db.commits import PATIENCE_SECONDS, Commits
from hotline.db.embedded import EmbeddedPostgres
from hotline.db.migrate import upgrade
from hotline.findings import Finding, Grade
from hotline.web import health
from hotline.web.metrics import Metrics
from tests.conftest import administer

AWAIT = "ALTER SYSTEM SET synchronous_standby_names = '{}'"


@pytest.fixture
async def database(server: EmbeddedPostgres) -> AsyncIterator[Database]:
    await upgrade(server.dsn())
    opened = await open_database(server.dsn())
    yield opened
    await opened.close()


@pytest.fixture
async def commits(database: Database) -> AsyncIterator[Commits]:
    stopping, followed = asyncio.Event(), Commits()
    following = asyncio.create_task(followed.follow(database, stopping))
    yield followed
    stopping.set()
    following.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await following


@contextlib.asynccontextmanager
async def awaiting(server: EmbeddedPostgres, standby: str) -> AsyncIterator[None]:
    await administer(server, AWAIT.format(standby))
    await administer(server, "SELECT pg_reload_conf()")
    try:
        yield
    finally:
        await administer(server, AWAIT.format(""))
        await administer(server, "SELECT pg_reload_conf()")


def node(database: Database, commits: Commits) -> httpx2.AsyncClient:
    app = FastAPI()
    app.include_router(health.router)
    state = {
        "database": database, "commits": commits, "settings": SimpleNamespace(trusted_proxies=""),
        "departure": SimpleNamespace(is_under_way=False),
    }  # fmt: skip

    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        await app(scope | {"state": state}, receive, send)

    return httpx2.AsyncClient(transport=httpx2.ASGITransport(asgi), base_url="http://127.0.0.1")


async def until(is_so: Callable[[], bool]) -> None:
    for _ in range(600):
        if is_so():
            return
        await asyncio.sleep(0.05)
    pytest.fail("it never came to be so")


async def test_a_node_tells_that_commits_wait_and_stays_in_the_balancer(
    server: EmbeddedPostgres, database: Database, commits: Commits
) -> None:
    async with node(database, commits) as client:
        await until(lambda: 0 < commits.seconds < PATIENCE_SECONDS)
        assert (await client.get("/readyz")).text == "ready\n"
        async with awaiting(server, "lost"):
            await until(lambda: commits.wait)
            told = await client.get("/readyz")
            assert (told.status_code, told.text.startswith("ready, but commits wait")) == (
                200,
                True,
            )
        await until(lambda: not commits.wait)
        assert (await client.get("/readyz")).text == "ready\n"


async def found_by(connection: asyncpg.Connection) -> list[Finding]:
    return [finding async for finding in database_checks.commits(connection)]


async def test_doctor_says_that_commits_wait(server: EmbeddedPostgres, database: Database) -> None:
    connection = await database.connect()
    try:
        assert await found_by(connection) == []
        async with awaiting(server, "lost"), asyncio.timeout(10):
            # A server that was told to read its configuration anew may not have read it yet.
            while not (found := await found_by(connection)):  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.05)
    finally:
        await connection.close()
    (finding,) = found
    assert finding.grade is Grade.BAD
    assert "备库" in finding.says


def test_the_wait_is_a_figure_and_rings() -> None:
    names = {family.name for family in Metrics().registry.collect()}
    assert "hotline_commit_seconds" in names
