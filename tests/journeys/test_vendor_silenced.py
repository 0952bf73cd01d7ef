"""A vendor that is suspended, or whose paper has run out, is silent within a second: in speech, on
the portal and in open data, on every node."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hotline.db import Role, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.settings import Settings, Switch
from hotline.vault import load_vault
from tests.city import City, free_port, running
from tests.conftest import administer
from tests.journeys.mortal import living
from tests.journeys.vendor_steps import DISTRICT, DRAIN, prepare
from tests.queueing.hall import Hall

API = "/api/v1"
WITHIN, PATIENCE, STEP = 1.0, 10.0, 0.05


@pytest.fixture
async def nodes(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[tuple[Hall, httpx2.AsyncClient]]:
    """A node in this process, where things are changed, and another in a process of its own."""
    template, folder = sample_template
    name = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    dsn = postgres.dsn(database=name)
    here = Settings(data_dir=folder, port=free_port(), semantic=Switch.OFF, phone=Switch.ON)
    there = here.model_copy(update={"port": free_port(), "database_url": _secret(dsn)})
    database = await open_database(dsn, Role.APP, pool_size=2, raw_size=1)
    database.carry(vault=load_vault(folder, None))
    async with AsyncExitStack() as stack:
        city: City = await stack.enter_async_context(running(here, dsn))
        await stack.enter_async_context(living(there))
        url = f"http://127.0.0.1:{there.port}"
        other = await stack.enter_async_context(httpx2.AsyncClient(base_url=url, timeout=60))
        yield Hall(city, database), other
    await database.close()


async def test_a_suspended_vendor_falls_silent_everywhere_within_a_second(
    nodes: tuple[Hall, httpx2.AsyncClient],
) -> None:
    hall, other = nodes
    await prepare(hall)
    own = await hall.city.signed_in("supervisor-city")
    named = await named_vendors(hall)
    page = (await own.get(f"{API}/vendors", params={"service_id": DRAIN, "limit": 500})).json()
    vendor = next(one for one in page["items"] if one["name"] in named)
    both = (hall.city.client, other)
    for client in both:
        assert await seconds_until(client, vendor["name"], shown=True) < PATIENCE
    body = {"kind": "suspension", "reason_code": "other", "reason": "核查投诉",
            "until": "2099-01-01T00:00:00Z"}  # fmt: skip
    barred = await own.post(f"{API}/vendors/{vendor['id']}/bars", json=body)
    assert barred.status_code == 201, barred.text
    took = await asyncio.gather(
        *(seconds_until(client, vendor["name"], shown=False) for client in both)
    )
    print(f"silent after {took[0]:.2f} s here, {took[1]:.2f} s on the other node")
    assert max(took) < WITHIN
    assert vendor["name"] not in await named_vendors(hall)
    await own.aclose()


async def seconds_until(client: httpx2.AsyncClient, name: str, *, shown: bool) -> float:
    """How long until the service's page and the open data both (do not) name the vendor; asking
    itself takes no part of it."""
    waited = 0.0
    while waited < PATIENCE:
        page = await client.get(f"/services/{DRAIN}", headers={"Accept": "text/html"})
        listed = await client.get("/hsds/organizations", params={"per_page": 1000})
        assert (page.status_code, listed.status_code) == (200, 200)
        if {name in page.text, name in listed.text} == {shown}:
            return waited
        await asyncio.sleep(STEP)
        waited += STEP
    return waited


async def named_vendors(hall: Hall) -> str:
    """Everything that a caller hears who needs a drain cleared."""
    phone = hall.city.phone()
    await phone.dial()
    await phone.say(f"我家马桶堵了，在{DISTRICT}")
    await phone.hang_up()
    return "".join(phone.heard)


def _secret(dsn: str) -> Any:
    return Settings(database_url=dsn).database_url
