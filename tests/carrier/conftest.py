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
TOKEN = "token-of-the-carrier-in-tests"
HOTLINE = "+86473114"
SPEED = 40.0


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
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


@pytest.fixture
async def carrier(settings: CarrierSettings, application: Application) -> AsyncIterator[Carrier]:
    carrier = Carrier(settings)
    await carrier.start(client=application.client(), store=MemoryStore())
    yield carrier
    await carrier.stop()


@pytest.fixture
async def client(carrier: Carrier) -> AsyncIterator[httpx2.AsyncClient]:
    app = FastAPI()
    app.include_router(carrier.router)
    transport = httpx2.ASGITransport(app=app, client=("127.0.0.1", 50_000))
    async with httpx2.AsyncClient(transport=transport, base_url="http://carrier.test") as client:
        yield client


@pytest.fixture
def phone(client: httpx2.AsyncClient, carrier: Carrier) -> Phone:
    return Phone(client, carrier)


@pytest.fixture
def rest(client: httpx2.AsyncClient) -> Rest:
    return Rest(client, ACCOUNT, TOKEN)
