"""A city with a district and accounts, and the edges over a real database."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from hotline.accounts import api as accounts_api
from hotline.accounts import service
from hotline.accounts.models import Account
from hotline.accounts.roles import Role
from hotline.accounts.service import NewAccount
from hotline.audit import api as audit_api
from hotline.db import Database
from hotline.directory import api as directory_api
from hotline.organizations import api as organizations_api
from hotline.organizations.models import Organization
from hotline.organizations.queries import organizations_of
from hotline.organizations.service import save_city, save_organizations
from hotline.principal import Principal
from hotline.settings import Settings
from hotline.web import problems
from tests.organizations.test_tree import CITY, unit

PASSWORD = "mountain-lamp-4-river"
OTHER_PASSWORD = "quiet-violet-9-engine"


@dataclass(frozen=True, slots=True)
class Town:
    """`places` by key: city, north, south, heat-north."""

    database: Database
    places: dict[str, Organization]

    async def account(
        self, username: str, *roles: Role, at: str = "city", must_change: bool = False
    ) -> Account:
        async with self.database.transaction() as session:
            return await service.create_account(
                session,
                None,
                NewAccount(username, username, PASSWORD, self.places[at].id, roles, must_change),
            )


@pytest.fixture
async def town(database: Database) -> Town:
    async with database.transaction() as session:
        city_id, _ = await save_city(session, CITY)
        await save_organizations(session, city_id, [unit("heat-north", "北区")])
        places = {row.key: row for row in await organizations_of(session, city_id)}
    return Town(database, places)


Browser = Callable[..., httpx2.AsyncClient]


@pytest.fixture
async def browser(town: Town, tmp_path: Path) -> AsyncIterator[Browser]:
    """`browser()` is a client with its own cookies; `browser(address="9.9.9.9")` from elsewhere."""
    clients = []

    def new(*, public_url: str = "", address: str = "127.0.0.1") -> httpx2.AsyncClient:
        settings = Settings(data_dir=tmp_path, public_url=public_url)
        transport = httpx2.ASGITransport(_with_state(settings, town.database), client=(address, 1))
        client = httpx2.AsyncClient(transport=transport, base_url=settings.address)
        clients.append(client)
        return client

    yield new
    for client in clients:
        await client.aclose()


def own(account: Account) -> Principal:
    """Whoever the account is of, for what only they may do to it."""
    return Principal(
        account.id, account.display_name, frozenset(), account.organization_id, frozenset()
    )


async def sign_in(client: httpx2.AsyncClient, username: str, **changes: Any) -> httpx2.Response:
    body = {"username": username, "password": PASSWORD} | changes
    return await client.post("/api/v1/sessions", json=body)


@cache
def edges() -> FastAPI:
    """The edges of these domains, without what lives as long as the process."""
    app = FastAPI()
    problems.install(app)
    for edge in (accounts_api, organizations_api, directory_api, audit_api):
        app.include_router(edge.router)
    return app


def _with_state(settings: Settings, database: Database) -> Any:
    app = edges()

    async def asgi(scope: Any, receive: Any, send: Any) -> None:
        await app(scope | {"state": {"settings": settings, "database": database}}, receive, send)

    return asgi
