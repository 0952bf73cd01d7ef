"""A running service with the sample city, on a database of its own, with real sockets."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI
from sqlalchemy.engine import make_url
from websockets.asyncio.client import ClientConnection, connect

from hotline.installation import provider_of
from hotline.main import create_app
from hotline.settings import Settings
from hotline.trusted import trusted
from tests.phone import Phone


@dataclass
class City:
    """The service as the world meets it."""

    settings: Settings
    url: str
    client: httpx2.AsyncClient
    app: FastAPI = field(default_factory=FastAPI)
    database_url: str = ""

    @property
    def database_name(self) -> str:
        return str(make_url(self.database_url).database)

    def phone(self, **more: Any) -> Phone:
        provider = provider_of(self.settings)
        assert provider is not None
        return Phone(self.client, provider, **more)

    def password_of(self, username: str) -> str:
        logins = json.loads((self.settings.data_dir / "sample-accounts.json").read_text())
        return next(str(entry["password"]) for entry in logins if entry["username"] == username)

    async def signed_in(self, username: str) -> httpx2.AsyncClient:
        """A client with the cookie of a sample account."""
        client = httpx2.AsyncClient(base_url=self.url, timeout=20, verify=trusted())
        answer = await client.post(
            "/api/v1/sessions", json={"username": username, "password": self.password_of(username)}
        )
        assert answer.status_code == 201, answer.text
        return client

    @asynccontextmanager
    async def console(
        self, client: httpx2.AsyncClient, **first: Any
    ) -> AsyncIterator[ClientConnection]:
        """The socket of a console, after its first message."""
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        address = self.url.replace("http", "ws") + "/api/v1/socket"
        headers = {"Cookie": cookie, "Origin": self.url}
        async with connect(address, additional_headers=headers) as console:
            await console.send(json.dumps(first or {"type": "start"}))
            yield console


@asynccontextmanager
async def running(settings: Settings, database_url: str) -> AsyncIterator[City]:
    """The whole service on a real port of this machine."""
    app = create_app(settings, database_url)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=settings.port, log_config=None, access_log=False,
        ws="websockets-sansio", lifespan="on",
    )  # fmt: skip
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
        if serving.done():
            serving.result()
    url = f"http://127.0.0.1:{settings.port}"
    async with httpx2.AsyncClient(base_url=url, timeout=20, verify=trusted()) as client:
        yield City(settings, url, client, app, database_url)
    server.should_exit = True
    await serving


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
