"""The tickets' edge on a database of its own, with people who are signed in."""

from dataclasses import dataclass, field

import httpx2
from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from hotline.accounts import sessions
from hotline.accounts.auth import cookie_name
from hotline.accounts.models import Account
from hotline.db import Database
from hotline.settings import Settings
from hotline.tickets import api
from hotline.web import problems
from tests.tickets.city import City

ADDRESS = "http://localhost:8114"


@dataclass
class Served:
    database: Database
    city: City
    settings: Settings
    router: APIRouter = field(default_factory=lambda: api.router)

    async def client(self, role: str, key: str = "city") -> httpx2.AsyncClient:
        """Somebody's browser."""
        async with self.database.transaction() as session:
            person = await self.city.person(session, role, key)
            account = await session.get_one(Account, person.account_id)
            token, _ = await sessions.begin(session, account, sessions.Client("127.0.0.1"))
        return self._browser({cookie_name(self.settings): token})

    def stranger(self) -> httpx2.AsyncClient:
        return self._browser({})

    def page_reader(self, router: APIRouter) -> httpx2.AsyncClient:
        """Somebody without an account, at another edge than the API."""
        return self._browser({}, router)

    def _browser(
        self, cookies: dict[str, str], router: APIRouter | None = None
    ) -> httpx2.AsyncClient:
        app = FastAPI()
        problems.install(app)
        app.include_router(router or self.router)
        carried = _Carried(app, self.database, self.settings)
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(carried), base_url=ADDRESS, cookies=cookies
        )


class _Carried:
    """Gives every request the state that the service's lifespan would give it."""

    def __init__(self, app: ASGIApp, database: Database, settings: Settings) -> None:
        self._app = app
        self._state = {"database": database, "settings": settings}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app({**scope, "state": dict(self._state)}, receive, send)
