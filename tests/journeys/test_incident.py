"""Five cold homes, one incident: the sixth caller hears what is known and follows it."""

import asyncio
import json
from typing import Any

import httpx2

from tests.city import City
from tests.phone import Phone

INCIDENTS = "/api/v1/incidents"
COLD = "我家暖气不热，我在滨河街道"
SAID = "海勃湾区滨河街道停暖，热力公司正在抢修，预计今天十八点恢复。"
CONFIRM = {"title": "滨河街道停暖", "announcement": SAID, "area": "滨河街道"}


async def called(city: City, caller: int, said: str = COLD) -> Phone:
    """A caller tells their trouble, and that it is that, where the hotline is not sure."""
    phone = await city.phone(caller=f"+86138000{caller:05d}").dial()
    await phone.say(said)
    return await phone.press("1") if "您是要" in phone.now_hears else phone


async def until_listed(client: httpx2.AsyncClient, path: str, count: int) -> list[dict[str, Any]]:
    """Jobs run a moment later."""
    items: list[dict[str, Any]] = []
    for _ in range(100):
        items = (await client.get(path)).json()["items"]
        if len(items) >= count:
            break
        await asyncio.sleep(0.1)
    return items


async def until_announced(city: City, caller: int, said: str = COLD) -> Phone:
    """What is confirmed is spoken within seconds; until then callers are served as ever."""
    for _ in range(25):
        phone = await called(city, caller, said)
        if SAID in phone.now_hears:
            return phone
        await asyncio.sleep(0.2)
    raise AssertionError(phone.now_hears)


async def ticket_count(client: httpx2.AsyncClient) -> int:
    return len((await client.get("/api/v1/tickets?limit=200")).json()["items"])


async def proposed(city: City, supervisor: httpx2.AsyncClient) -> dict[str, Any]:
    for caller in range(1, 6):
        assert "已经登记" in (await called(city, caller)).now_hears
    (incident,) = await until_listed(supervisor, f"{INCIDENTS}?status=proposed", 1)
    return incident


async def test_many_cold_homes_become_one_incident_that_is_closed_for_all(city: City) -> None:
    supervisor = await city.signed_in("supervisor-haibowan")
    async with city.console(supervisor) as console:
        assert json.loads(await console.recv())["type"] == "ready"
        incident = await proposed(city, supervisor)
        alarm = await _next(console, "alarm.raised")
        assert (alarm["kind"], alarm["district"]) == ("incident", "海勃湾区")
        assert (incident["caller_count"], incident["entry_ids"]) == (5, ["svc-heat-repair-hbw"])
        assert incident["area"] == "滨河街道"
        path = f"{INCIDENTS}/{incident['id']}"
        confirmed = await supervisor.post(f"{path}/confirm", json=CONFIRM)
        assert confirmed.status_code == 200, confirmed.text
        event = await _next(console, "incident.confirmed")
    assert event == confirmed.json()
    assert (event["status"], event["follower_count"]) == ("active", 5)

    phone = await until_announced(city, 6)
    opened = await ticket_count(supervisor)
    assert "按一" in phone.now_hears
    await phone.press("1")
    assert "统一通知您" in phone.now_hears
    assert await ticket_count(supervisor) == opened
    elsewhere = await called(city, 7, "我家暖气不热，我在乌达区")
    assert SAID not in elsewhere.now_hears
    assert "已经登记" in elsewhere.now_hears

    followed = (await supervisor.get(path)).json()
    assert followed["follower_count"] == 6
    message = "供热已经恢复，请您查看室温。"
    closed = await supervisor.post(f"{path}/close", json={"message": message})
    assert closed.json()["status"] == "closed"
    ended = await until_listed(supervisor, "/api/v1/tickets?status=closed", 5)
    for ticket in ended:
        history = await supervisor.get(f"/api/v1/tickets/{ticket['id']}/timeline")
        assert message in str([one["note"] for one in history.json()["items"]])
    owed = await supervisor.get("/api/v1/tickets?kind=other")
    assert owed.json()["items"] == []
    assert (await supervisor.get(f"{INCIDENTS}?status=proposed")).json()["items"] == []


async def test_a_dismissed_incident_is_not_proposed_again_and_never_spoken(city: City) -> None:
    supervisor = await city.signed_in("supervisor-city")
    incident = await proposed(city, supervisor)
    dismissed = await supervisor.post(f"{INCIDENTS}/{incident['id']}/dismiss")
    assert dismissed.json()["status"] == "dismissed"
    for caller in range(11, 17):
        assert "已经登记" in (await called(city, caller)).now_hears
    await asyncio.sleep(1.5)
    items = (await supervisor.get(INCIDENTS)).json()["items"]
    assert [one["status"] for one in items] == ["dismissed"]


async def test_a_power_cut_is_an_incident_although_it_makes_no_tickets(city: City) -> None:
    supervisor = await city.signed_in("supervisor-city")
    power = "我家停电了，我在滨河街道"
    for caller in range(1, 6):
        await called(city, caller, power)
    (incident,) = await until_listed(supervisor, INCIDENTS, 1)
    assert incident["entry_ids"] == ["svc-power-repair"]
    said = CONFIRM | {"title": "滨河街道停电"}
    await supervisor.post(f"{INCIDENTS}/{incident['id']}/confirm", json=said)
    await until_announced(city, 6, power)


async def test_only_supervisors_of_the_place_may_decide(city: City) -> None:
    supervisor = await city.signed_in("supervisor-city")
    incident = await proposed(city, supervisor)
    path = f"{INCIDENTS}/{incident['id']}"
    other = await city.signed_in("supervisor-wuda")
    assert (await other.get(path)).status_code == 404
    assert (await other.post(f"{path}/confirm", json=CONFIRM)).status_code == 404
    assert (await other.get(INCIDENTS)).json()["items"] == []
    agent = await city.signed_in("agent-1")
    assert (await agent.get(path)).json() == incident
    assert (await agent.post(f"{path}/confirm", json=CONFIRM)).status_code == 403
    bad = await supervisor.post(f"{path}/confirm", json=CONFIRM | {"announcement": "见网站a.cn"})
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid_input")
    unknown = await supervisor.post(f"{path}/confirm", json=CONFIRM | {"entry_ids": ["svc-none"]})
    assert unknown.status_code == 422
    early = await supervisor.post(f"{path}/close", json={"message": "已经恢复"})
    assert (early.status_code, early.json()["code"]) == (409, "incident_not_active")
    patched = await supervisor.patch(path, json={"title": "停暖", "version": incident["version"]})
    assert patched.json()["title"] == "停暖"
    stale = await supervisor.patch(path, json={"title": "旧", "version": incident["version"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert (await supervisor.get(f"{INCIDENTS}/none")).status_code == 404
    rules = {"rules": [{"kind": "outage", "callers": 3, "minutes": 10}]}
    home = (await other.get("/api/v1/me")).json()["organization"]["id"]
    own = await other.put(f"/api/v1/organizations/{home}/incident-rules", json=rules)
    assert own.json()["rules"][0] == rules["rules"][0]
    assert (await other.get("/api/v1/incident-rules")).json() == own.json()


async def _next(console: Any, name: str) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while True:
            frame = json.loads(await console.recv())
            if frame.get("name") == name:
                payload: dict[str, Any] = frame["payload"]
                return payload
