"""Desks hear that a matter moved, and only those who may see it."""

import asyncio
from typing import Any

import httpx2

from hotline.proxy.news import CHANGED
from tests.city import City
from tests.proxy.test_carry import Matter


async def heard(client: httpx2.AsyncClient, count: int) -> list[dict[str, Any]]:
    """What was told of matters, once there are so many."""
    told: list[dict[str, Any]] = []
    for _ in range(200):
        items = (await client.get("/api/v1/events", params={"limit": 200})).json()["items"]
        told = [item for item in items if item["name"] == CHANGED]
        if len(told) >= count:
            break
        await asyncio.sleep(0.1)
    return told


async def test_every_move_of_a_matter_is_told_to_who_sees_it(city: City) -> None:
    matter = await Matter.authorized(city)
    await matter.go("agent-1", "/take")
    await matter.receive_all("agent-1")
    desk = await city.signed_in("agent-2")
    expected = 2 + len(matter.shown["papers"])
    told = await heard(desk, expected)
    assert len(told) == expected
    assert {one["payload"]["id"] for one in told} == {matter.shown["id"]}
    assert [told[0]["payload"]["status"], told[-1]["payload"]["status"]] == [
        "authorized", "in_hand",
    ]  # fmt: skip
    other = await city.signed_in("supervisor-wuda")
    names = [one["name"] for one in (await other.get("/api/v1/events")).json()["items"]]
    assert CHANGED not in names


async def test_a_withdrawal_is_told_too(city: City) -> None:
    matter = await Matter.authorized(city)
    await matter.go("agent-1", "/withdraw")
    told = await heard(await city.signed_in("agent-2"), 2)
    assert [one["payload"]["status"] for one in told] == ["authorized", "withdrawn"]
