"""The embedded carrier in this process: mounted here, reached by HTTP only like any other host."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from fastapi import Depends, FastAPI, Request

from hotline.accounts.auth import token_of
from hotline.accounts.loopback import is_loopback
from hotline.accounts.queries import username_of
from hotline.accounts.sessions import authenticate
from hotline.carrier import Carrier, CarrierSettings, NumberSettings, create_carrier
from hotline.carrier.phone_page import serve_phone_page
from hotline.db import Database, open_database
from hotline.installation import is_phone_on, provider_of
from hotline.organizations.queries import cities, hotline_numbers
from hotline.settings import Settings, Telephony
from hotline.telephony.provider import Provider
from hotline.vault import load_vault
from hotline.web import problems

# Our answers are retried on a refused connection, a time-out and a server error.
RETRIES = "#rc=2&rp=ct,rt,5xx&rt=4000"


class CarrierMount:
    """Nothing at all where another host carries the calls."""

    def __init__(self, settings: Settings, *, calls_go_to: str | None = None) -> None:
        self._provider = provider_of(settings)
        self._calls_go_to = calls_go_to
        self._carrier: Carrier | None = None
        self._has_phone = is_phone_on(settings)
        if settings.telephony is Telephony.CARRIER and self._provider is not None:
            self._carrier = create_carrier(
                _carrier_settings(settings, self._provider), may_use_phone=_phone_owner
            )

    def add_to(self, app: FastAPI) -> None:
        if self._carrier is None:
            return
        app.include_router(
            self._carrier.router, include_in_schema=False, dependencies=[Depends(_identify)]
        )
        if self._has_phone:
            serve_phone_page(app)

    async def start(self, database: Database) -> None:
        if self._carrier is None or self._provider is None:
            return
        numbers = await _numbers(database, self._calls_go_to or self._provider.base)
        self._carrier.settings = replace(self._carrier.settings, numbers=numbers)
        await self._carrier.start(database)

    async def stop(self) -> None:
        if self._carrier is not None:
            await self._carrier.stop()


def create_carrier_app(settings: Settings, database_url: str) -> FastAPI:
    """The carrier without the hotline, for a machine of its own: calls go to the public address."""
    mount = CarrierMount(settings, calls_go_to=settings.address)

    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncIterator[dict[str, Any]]:
        database = await open_database(database_url)
        database.carry(vault=load_vault(settings.data_dir, settings.vault_key))
        await mount.start(database)
        try:
            yield {"settings": settings, "database": database}
        finally:
            await mount.stop()
            await database.close()

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=live)
    problems.install(app)
    mount.add_to(app)
    return app


async def _identify(request: Request) -> None:
    """Beyond loopback the phone belongs to the account that is signed in."""
    if is_loopback(request) or not request.url.path.startswith("/carrier/phone"):
        return
    state = request.state
    principal = await authenticate(state.database, state.settings, token_of(request))
    if principal is None or principal.account_id is None:
        return
    async with state.database.transaction() as session:
        state.phone_owner = await username_of(session, principal.account_id)


def _phone_owner(request: Request) -> str | None:
    owner: str | None = getattr(request.state, "phone_owner", None)
    return owner


def _carrier_settings(settings: Settings, provider: Provider) -> CarrierSettings:
    return CarrierSettings(
        account_sid=provider.account_sid,
        auth_token=provider.auth_token,
        public_url=provider.base,
        speed=settings.carrier_speed,
        is_phone_on=is_phone_on(settings),
        language="zh-CN",
    )


async def _numbers(database: Database, base: str) -> tuple[NumberSettings, ...]:
    """Every number of every city, answered by our own webhooks at `base`."""
    async with database.transaction() as session:
        owned = [await hotline_numbers(session, city.id) for city in await cities(session)]
    return tuple(
        NumberSettings(
            number=row.number,
            name=row.label,
            voice_url=f"{base}/telephony/voice{RETRIES}",
            voice_fallback_url=f"{base}/telephony/fallback",
            status_callback=f"{base}/telephony/status",
            sms_url=f"{base}/telephony/sms",
        )
        for rows in owned
        for row in rows
    )
