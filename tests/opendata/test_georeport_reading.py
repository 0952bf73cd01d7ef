"""What a client reads: discovery, services, definitions, requests; in both formats alike."""

from typing import Any

import pytest

from tests.opendata.conftest import Client, elements, numbers, same
from tests.opendata.georeport_schema import (
    ATTRIBUTE,
    ENDPOINT,
    ERROR,
    REQUEST,
    SERVICE,
    UPDATE,
    VALUE,
    flaws,
)


async def test_discovery_names_the_endpoint_and_both_formats(client: Client) -> None:
    for address in ("/open311/discovery.json", "/open311/v2/discovery.json"):
        found = (await client.city.client.get(address)).json()
        assert list(found) == ["changeset", "contact", "key_service", "endpoints"]
        (endpoint,) = found["endpoints"]
        assert flaws(endpoint, ENDPOINT) == []
        assert endpoint["formats"] == ["text/xml", "application/json"]


async def test_services_are_as_the_specification_describes_them(client: Client) -> None:
    services = await client.json("services.json")
    assert len(services) > 200
    assert [flaw for service in services for flaw in flaws(service, SERVICE)] == []
    assert len({service["service_code"] for service in services}) == len(services)


async def test_a_definition_is_there_for_every_service_that_promises_one(client: Client) -> None:
    services = await client.json("services.json")
    asking = [one["service_code"] for one in services if one["metadata"]]
    assert asking
    for code in asking:
        definition = await client.json(f"services/{code}.json")
        assert definition["service_code"] == code
        rows: list[dict[str, Any]] = definition["attributes"]
        values = [value for row in rows for value in row.pop("values", [])]
        assert [flaw for row in rows for flaw in flaws(row, ATTRIBUTE)] == []
        assert [flaw for value in values for flaw in flaws(value, VALUE)] == []
        assert [row["order"] for row in rows] == list(range(1, len(rows) + 1))


async def test_a_service_without_questions_has_an_empty_definition(client: Client) -> None:
    found = await client.json("services/OTHER.json")
    assert found == {"service_code": "OTHER", "attributes": []}


async def test_requests_and_updates_are_as_the_specification_describes_them(
    client: Client,
) -> None:
    number = await client.open(lat="39.6698", long="106.8113")
    rows = await client.json("requests.json")
    assert numbers(rows) == [number]
    assert [flaw for row in rows for flaw in flaws(row, REQUEST)] == []
    one = await client.json(f"requests/{number}.json")
    assert one == rows
    steps = await client.json("servicerequestupdates.json")
    assert [flaw for step in steps for flaw in flaws(step, UPDATE)] == []
    assert numbers(steps) == [number]


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("services", "services"),
        ("services/A02-03-01", "service_definition"),
        ("requests", "service_requests"),
        ("servicerequestupdates", "service_request_updates"),
        ("discovery", "discovery"),
        ("requests/2020-0101-000001", "errors"),
    ],
)
async def test_xml_and_json_say_the_same(client: Client, path: str, root: str) -> None:
    await client.open(description="路灯 <b>坏了</b> & 危险")
    xml, plain = await client.get(f"{path}.xml"), await client.get(f"{path}.json")
    assert xml.headers["content-type"] == "text/xml; charset=utf-8"
    assert xml.status_code == plain.status_code
    tree = elements(xml.text)
    assert tree.tag == root
    assert same(tree, plain.json())


async def test_the_format_follows_the_suffix_then_accept_then_is_xml(client: Client) -> None:
    async def kind(path: str, accept: str) -> str:
        answer = await client.city.client.get(f"/open311/v2/{path}", headers={"Accept": accept})
        return str(answer.headers["content-type"]).partition(";")[0]

    assert await kind("services.xml", "application/json") == "text/xml"
    assert await kind("services", "application/json") == "application/json"
    assert await kind("services", "text/xml;q=0.5, application/json") == "application/json"
    assert await kind("services", "application/xml, application/json;q=0.9") == "text/xml"
    assert await kind("services", "*/*") == "text/xml"
    assert (await client.get("services.csv")).status_code == 400


async def test_what_is_not_there_is_404_and_says_what(client: Client) -> None:
    for path, query, what in (
        ("services.json", {"jurisdiction_id": "elsewhere"}, "jurisdiction_id"),
        ("requests.json", {"jurisdiction_id": "elsewhere"}, "jurisdiction_id"),
        ("services/NONE.json", {}, "service_code"),
        ("requests.json", {"service_code": "NONE"}, "service_code"),
        ("requests/2020-0101-000001.json", {}, "service_request_id"),
        ("tokens/none.json", {}, "token"),
        ("nothing.json", {}, "resource"),
    ):
        answer = await client.get(path, **query)
        assert answer.status_code == 404, path
        assert [flaw for one in answer.json() for flaw in flaws(one, ERROR)] == []
        assert what in answer.json()[0]["description"]


async def test_lists_are_narrowed_by_service_status_district_and_number(client: Client) -> None:
    warm = await client.open()
    noise = await client.open(
        service_code="A05-03-01", address_string="乌达区巴音赛街道",
        **{"attribute[hours][]": ["night", "noon"]},
    )  # fmt: skip

    async def found(**query: str) -> list[str]:
        return numbers(await client.json("requests.json", **query))

    assert await found() == [noise, warm]
    assert await found(service_code="A01-01-01") == [warm]
    assert await found(service_code="A01-01-01,A05-03-01") == [noise, warm]
    assert await found(status="open") == [noise, warm]
    assert await found(status="closed") == []
    assert await found(status="open,closed") == [noise, warm]
    assert await found(jurisdiction_id="district-wuda") == [noise]
    assert await found(jurisdiction_id="city-wuhai") == [noise, warm]
    assert await found(service_request_id=f"{warm},none", status="closed") == [warm]
    assert await found(service_code="", status="", start_date="") == [noise, warm]


async def test_noughts_find_nothing_and_break_nothing(client: Client) -> None:
    for path, status in {
        "requests/%00.json": 404, "tokens/%00.json": 404, "services/%00.json": 404,
        "requests.json?service_request_id=%00": 200, "requests.json?status=%00": 200,
        "requests.json?service_code=a%00": 404,
    }.items():  # fmt: skip
        answer = await client.city.client.get(f"/open311/v2/{path}")
        assert answer.status_code == status, path


async def test_a_range_is_at_most_90_days_and_its_dates_have_zones(client: Client) -> None:
    await client.open()

    async def status(**query: str) -> int:
        return int((await client.get("requests.json", **query)).status_code)

    assert await status(start_date="2026-01-01T00:00:00Z", end_date="2026-03-01T00:00:00Z") == 200
    assert await status(start_date="2026-01-01T00:00:00Z", end_date="2026-05-01T00:00:00Z") == 400
    assert await status(start_date="2026-03-01T00:00:00Z", end_date="2026-01-01T00:00:00Z") == 400
    for wrong in (
        "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "yesterday",
        "9999-12-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
    ):  # fmt: skip
        assert await status(start_date=wrong) == 400
    assert await status(status="finished") == 400
    long_ago = await client.json("requests.json", end_date="2020-01-01T00:00:00+08:00")
    assert long_ago == []


async def test_pages_follow_each_other_and_name_the_next(client: Client) -> None:
    made = [await client.open(description=f"第{count}件") for count in range(3)]
    first = await client.get("requests.json", page_size="2", page="1")
    assert numbers(first.json()) == made[:0:-1]
    assert 'rel="next"' in first.headers["link"]
    assert "page=2" in first.headers["link"]
    second = await client.get("requests.json", page_size="2", page="2")
    assert numbers(second.json()) == made[:1]
    assert "link" not in second.headers
    for wrong in ("0", "-1", "x", "1001"):
        assert (await client.get("requests.json", page_size=wrong)).status_code == 400


async def test_extensions_are_there_only_when_asked_for(client: Client) -> None:
    await client.open()
    (row,) = await client.json("requests.json", extensions="true")
    assert row["extended_attributes"]["stage"] == "registered"
    assert row["extended_attributes"]["district"] == "海勃湾区"


async def test_unchanged_lists_are_not_sent_again(client: Client) -> None:
    first = await client.get("services.json")
    again = await client.city.client.get(
        "/open311/v2/services.json", headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
    assert first.headers["access-control-allow-origin"] == "*"


async def test_a_matter_carried_for_one_resident_is_nobody_elses_business(client: Client) -> None:
    number = await client.open()
    agent = await client.city.signed_in("agent-1")
    made = await agent.post("/api/v1/proxy-matters", json={
        "entry_id": "svc-id-lost", "district": "海勃湾区", "person": "张小明",
        "phone": "13900001234", "way": "counter", "is_given": True,
    })  # fmt: skip
    assert made.status_code == 201, made.text
    shown = [one["service_request_id"] for one in await client.json("requests.json")]
    assert shown == [number]
    hidden = await client.get(f"requests/{made.json()['number']}.json")
    assert hidden.status_code == 404
