"""Programs that others wrote for the standards read us: an Open311 client and a reader of feeds."""

import asyncio
from typing import Any

import feedparser
import pytest
from georeport import GeoReport

from tests.city import City
from tests.opendata.conftest import Client


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_an_open311_client_of_others_reads_us(client: Client, form: str) -> None:
    number = await client.open()
    theirs = GeoReport(f"{client.city.url}/open311/v2", output_format=form)
    services = await asyncio.to_thread(theirs.get_service_list)
    known = {service["service_code"]: service for service in services}
    assert len(known) > 200
    assert str(known["A01-01-01"]["metadata"]).lower() == "true"
    defined = await asyncio.to_thread(theirs.get_service_definition, "A01-01-01")
    assert "temperature" in str(defined)
    assert _number_of(await asyncio.to_thread(theirs.get_service_request, number)) == number
    by_code = await asyncio.to_thread(theirs.get_service_requests, service_code="A01-01-01")
    assert _number_of(by_code) == number


@pytest.mark.parametrize("path", ["/feed.atom", "/announcements.atom", "/incidents.atom"])
async def test_a_reader_of_feeds_finds_nothing_to_mend(open_city: City, path: str) -> None:
    answer = await open_city.client.get(path)
    found = feedparser.parse(answer.content, response_headers=dict(answer.headers))
    assert (found.bozo, found.version) == (False, "atom10"), found.get("bozo_exception")
    assert all(found.feed.get(name) for name in ("id", "title", "updated", "link"))
    assert all(one.get("id") and one.get("updated") and one.get("link") for one in found.entries)


def _number_of(told: Any) -> str:
    """The client gives a list, or what its XML reader makes of a list of one."""
    one = told[0] if isinstance(told, list) else told
    return str(one["service_request_id"])
