"""One running sample city for every promise that needs a service; the rest needs none.

The city believes a proxy on loopback, so that a test may come from any address of the world.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hotline.db import Database, Role, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.logs import configure_logs
from hotline.main import create_app
from hotline.settings import Settings, Switch
from hotline.trusted import trusted
from hotline.vault import load_vault
from tests.accounts.conftest import browser, town
from tests.city import City, free_port, running
from tests.conftest import administer

__all__ = ["browser", "town"]

STRANGER = "203.0.113.9"
ACCOUNTS = {
    "agent": "agent-1",
    "district_supervisor": "supervisor-haibowan",
    "city_supervisor": "supervisor-city",
    "system_admin": "admin-system",
    "security_admin": "admin-security",
    "audit_admin": "admin-audit",
}


@dataclass
class Whole:
    """The city, its database, and a signed-in client for each kind of account."""

    city: City
    database: Database
    clients: dict[str, httpx2.AsyncClient] = field(default_factory=dict)

    async def of(self, username: str) -> httpx2.AsyncClient:
        if username not in self.clients:
            self.clients[username] = await self.city.signed_in(username)
        return self.clients[username]

    def stranger(self, address: str = STRANGER, **more: Any) -> httpx2.AsyncClient:
        """Somebody from elsewhere, through a proxy that the city believes."""
        headers = {"x-forwarded-for": address} | more.pop("headers", {})
        return httpx2.AsyncClient(base_url=self.city.url, headers=headers, verify=trusted(), **more)


@pytest.fixture(autouse=True)
def usual_logs() -> Iterator[None]:
    """Set up before any capture and so ended after it: later tests log to where they did."""
    yield
    configure_logs("warning", as_json=False)


@asynccontextmanager
async def whole_city(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], name: str
) -> AsyncIterator[Whole]:
    """A city of its own; each keeps some thirty connections for as long as it runs."""
    template, folder = sample_template
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    settings = Settings(
        data_dir=folder, port=free_port(), semantic=Switch.OFF, trusted_proxies="127.0.0.1"
    )
    dsn = postgres.dsn(database=name)
    database = await open_database(dsn, Role.APP, pool_size=2, raw_size=1)
    database.carry(vault=load_vault(folder, None))
    async with running(settings, dsn) as city:
        there = Whole(city, database)
        yield there
        for client in there.clients.values():
            await client.aclose()
    await database.close()


@pytest.fixture(scope="session")
async def whole(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[Whole]:
    async with whole_city(postgres, sample_template, new_name()) as there:
        yield there


@pytest.fixture(scope="session")
def described(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The API's own description."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("described"))
    return create_app(settings, "postgresql+asyncpg://nobody@nowhere/none").openapi()


@pytest.fixture(scope="session")
async def matter(whole: Whole) -> Any:
    from tests.promises.matter import open_matter

    return await open_matter(whole)
