"""HSDS 3.0: valid in every view, whole in the package, filters that add up."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from hotline.opendata.hsds.schedule import Weekly, weekly
from tests.city import City
from tests.opendata.hsds_schema import flaws

LISTS = {
    "services": "service",
    "organizations": "organization",
    "locations": "location",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}


async def get(city: City, path: str, **query: Any) -> Any:
    answer = await city.client.get(f"/hsds{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def lines(city: City, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = await city.client.get(f"/hsds{path}", params={"format": "ndjson", **query})
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_the_first_page_names_version_profile_and_description(open_city: City) -> None:
    first = await get(open_city, "/")
    assert first["version"] == "3.0"
    for name in ("profile", "openapi_url", "datapackage_url"):
        path = first[name].removeprefix(open_city.settings.address)
        assert (await open_city.client.get(path)).status_code == 200, name
    described = await get(open_city, "/openapi.json")
    assert described["openapi"] == "3.1.0"
    assert set(LISTS) <= {path.strip("/") for path in described["paths"]}


@pytest.mark.parametrize(("path", "name"), LISTS.items())
async def test_every_row_is_valid_in_the_list_and_by_itself(
    open_city: City, path: str, name: str
) -> None:
    rows = await lines(open_city, f"/{path}")
    assert rows
    assert [flaw for row in rows for flaw in flaws(row, name)] == []
    full = await lines(open_city, f"/{path}", full="true")
    assert [flaw for row in full for flaw in flaws(row, name)] == []
    assert await get(open_city, f"/{path}/{rows[0]['id']}") == full[0]


@pytest.mark.parametrize("path", LISTS)
async def test_a_page_tells_where_it_stands(open_city: City, path: str) -> None:
    first = await get(open_city, f"/{path}", per_page=2)
    assert list(first) == [
        "total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty",
        "contents",
    ]  # fmt: skip
    last = await get(open_city, f"/{path}", per_page=2, page=first["total_pages"])
    after = await get(open_city, f"/{path}", per_page=2, page=first["total_pages"] + 1)
    assert (first["first_page"], last["last_page"]) == (True, True)
    assert (after["empty"], after["contents"]) == (True, [])
    assert first["size"] == len(first["contents"])
    assert 1 <= last["size"] <= 2


async def test_all_pages_together_hold_every_row_once(open_city: City) -> None:
    pages = (await get(open_city, "/organizations", per_page=100))["total_pages"]
    seen = [
        row["id"]
        for page in range(1, pages + 1)
        for row in (await get(open_city, "/organizations", per_page=100, page=page))["contents"]
    ]
    assert len(seen) == len(set(seen)) == len(await lines(open_city, "/organizations"))


async def test_filters_add_up(open_city: City) -> None:
    services = await lines(open_city, "/services")
    one = next(row for row in services if row["name"] == "居民身份证丢失补领")
    full = await get(open_city, f"/services/{one['id']}")
    owner = one["organization_id"]
    terms = {each["link_type"]: each["taxonomy_term"]["id"] for each in full["attributes"]}

    async def found(**query: Any) -> set[str]:
        return {row["id"] for row in await lines(open_city, "/services", **query)}

    of_owner = await found(organization_id=owner)
    of_term = await found(taxonomy_term_id=terms["category"])
    assert one["id"] in of_owner & of_term
    assert await found(organization_id=owner, taxonomy_term_id=terms["category"]) == (
        of_owner & of_term
    )
    assert len(await found(taxonomy_term_id=terms["kind"])) < len(services)
    assert await found(search="身份证 丢失") < await found(search="身份证")
    assert await found(modified_after="2999-01-01T00:00:00Z") == set()
    assert await found(modified_after="2000-01-01") == {row["id"] for row in services}
    assert await found(organization_id="none") == set()


async def test_near_a_postal_code(open_city: City) -> None:
    wuda = await lines(open_city, "/locations", postcode="016040")
    near = await lines(open_city, "/locations", postcode="016040", proximity="1000")
    everything = await lines(open_city, "/locations")
    assert 0 < len(wuda) < len(everything)
    assert 0 < len(near) < len(everything)
    assert {row["id"] for row in near} != {row["id"] for row in wuda}


async def test_terms_lead_to_their_parents(open_city: City) -> None:
    (category,) = [
        one for one in await lines(open_city, "/taxonomies") if one["name"] == "事项分类"
    ]
    terms = await lines(open_city, "/taxonomy_terms", taxonomy_id=category["id"])
    leaf = next(term for term in terms if "parent_id" in term)
    siblings = await lines(open_city, "/taxonomy_terms", parent_id=leaf["parent_id"])
    assert leaf in siblings
    assert leaf in await lines(open_city, "/taxonomy_terms", top_only="true")
    above = await get(open_city, f"/taxonomy_terms/{leaf['parent_id']}")
    assert above not in await lines(open_city, "/taxonomy_terms", top_only="true")


async def test_minimal_lists_hold_ids_and_days(open_city: City) -> None:
    page = await get(open_city, "/services", minimal="true")
    assert page["total_pages"] == 1
    assert all(set(row) == {"id", "modified_date"} for row in page["contents"])


async def test_an_organization_lists_its_services_short_or_full(open_city: City) -> None:
    row = next(one for one in await lines(open_city, "/services") if "organization" in one)
    path = f"/organizations/{row['organization_id']}"
    short, full = await get(open_city, path), await get(open_city, path, full_service="true")
    assert set(short["services"][0]) == {"id", "name", "status"}
    assert "organization" in full["services"][0]
    assert flaws(full, "organization") == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/services/none", 404), ("/nothing", 404), ("/nothing.csv", 404), ("/services/a/b", 404),
        ("/services?page=0", 422), ("/services?per_page=5000", 422), ("/services?format=xml", 422),
        ("/services?modified_after=yesterday", 422),
        ("/locations?postcode=016000&proximity=near", 422),
    ],
)  # fmt: skip
async def test_what_cannot_be_answered_is_refused(open_city: City, path: str, status: int) -> None:
    assert (await open_city.client.get(f"/hsds{path}")).status_code == status


async def package(city: City) -> tuple[dict[str, Any], Mapping[str, list[dict[str, str]]]]:
    answer = await city.client.get("/hsds/datapackage.zip")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    descriptor = json.loads(archive.read("datapackage.json"))
    rows = {
        one["name"]: list(csv.DictReader(io.StringIO(archive.read(one["path"]).decode())))
        for one in descriptor["resources"]
    }
    return descriptor, rows


async def test_every_cell_of_the_package_is_of_its_kind(open_city: City) -> None:
    descriptor, rows = await package(open_city)
    wrong = [
        f"{resource['name']}.{field['name']} = {row[field['name']]!r}"
        for resource in descriptor["resources"]
        for field in resource["schema"]["fields"]
        for row in rows[resource["name"]]
        if not _fits(row[field["name"]], field)
    ]
    assert wrong == []
    filled = {name for name, found in rows.items() if found}
    assert filled >= {"organization", "service", "location", "address", "phone", "schedule"}


async def test_ids_of_the_package_are_unique_and_every_reference_leads_somewhere(
    open_city: City,
) -> None:
    descriptor, rows = await package(open_city)
    ids = {name: {row["id"] for row in found} for name, found in rows.items()}
    assert {name: len(found) for name, found in rows.items()} == {
        name: len(found) for name, found in ids.items()
    }
    keys = [
        (resource["name"], key["fields"], key["reference"]["resource"])
        for resource in descriptor["resources"]
        for key in resource["schema"].get("foreignKeys", ())
    ]
    assert len(keys) > 20
    lost = [
        f"{name}.{column} → {row[column]}"
        for name, column, other in keys
        for row in rows[name]
        if row[column] and row[column] not in ids[other]
    ]
    assert lost == []


def _fits(value: str, field: Mapping[str, Any]) -> bool:
    if not value:
        return not field["constraints"]["required"]
    if field["type"] == "number":
        return value.replace(".", "", 1).lstrip("-").isdigit()
    if field["type"] == "date":
        return date.fromisoformat(value) is not None
    if field["type"] == "time":
        return len(value) == 8 and value.count(":") == 2
    return True


async def test_files_and_api_hold_the_same_services(open_city: City) -> None:
    _, rows = await package(open_city)
    listed = {row["id"]: row["name"] for row in await lines(open_city, "/services")}
    assert {row["id"]: row["name"] for row in rows["service"]} == listed
    one = await open_city.client.get("/hsds/services.csv")
    assert len(list(csv.DictReader(io.StringIO(one.text)))) == len(listed)


async def test_only_vendors_who_may_be_sent_are_listed_and_without_their_numbers(
    open_city: City,
) -> None:
    from hotline.directory.importing import sample_city

    _, rows = await package(open_city)
    written = (sample_city() / "vendors.jsonl").read_text(encoding="utf-8").splitlines()
    vendors = list(map(json.loads, written))
    names = {row["name"] for row in rows["organization"]}
    barred = [one for one in vendors if one["status"] != "active"]
    assert len(barred) > 1
    assert [one["name"] for one in barred if one["name"] in names] == []
    assert len(names & {one["name"] for one in vendors}) > 100
    numbers = {row["number"] for row in rows["phone"]}
    assert numbers.isdisjoint(one["phone"] for one in vendors)


def test_hours_become_weekly_events() -> None:
    week = "MO,TU,WE,TH,FR"
    assert weekly("Mo-Fr 08:30-12:00,14:30-18:00") == (
        Weekly(week, "08:30:00", "12:00:00"),
        Weekly(week, "14:30:00", "18:00:00"),
    )
    assert weekly("Mo-Fr 9:00-24:00; Sa,Su 10:00-16:00")[1] == Weekly(
        "SA,SU", "10:00:00", "16:00:00"
    )
    assert weekly("Mo-Fr 9:00-24:00")[0].closes_at == "23:59:59"
    assert weekly("Sa-Mo 09:00-17:00")[0].byday == "SA,SU,MO"
    assert weekly("24/7")[0].byday.count(",") == 6
    assert weekly("by appointment") == ()
