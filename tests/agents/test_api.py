"""Presence by API: one's own, and by a supervisor of the desk."""

import asyncio
import json
from typing import Any

import pytest

from tests.city import City


async def presence(client: Any) -> Any:
    return (await client.get("/api/v1/me")).json()["presence"]


async def test_presence_is_set_seen_and_told(city: City) -> None:
    agent = await city.signed_in("agent-1")
    assert await presence(agent) is None
    answer = await agent.put("/api/v1/me/presence", json={"state": "break", "reason": "lunch"})
    assert answer.status_code == 200, answer.text
    assert (await presence(agent)) == answer.json()
    assert (answer.json()["state"], answer.json()["reason"]) == ("break", "lunch")
    boss = await city.signed_in("supervisor-city")
    (seat,) = (await boss.get("/api/v1/agents")).json()["items"]
    assert (seat["display_name"], seat["state"]) == ("话务员1号", "break")
    own = (await agent.get("/api/v1/me/seat")).json()
    assert own["addresses"] == ["client:agent-1"]
    assert "addresses" not in seat


async def test_a_seat_is_told_of_when_its_agent_first_looks_at_it(city: City) -> None:
    supervisor, agent = await city.signed_in("supervisor-city"), await city.signed_in("agent-1")
    async with city.console(supervisor) as console:
        await console.recv()
        for _ in range(2):
            assert (await agent.get("/api/v1/me/seat")).json()["state"] == "offline"
        told = json.loads(await asyncio.wait_for(console.recv(), 5))
        assert (told["name"], told["payload"]["display_name"]) == ("presence.changed", "话务员1号")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(console.recv(), 0.5)


async def test_nobody_sets_talking_by_hand(city: City) -> None:
    agent = await city.signed_in("agent-1")
    refused = await agent.put("/api/v1/me/presence", json={"state": "talking"})
    assert (refused.status_code, refused.json()["code"]) == (409, "presence_not_choosable")


async def test_a_supervisor_forces_presence_and_skills_of_the_own_desk_only(city: City) -> None:
    agent = await city.signed_in("agent-6")
    await agent.put("/api/v1/me/presence", json={"state": "ready"})
    account_id = (await agent.get("/api/v1/me")).json()["account_id"]
    path = f"/api/v1/agents/{account_id}"
    far = await city.signed_in("supervisor-haibowan")
    assert (await far.get("/api/v1/agents")).json()["items"] == []
    assert (await far.put(f"{path}/presence", json={"state": "break"})).status_code == 404
    near = await city.signed_in("supervisor-wuda")
    forced = await near.put(f"{path}/presence", json={"state": "offline"})
    assert forced.json()["state"] == "offline"
    skilled = await near.put(f"{path}/skills", json={"skills": ["mandarin", "mongolian"]})
    assert skilled.json()["skills"] == ["mandarin", "mongolian"]
    assert (await near.put(f"{path}/skills", json={"skills": []})).status_code == 422
    phones = {
        "addresses": ["client:agent-6", "+864732057114"],
        "password": city.password_of("supervisor-wuda"),
    }
    assert (await near.put(f"{path}/addresses", json=phones | {"password": "x"})).status_code == 422
    assert (await near.put(f"{path}/addresses", json=phones)).status_code == 204
    for address in ("http://evil", "+12025550123", "16812345"):
        bad = await near.put(f"{path}/addresses", json=phones | {"addresses": [address]})
        assert bad.status_code == 422, address
    assert (await agent.put(f"{path}/skills", json={"skills": ["mandarin"]})).status_code == 403
