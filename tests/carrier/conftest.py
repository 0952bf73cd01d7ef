"""A carrier with a fast clock, the application that it calls, and a caller with a phone."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

from hotline.carrier import Carrier, CarrierSettings, NumberSettings
from tests.carrier.application import Application
from tests.carrier.memory_store import MemoryStore
from tests.carrier.phone import Phone
from tests.carrier.rest import Rest

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "token for tests"
HOTLINE = "+86473114"
SPEED = 40.0


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture(scope="session")
def settings() -> CarrierSettings:
    return CarrierSettings(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        public_url="http://carrier.test",
        numbers=(
            NumberSettings(
                HOTLINE,
                voice_url="http://app.test/voice",
                voice_fallback_url="http://app.test/fallback",
                status_callback="http://app.test/status",
                sms_url="http://app.test/sms",
            ),
        ),
        speed=SPEED,
        is_phone_on=True,
    )


@pytest.fixture(scope="session")
def mounted(settings: CarrierSettings) -> tuple[Carrier, FastAPI]:
    """Making routes is the slow part; the carrier behind them starts anew for every test."""
    carrier = Carrier(settings)
    return carrier, mount(carrier)


@pytest.fixture
async def carrier(
    mounted: tuple[Carrier, FastAPI], application: Application
) -> AsyncIterator[Carrier]:
    carrier, _ = mounted
    await carrier.start(client=application.client(), store=MemoryStore())
    yield carrier
    await carrier.stop()


@pytest.fixture
async def client(
    mounted: tuple[Carrier, FastAPI], carrier: Carrier
) -> AsyncIterator[httpx2.AsyncClient]:
    async with reach(mounted[1]) as client:
        yield client


def mount(carrier: Carrier) -> FastAPI:
    app = FastAPI()
    app.include_router(carrier.router)
    return app


def reach(app: FastAPI, address: str = "127.0.0.1") -> httpx2.AsyncClient:
    """A client of the carrier that comes from `address`."""
    transport = httpx2.ASGITransport(app=app, client=(address, 50_000))
    return httpx2.AsyncClient(transport=transport, base_url="http://carrier.test")


@pytest.fixture
def phone(client: httpx2.AsyncClient, carrier: Carrier) -> Phone:
    return Phone(client, carrier)


@pytest.fixture
def rest(client: httpx2.AsyncClient) -> Rest:
    return Rest(client, ACCOUNT, TOKEN)
