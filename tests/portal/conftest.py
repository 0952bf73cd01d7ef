"""One running service that is only read, and the sample city's catalog as plain values."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hotline.clock import LOCAL
from hotline.db import Database, Role, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.portal.catalog import Catalog, ListedVendor, Office, Price, ShortNumber
from hotline.settings import Settings, Switch
from tests.city import City, free_port, running
from tests.conftest import administer

WEDNESDAY_NOON = datetime(2026, 11, 25, 11, 0, tzinfo=LOCAL)


Sample = tuple[str, Path]


@asynccontextmanager
async def city_with(
    postgres: EmbeddedPostgres, sample: Sample, name: str, **more: Any
) -> AsyncIterator[City]:
    """The sample city on a database of its own, with more settings than usual."""
    template, folder = sample
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    settings = Settings(data_dir=folder, port=free_port(), semantic=Switch.OFF, **more)
    async with running(settings, postgres.dsn(database=name)) as started:
        yield started


@pytest.fixture(scope="session")
async def open_city(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[City]:
    """For tests that change nothing: started once."""
    async with city_with(postgres, sample_template, new_name()) as started:
        yield started


def office(key: str, **more: Any) -> Office:
    known: dict[str, Any] = {
        "key": key, "name": f"{key}局", "short_name": key, "tier": "unit", "level": "city",
        "kind": "government", "district": None, "phone": "0473-000-1001", "hotline": None,
        "address": "滨河大道1号", "lat": None, "lon": None, "duties": "管事",
        "hours": "Mo-Fr 08:30-12:00,14:30-18:00",
    }  # fmt: skip
    return Office(**(known | more))


def vendor(key: str, entry_id: str, **more: Any) -> ListedVendor:
    known: dict[str, Any] = {
        "key": key, "name": f"服务部{key}", "category": "家政", "districts": ("海勃湾区",),
        "hours": "24/7", "status": "active", "rating": 4.5,
        "vetting": papers("营业执照", "身份核验", "责任保险"),
        "prices": {entry_id: Price("次", 80, 120)},
    }  # fmt: skip
    return ListedVendor(**(known | more))


def papers(*kinds: str, expires: str = "2027-01-31") -> tuple[dict[str, str], ...]:
    return tuple({"document": kind, "expires": expires} for kind in kinds)


def catalog(**more: Any) -> Catalog:
    """An empty city with what the test is about."""
    city = office("city-x", name="某市", short_name="某", tier="city", phone="114")
    districts = (office("district-east", name="东区", tier="district", district="东区"),)
    known: dict[str, Any] = {
        "city_id": UUID(int=1), "city": city, "districts": districts, "branches": {},
        "offices": {city.key: city}, "entries": {}, "versions": {}, "vendors": (),
        "numbers": (ShortNumber("119", "消防救援", "灭火", is_emergency=True, is_merged=False),),
    }  # fmt: skip
    return Catalog(**(known | more))


class Seen(HTMLParser):
    """What a page holds: every start tag with its attributes, and the text outside of them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def links(self) -> list[str]:
        return [str(link["href"]) for link in self.all("a") if link.get("href")]


@dataclass
class OwnCity:
    """A service on a database that the test may write to."""

    database: Database
    settings: Settings
    url: str

    def serve(self) -> AbstractAsyncContextManager[City]:
        return running(self.settings, self.url)


@pytest.fixture
async def own_city(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[OwnCity]:
    template, folder = sample_template
    name = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    settings = Settings(data_dir=folder, port=free_port(), semantic=Switch.OFF)
    url = postgres.dsn(database=name)
    database = await open_database(url, Role.APP, pool_size=2, raw_size=2)
    yield OwnCity(database, settings, url)
    await database.close()
