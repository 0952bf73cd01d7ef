"""The carrier: what it is built of, and how it starts, takes over and stops."""

import asyncio
import time
from contextlib import suppress

import httpx2
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from hotline import clock, logs
from hotline.carrier import phone
from hotline.carrier.acts import By
from hotline.carrier.callbacks import Callbacks
from hotline.carrier.configuration import CarrierSettings, MayUsePhone
from hotline.carrier.engine.enqueue import HOLD_MUSIC
from hotline.carrier.exchange import Exchange
from hotline.carrier.faults import Faults
from hotline.carrier.legs import HangUp
from hotline.carrier.media import TextDriver
from hotline.carrier.numbers import Number
from hotline.carrier.rest import create_rest_router
from hotline.carrier.sids import Prefix, new_sid
from hotline.carrier.store import Kind, PostgresStore, Store
from hotline.carrier.takeover import take_over
from hotline.carrier.timing import CallClock, Tasks
from hotline.carrier.webhooks import Webhooks
from hotline.db import Database
from hotline.trusted import trusted

_MUSIC_SECONDS = 3.0
_FAREWELL_SECONDS = 5.0
_PATIENCE_SECONDS = 3.0
_PAUSE_BETWEEN_CLAIMS = 0.1
_LIMITS = httpx2.Limits(max_connections=200, max_keepalive_connections=100, keepalive_expiry=3.0)

log = logs.get_logger()


def nobody(_request: Request) -> str | None:
    """Beyond loopback nobody uses the phone unless whoever mounts the carrier says who may."""
    return None


class Carrier:
    """`router` may be mounted at once; it serves from `start()` to `stop()`."""

    def __init__(
        self,
        settings: CarrierSettings,
        database: Database | None = None,
        may_use_phone: MayUsePhone = nobody,
    ) -> None:
        self.settings = settings
        self.router = self._create_router()
        self._database = database
        self._may_use_phone = may_use_phone
        self._exchange: Exchange | None = None
        self._standing_by: asyncio.Task[None] | None = None

    @property
    def exchange(self) -> Exchange:
        if self._exchange is None:
            raise RuntimeError("the carrier is not serving")
        return self._exchange

    async def start(
        self,
        database: Database | None = None,
        *,
        client: httpx2.AsyncClient | None = None,
        store: Store | None = None,
    ) -> None:
        """Serve, or stand by while another carrier of this database does."""
        database = database or self._database
        if store is None:
            if database is None:
                raise RuntimeError("the carrier needs a database")
            store = PostgresStore(database, self.settings.auth_token)
        client = client or httpx2.AsyncClient(limits=_LIMITS, verify=trusted(), trust_env=False)
        if await _claim(store, within=_PATIENCE_SECONDS):
            await self._serve(store, client)
        else:
            log.warning("carrier.standing_by")
            self._standing_by = asyncio.create_task(self._stand_by(store, client))

    async def stop(self) -> None:
        """End live calls, tell who asked to know, write down everything."""
        await self._stop_standing_by()
        exchange, self._exchange = self._exchange, None
        if exchange is None:
            return
        exchange.callbacks.is_stopping = True
        for leg in list(exchange.legs.values()):
            leg.interrupt(HangUp(By.HOST))
        await exchange.tasks.finish(within=_FAREWELL_SECONDS)
        await exchange.store.stop()
        await exchange.webhooks.close()

    async def _serve(self, store: Store, client: httpx2.AsyncClient) -> None:
        """Take over what an earlier run left behind, end its calls, deliver what it owed."""
        exchange = _create_exchange(self.settings, store, client)
        saved = await store.load()
        await store.start()
        take_over(exchange, saved)
        self._exchange = exchange
        self._serve_configured_numbers()

    async def _stand_by(self, store: Store, client: httpx2.AsyncClient) -> None:
        try:
            while not await _claim(store, within=_PATIENCE_SECONDS):
                continue
        except asyncio.CancelledError:
            await store.stop()
            raise
        await self._serve(store, client)

    async def _stop_standing_by(self) -> None:
        if self._standing_by is None:
            return
        self._standing_by.cancel()
        with suppress(asyncio.CancelledError):
            await self._standing_by
        self._standing_by = None

    def _create_router(self) -> APIRouter:
        router = APIRouter(dependencies=[Depends(self._provide)])
        router.include_router(phone.router)
        router.add_api_route(HOLD_MUSIC, self._hold_music, include_in_schema=False)
        router.include_router(create_rest_router())
        return router

    async def _provide(self, request: Request) -> None:
        if self._exchange is None:
            raise HTTPException(503, "the carrier is not serving here")
        request.state.exchange = self.exchange
        request.state.may_use_phone = self._may_use_phone

    async def _hold_music(self) -> Response:
        """What callers hear where no wait document is given: the text driver has only silence."""
        return Response(self.exchange.media.recording(_MUSIC_SECONDS), media_type="audio/x-wav")

    def _serve_configured_numbers(self) -> None:
        """A number that REST has changed keeps its changes until the configuration changes."""
        exchange = self.exchange
        for configured in self.settings.numbers:
            number = exchange.numbers.dialled(configured.number)
            if number is None:
                now = clock.now()
                name = configured.name or configured.number
                number = Number(new_sid(Prefix.NUMBER), configured.number, name, now, now)
                exchange.numbers.add(number)
            if number.configure(configured.webhooks()):
                exchange.store.save(Kind.NUMBER, number.sid, number.as_state())


def create_carrier(
    settings: CarrierSettings,
    database: Database | None = None,
    may_use_phone: MayUsePhone = nobody,
) -> Carrier:
    """`may_use_phone` names the account of a request from elsewhere, or nobody."""
    return Carrier(settings, database, may_use_phone)


async def _claim(store: Store, *, within: float) -> bool:
    """An earlier run may need a moment to let go."""
    ends_at = time.monotonic() + within
    while not await store.claim():
        if time.monotonic() >= ends_at:
            return False
        await asyncio.sleep(_PAUSE_BETWEEN_CLAIMS)
    return True


def _create_exchange(
    settings: CarrierSettings, store: Store, client: httpx2.AsyncClient
) -> Exchange:
    call_clock, tasks, faults = CallClock(settings.speed), Tasks(), Faults()
    webhooks = Webhooks(client, auth_token=settings.auth_token, faults=faults)
    return Exchange(
        settings=settings,
        clock=call_clock,
        media=TextDriver(call_clock),
        webhooks=webhooks,
        callbacks=Callbacks(webhooks, store, tasks, faults),
        store=store,
        tasks=tasks,
        faults=faults,
    )
