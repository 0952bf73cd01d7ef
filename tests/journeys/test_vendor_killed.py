"""The same order with a service that is killed after every step: `kill -9`, and started again."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from hotline import clock
from hotline.db import Role, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.dispatch import actors
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.open_order import Wishes, order_service
from hotline.dispatch.work import RING_VENDOR as RING
from hotline.organizations.queries import cities
from hotline.settings import Settings, Switch
from hotline.vault import load_vault
from tests.city import City, free_port
from tests.conftest import administer
from tests.journeys.mortal import MortalHall, living
from tests.journeys.vendor_steps import (
    AS_WRITTEN,
    DISTRICT,
    DRAIN,
    RESIDENT,
    accepted_paid_and_rated,
    done_at_home,
    nothing_is_lost_or_doubled,
    offers_of,
    order_by_call,
    order_of,
    placed_with_the_third,
    prepare,
    texted,
)
from tests.queueing.hall import eventually

API = "/api/v1"
SPEED = 20.0
UNHURRIED = 4.0
"""A telephone rings for seven seconds and a half of the machine's."""


@pytest.fixture
async def hall(
    postgres: EmbeddedPostgres,
    sample_template: tuple[str, Path],
    new_name: Any,
    request: pytest.FixtureRequest,
) -> AsyncIterator[MortalHall]:
    """At the speed that the test asks for."""
    template, folder = sample_template
    name = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    dsn = postgres.dsn(database=name)
    settings = Settings(
        data_dir=folder, port=free_port(), semantic=Switch.OFF, phone=Switch.ON,
        carrier_speed=getattr(request, "param", SPEED), database_url=dsn,
    )  # fmt: skip
    database = await open_database(dsn, Role.APP, pool_size=2, raw_size=1)
    database.carry(vault=load_vault(folder, None))
    url = f"http://127.0.0.1:{settings.port}"
    async with (
        living(settings) as mortal,
        httpx2.AsyncClient(base_url=url, timeout=60) as client,
    ):
        yield MortalHall(City(settings, url, client), database, mortal=mortal)
    await database.close()


async def test_a_service_that_dies_after_every_step_loses_and_doubles_nothing(
    hall: MortalHall,
) -> None:
    address = await prepare(hall)
    await hall.ring(AS_WRITTEN, "answer")
    await order_by_call(hall, address, hall.die)
    await hall.die()
    order = await order_of(hall)
    assert (order.consent, order.consent_how, order.wanted_when) == ("given", "voice", "明天上午")
    path = await placed_with_the_third(hall, hall.die)
    await done_at_home(hall, path, hall.die)
    done = await accepted_paid_and_rated(hall, path, hall.die)
    await nothing_is_lost_or_doubled(hall, done)
    await settled_once(hall, done)


@pytest.mark.parametrize("hall", [UNHURRIED], indirect=True)
async def test_a_service_that_dies_while_the_vendors_phone_rings_rings_it_once(
    hall: MortalHall,
) -> None:
    """The network tells the next life that the call was cut off, and the next vendor is asked."""
    address = await prepare(hall)
    await hall.ring(AS_WRITTEN, "no-answer")
    async with hall.database.transaction() as session:
        city = (await cities(session))[0]
        wishes = Wishes(caller_number=RESIDENT, address=address)
        hotline = await actors.machine(session, city.id)
        await order_service(session, hotline, entry_id=DRAIN, district=DISTRICT, wishes=wishes)
    await hall.line_at(AS_WRITTEN)
    assert await offers_of(hall) == [("call", "open")]
    await hall.die()
    await texted(hall, "sms_offer_link")
    await nothing_is_left_to_ring(hall)
    assert await offers_of(hall) == [("call", "failed"), ("sms_link", "open")]
    assert await ringing(hall) == []


async def nothing_is_left_to_ring(hall: MortalHall) -> None:
    """The job that the dead process had in hand has been taken up again, and ended."""

    async def is_done() -> bool:
        waiting = f"SELECT count(*) FROM job WHERE kind = '{RING}' AND done_at IS NULL"
        return bool((await hall.rows(waiting))[0][0] == 0)

    await eventually(is_done, "ringing taken up again")


async def ringing(hall: MortalHall) -> list[str]:
    asked = await hall.city.client.get("/carrier/phone/ringing", params={"address": AS_WRITTEN})
    return [one["call_sid"] for one in asked.json()["items"]]


async def settled_once(hall: MortalHall, order: WorkOrder) -> None:
    """The service lives again in the month after; the statement shows the order once."""
    assert order.paid_at is not None
    month = clock.local(order.paid_at).date().replace(day=1)
    later = month_after(month)
    await hall.die(at=later)
    city = await hall.city.signed_in("supervisor-city")
    body = {"month": f"{month:%Y-%m}"}
    made = await city.post(f"{API}/settlements", json=body)
    assert made.status_code == 201, made.text
    await hall.die(at=later)
    assert (await city.post(f"{API}/settlements", json=body)).status_code == 409
    path = f"{API}/settlements/{made.json()['id']}"
    rows = (await city.get(f"{path}/statements")).json()["items"]
    (own,) = [row for row in rows if row["order_count"]]
    assert (own["vendor_id"], own["order_count"]) == (str(order.vendor_id), 1)
    assert own["turnover_cents"] == order.amount_cents
    paper = await city.get(f"{API}/statements/{own['id']}/pdf")
    assert paper.content.startswith(b"%PDF")
    balance = (await city.get(f"{path}/reconciliation")).json()
    assert balance["is_balanced"] is True
    await city.aclose()


def month_after(month: date) -> datetime:
    first = (month + timedelta(days=32)).replace(day=1)
    return datetime(first.year, first.month, 3, 4, tzinfo=UTC)
