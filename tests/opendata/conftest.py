"""A city that answers the open interfaces, and somebody with a key."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import pytest

from hotline.db import Role, open_database
from hotline.opendata.keys import make_key
from hotline.organizations.queries import cities
from hotline.vault import load_vault
from tests.city import City
from tests.portal.conftest import OwnCity, open_city, own_city

__all__ = ["open_city", "own_city"]


@dataclass
class Client:
    """A program that speaks GeoReport v2, and nothing else."""

    city: City
    key: str

    async def get(self, path: str, **query: Any) -> Any:
        return await self.city.client.get(f"/open311/v2/{path}", params=query)

    async def json(self, path: str, **query: Any) -> Any:
        answer = await self.get(path, **query)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        return answer.json()

    async def post(self, path: str, fields: dict[str, Any], **more: Any) -> Any:
        body = {"api_key": self.key, **fields}
        return await self.city.client.post(f"/open311/v2/{path}", data=body, **more)

    async def open(self, **fields: Any) -> str:
        """The number of a new request."""
        answer = await self.post("requests.json", request_fields(**fields))
        assert answer.status_code == 201, answer.text
        return str(answer.json()[0]["service_request_id"])


def request_fields(**more: Any) -> dict[str, Any]:
    return {
        "service_code": "A01-01-01", "address_string": "滨河街道林荫小区门口",
        "description": "小区的暖气一直不热", "phone": "13900001234",
    } | more  # fmt: skip


@pytest.fixture
async def client(own_city: OwnCity) -> AsyncIterator[Client]:
    secret = await key_for(own_city)
    async with own_city.serve() as city:
        yield Client(city, secret)


async def key_for(own_city: OwnCity, name: str = "测试系统") -> str:
    database = await open_database(own_city.url, Role.APP, pool_size=1, raw_size=1)
    database.carry(vault=load_vault(own_city.settings.data_dir, None))
    async with database.transaction() as session:
        city, *_ = await cities(session)
        made = await make_key(session, None, city_id=city.id, name=name, contact="010")
    await database.close()
    return made.secret


def elements(text: str) -> Any:
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>')
    return ElementTree.fromstring(text.encode())


def numbers(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [str(row["service_request_id"]) for row in rows]


def same(xml: Any, plain: Any) -> bool:
    """The Spark convention: the JSON is the XML without the names of the items of lists."""
    if isinstance(plain, list):
        return len(xml) == len(plain) and all(map(same, xml, plain))
    if isinstance(plain, dict):
        return [one.tag for one in xml] == list(plain) and all(map(same, xml, plain.values()))
    shown = json.dumps(plain) if isinstance(plain, bool) else "" if plain is None else str(plain)
    return (xml.text or "") == shown
