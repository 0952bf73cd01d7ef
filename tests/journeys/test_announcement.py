"""What departments announce is heard once a call, where and when it counts, and then no more."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx2

from hotline import clock
from tests.city import City
from tests.phone import Phone

PATH = "/api/v1/announcements"
SPOKEN = "公租房窗口本周搬到政务大厅三楼，请到新窗口办理。"
GREETING = "今天大风降温，出门请注意安全。"


def wanted(**changes: Any) -> dict[str, Any]:
    now = clock.now()
    return {
        "title": "公租房窗口搬迁",
        "spoken": SPOKEN,
        "entry_ids": ["svc-house-rent"],
        "starts_at": (now - timedelta(minutes=1)).isoformat(),
        "ends_at": (now + timedelta(days=3)).isoformat(),
        **changes,
    }


async def until(city: City, words: str, expected: str, *, heard: bool) -> Phone:
    for _ in range(20):
        phone = await city.phone(caller="+8613800004444").dial()
        if words:
            await phone.say(words)
        if (expected in said(phone)) is heard:
            return phone
        await asyncio.sleep(0.05)
    raise AssertionError(said(phone))


def said(phone: Phone) -> str:
    """Everything since the call began."""
    return "".join(phone.heard)


async def own_entry(editor: httpx2.AsyncClient) -> tuple[str, str, str]:
    """An entry of the department that is answered at once: its id, a phrase of it, its summary."""
    items = (await editor.get("/api/v1/standings?limit=200")).json()["items"]
    for item in items:
        entry = (await editor.get(f"/api/v1/entries/{item['entry_id']}")).json()
        if entry["handoff"] == "answer" and entry["tier"] == "city":
            tried = await editor.post("/api/v1/match", json={"text": entry["aliases"][0]})
            if tried.json()["decision"] == "answer":
                return entry["id"], entry["aliases"][0], entry["summary"]
    raise AssertionError("no such entry")


async def test_a_department_s_notice_is_heard_before_its_entry_and_once(city: City) -> None:
    editor = await city.signed_in("editor-house")
    entry_id, words, summary = await own_entry(editor)
    posted = await editor.post(PATH, json=wanted(entry_ids=[entry_id]))
    assert posted.status_code == 201, posted.text
    assert posted.json()["span"] == "current"
    phone = await until(city, words, SPOKEN, heard=True)
    assert said(phone).index(SPOKEN) < said(phone).index(summary[:10])
    await phone.say(words)
    assert said(phone).count(SPOKEN) == 1
    assert summary[:10] in phone.now_hears
    listed = (await (await city.signed_in("agent-1")).get(f"{PATH}?span=current")).json()
    assert [one["title"] for one in listed["items"]] == ["公租房窗口搬迁"]

    body = posted.json()
    path = f"{PATH}/{body['id']}"
    gone = await editor.post(f"{path}/withdraw", json={"version": body["version"]})
    assert gone.json()["span"] == "past"
    await until(city, words, SPOKEN, heard=False)
    again = await editor.post(f"{path}/withdraw", json={"version": gone.json()["version"]})
    assert (again.status_code, again.json()["code"]) == (409, "announcement_over")


async def test_the_city_speaks_after_the_greeting_and_nobody_else(city: City) -> None:
    chief = await city.signed_in("editor-1")
    editor = await city.signed_in("editor-house")
    aloud = wanted(title="大风", spoken=GREETING, spoken_at="greeting", entry_ids=[])
    refused = await editor.post(PATH, json=aloud)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
    long = aloud | {"spoken": "长" * 60}
    assert (await chief.post(PATH, json=long)).status_code == 422
    foreign = wanted(entry_ids=["svc-id-renew"])
    assert (await editor.post(PATH, json=foreign)).status_code == 422
    posted = (await chief.post(PATH, json=aloud)).json()
    phone = await until(city, "", GREETING, heard=True)
    assert phone.now_hears.startswith("您好")
    later = aloud | {"starts_at": (clock.now() + timedelta(hours=1)).isoformat()}
    changed = await chief.put(f"{PATH}/{posted['id']}", json=later | {"version": posted["version"]})
    assert changed.json()["span"] == "upcoming"
    await until(city, "", GREETING, heard=False)
    assert (
        await editor.put(f"{PATH}/{posted['id']}", json=later | {"version": 9})
    ).status_code == 404
