"""A department writes, another person lets it pass, and a caller hears it within a second."""

import asyncio
import time
from typing import Any

import httpx2

from tests.city import City

WANTED = {
    "kind": "government",
    "category": "住房保障/公共租赁住房",
    "name": "鸿雁青年公寓入住申请",
    "aliases": ["想住鸿雁青年公寓", "鸿雁公寓怎么申请", "鸿雁青年公寓咋申请"],
    "organization_id": "org-house",
    "summary": "鸿雁青年公寓面向毕业五年内的青年，带身份证到住建局窗口申请，租金每月三百元。",
    "details": "申请人应在本市无自有住房，毕业不满五年。窗口受理后十个工作日内公示结果。",
    "procedure": ["窗口提交申请", "审核公示", "签约入住"],
    "documents": ["身份证", "劳动合同"],
    "channels": ["窗口"],
    "handoff": "answer",
}  # fmt: skip
ASKED = "鸿雁青年公寓咋申请"
AT_ONCE = 3.0
"""Seconds; one on a machine that is not shared with other tests."""


async def drafted(client: httpx2.AsyncClient, content: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post("/api/v1/drafts", json={"content": content, "note": "新增"})
    assert answer.status_code == 201, answer.text
    draft: dict[str, Any] = answer.json()
    return draft


async def moved(
    client: httpx2.AsyncClient, draft: dict[str, Any], move: str, **more: Any
) -> httpx2.Response:
    body = {"move": move, "version": draft["version"], **more}
    return await client.post(f"/api/v1/drafts/{draft['id']}/moves", json=body)


async def heard(city: City, words: str) -> str:
    phone = await city.phone(caller="+8613800009999").dial()
    await phone.say(words)
    if "您是要" in phone.now_hears:
        await phone.press("1")
    return phone.now_hears


async def test_a_published_entry_is_heard_by_callers_within_a_second(city: City) -> None:
    editor = await city.signed_in("editor-house")
    reviewer = await city.signed_in("editor-2")
    assert WANTED["summary"] not in await heard(city, ASKED)
    draft = await drafted(editor, WANTED)
    assert draft["faults"] == []
    path = f"/api/v1/drafts/{draft['id']}"

    tried = (await editor.post(f"{path}/match", json={"text": ASKED})).json()
    assert tried["decision"] == "answer"
    assert "".join(tried["heard"]).startswith(WANTED["summary"])
    assert tried["results"][0]["is_draft"]
    assert tried["results"][0]["reasons"]
    assert WANTED["summary"] not in await heard(city, ASKED), "a draft is heard by nobody"

    submitted = (await moved(editor, draft, "submit")).json()
    assert submitted["state"] == "in_review"
    assert "approve" not in submitted["moves"]
    own = await moved(editor, submitted, "approve")
    assert (own.status_code, own.json()["code"]) == (403, "own_draft")
    waiting = (await reviewer.get("/api/v1/drafts?state=in_review")).json()["items"]
    assert [one["id"] for one in waiting] == [draft["id"]]

    approved = await moved(reviewer, submitted, "approve")
    published = time.monotonic()
    assert approved.json()["state"] == "published", approved.text
    dialed = time.monotonic()
    while WANTED["summary"] not in (said := await heard(city, ASKED)):
        await asyncio.sleep(0.05)
        dialed = time.monotonic()
        assert dialed - published < AT_ONCE, said

    again = await editor.post("/api/v1/drafts", json={"entry_id": draft["entry_id"]})
    change = again.json()
    patch = {"version": change["version"], "content": {"fee": "每月300元"}}
    patched = await editor.patch(f"/api/v1/drafts/{change['id']}", json=patch)
    changed = patched.json()
    assert changed["differences"] == [
        {"field": "fee", "before": None, "after": "每月300元", "added": [], "removed": []}
    ]
    await moved(reviewer, (await moved(editor, changed, "submit")).json(), "approve")
    entry = draft["entry_id"]
    versions = (await editor.get(f"/api/v1/entries/{entry}/versions")).json()["items"]
    assert [one["number"] for one in versions] == [2, 1]
    assert (versions[0]["author"], versions[0]["reviewer"]) == ("市住建局编辑", "目录审核")
    assert [one["field"] for one in versions[0]["differences"]] == ["fee"]

    restored = await editor.post(f"/api/v1/entries/{entry}/versions/1/restore")
    assert restored.json()["content"]["fee"] == ""
    await moved(reviewer, (await moved(editor, restored.json(), "submit")).json(), "approve")
    assert (await editor.get(f"/api/v1/entries/{entry}")).json()["fee"] == ""
    assert (await editor.get(f"/api/v1/entries/{entry}")).json()["number"] == 3

    gone = await editor.post("/api/v1/drafts", json={"entry_id": entry, "purpose": "withdraw"})
    await moved(reviewer, (await moved(editor, gone.json(), "submit")).json(), "approve")
    assert (await editor.get(f"/api/v1/entries/{entry}")).status_code == 404


async def test_a_department_touches_its_own_entries_only(city: City) -> None:
    editor = await city.signed_in("editor-house")
    chief = await city.signed_in("editor-1")
    foreign = {"entry_id": "svc-id-renew"}
    assert (await editor.post("/api/v1/drafts", json=foreign)).status_code == 404
    theirs = await editor.post(
        "/api/v1/drafts", json={"content": WANTED | {"organization_id": "org-hukou"}}
    )
    assert (theirs.status_code, theirs.json()["code"]) == (422, "invalid_input")
    draft = (await chief.post("/api/v1/drafts", json=foreign)).json()
    assert (await editor.get(f"/api/v1/drafts/{draft['id']}")).status_code == 404
    assert (await editor.get("/api/v1/drafts")).json()["items"] == []
    second = await chief.post("/api/v1/drafts", json=foreign)
    assert (second.status_code, second.json()["code"]) == (409, "draft_open")
    stale = {"version": draft["version"] + 1, "note": "旧"}
    refused = await chief.patch(f"/api/v1/drafts/{draft['id']}", json=stale)
    assert (refused.status_code, refused.json()["code"]) == (409, "stale_version")
    agent = await city.signed_in("agent-1")
    assert (await agent.post("/api/v1/drafts", json=foreign)).status_code == 403
    assert (await editor.post("/api/v1/entries/svc-id-renew/verify")).status_code == 404


async def test_a_draft_with_faults_is_not_submitted(city: City) -> None:
    editor = await city.signed_in("editor-house")
    bad = WANTED | {"summary": "长" * 81, "hours": "每天都开", "districts": ["东城区"]}
    draft = await drafted(editor, bad)
    told = {(fault["field"], fault["message"]) for fault in draft["faults"]}
    assert ("summary", "不能超过 80 个字") in told
    assert ("hours", "不是有效的办公时间") in told
    refused = await moved(editor, draft, "submit")
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")


async def test_what_agents_find_wrong_becomes_a_task_of_the_department(city: City) -> None:
    agent = await city.signed_in("agent-1")
    editor = await city.signed_in("editor-1")
    wrong = {"note": "窗口搬到二楼了，张建国电话13847312345说的"}
    told = await agent.post("/api/v1/entries/svc-id-renew/reports", json=wrong)
    assert told.status_code == 201, told.text
    assert "13847312345" not in told.json()["note"]
    await agent.post("/api/v1/entries/svc-id-renew/reports", json={"note": "搬走了"})
    tasks = (await editor.get("/api/v1/corrections?state=open&limit=200")).json()["items"]
    (task,) = [one for one in tasks if one["kind"] == "wrong"]
    assert task["reported_count"] == 2
    settle = {"outcome": "fixed", "version": task["version"], "note": "已改"}
    done = await editor.post(f"/api/v1/corrections/{task['id']}/settle", json=settle)
    assert done.json()["state"] == "fixed"
    twice = await editor.post(f"/api/v1/corrections/{task['id']}/settle", json=settle)
    assert twice.status_code == 409
