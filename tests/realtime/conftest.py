"""A node that serves nothing but the log: its socket and its page of the API, on a real port."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect

from hotline.accounts import sessions
from hotline.accounts.auth import COOKIE
from hotline.accounts.models import Account
from hotline.accounts.roles import Role
from hotline.accounts.sessions import Client
from hotline.db import Database
from hotline.events import api as events_api
from hotline.events import service as events
from hotline.events.sequencer import number_events
from hotline.realtime import socket as socket_edge
from hotline.realtime.hub import Hub
from hotline.settings import Settings
from hotline.trusted import trusted
from hotline.web import problems
from tests.accounts.conftest import Town, town
from tests.city import free_port
from tests.empty_events import empty

TOLD = empty("ticket.opened").model_dump(mode="json")
"""What a ticket's events carry here."""

__all__ = ["town"]


@dataclass(frozen=True, slots=True)
class Node:
    town: Town
    hub: Hub
    port: int

    @property
    def database(self) -> Database:
        return self.town.database

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def token(self, username: str, *roles: Role, at: str = "city") -> str:
        """Of a session of a new account."""
        account = await self.town.account(username, *roles, at=at)
        return await self.another_token(account)

    async def another_token(self, account: Account) -> str:
        async with self.database.transaction() as session:
            return (await sessions.begin(session, account, Client("127.0.0.1")))[0]

    async def write(self, *names: str, at: str = "city", scope: str = "tickets:read") -> None:
        """Events of the organization, numbered."""
        async with self.database.transaction() as session:
            for name in names:
                await events.record(
                    session, name, subject_id="T1", payload=empty(name),
                    audience=[self.town.places[at].id], scope=scope,
                )  # fmt: skip
        await number_events(self.database.raw)

    async def follow(self) -> None:
        """Until the hub has handed out what the log holds."""
        last = await self.database.raw.fetchval("SELECT last FROM event_position")
        async with asyncio.timeout(10):
            while self.hub.position < last:  # noqa: ASYNC110 (another task's state)
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def console(
        self, token: str, first: object = None, *, origin: str = ""
    ) -> AsyncIterator[ClientConnection]:
        headers = {"Cookie": f"{COOKIE}={token}", "Origin": origin or self.url}
        address = f"ws://127.0.0.1:{self.port}/api/v1/socket"
        async with connect(address, additional_headers=headers) as console:
            await console.send(first if isinstance(first, str) else json.dumps(first or START))
            yield console

    def browser(self, token: str = "") -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            base_url=self.url, cookies={COOKIE: token} if token else {}, verify=trusted()
        )


START = {"type": "start"}


@pytest.fixture
async def node(town: Town, tmp_path: Path) -> AsyncIterator[Node]:
    settings = Settings(data_dir=tmp_path, port=free_port())
    hub, stopping = Hub(town.database), asyncio.Event()
    await hub.begin()
    following = asyncio.create_task(hub.run(stopping))
    state = {"settings": settings, "database": town.database, "hub": hub}
    async with _served(state, settings.port):
        yield Node(town, hub, settings.port)
    stopping.set()
    await following


@asynccontextmanager
async def _served(state: dict[str, Any], port: int) -> AsyncIterator[None]:
    app = FastAPI()
    problems.install(app)
    app.include_router(socket_edge.router)
    app.include_router(events_api.router)

    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        await app(scope | {"state": dict(state)}, receive, send)

    server = uvicorn.Server(
        uvicorn.Config(asgi, port=port, lifespan="off", log_config=None, ws="websockets-sansio")
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 (another task's state)
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await serving


async def heard(console: ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(await asyncio.wait_for(console.recv(), 5))
    return frame


async def end_session(database: Database, session_id: UUID) -> None:
    async with database.transaction() as session:
        await sessions.end(session, session_id, reason="ended")
