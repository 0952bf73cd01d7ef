"""A department hands out a form with its entry; a resident says what is wrong with it."""

import asyncio
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from tests.city import City
from tests.portal.conftest import Seen
from tests.portal.test_report import HTML, post

KEY = "svc-id-lost"
PAGE = f"/services/{KEY}"
FORM = "居民身份证丢失情况说明"
SAMPLE = "居民身份证申领登记表"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


async def published_with_form(city: City, content: bytes, name: str = FORM) -> None:
    """By an editor, and approved by another."""
    editor, reviewer = await city.signed_in("editor-1"), await city.signed_in("editor-2")
    entry = (await editor.get(f"/api/v1/entries/{KEY}")).json()
    begun = await editor.post("/api/v1/drafts", json={
        "entry_id": KEY, "content": {"forms": sorted({*entry["forms"], name})}})  # fmt: skip
    assert begun.status_code == 201, begun.text
    path = f"/api/v1/drafts/{begun.json()['id']}"
    added = await send(editor, path, content, name=name)
    assert added.status_code == 201, added.text
    draft = (await editor.get(path)).json()
    draft = await moved(editor, path, draft, "submit")
    waiting = await reviewer.get(f"{path}/forms/{added.json()['id']}/content")
    assert waiting.content == content, "the reviewer sees what is to be published"
    await moved(reviewer, path, draft, "approve")


async def send(
    client: httpx2.AsyncClient, path: str, content: bytes, *, name: str, file: str = "表.pdf"
) -> httpx2.Response:
    return await client.post(
        f"{path}/forms", data={"name": name}, files={"file": (file, content, "application/pdf")}
    )


async def moved(client: httpx2.AsyncClient, path: str, draft: Any, move: str) -> Any:
    answer = await client.post(f"{path}/moves", json={"move": move, "version": draft["version"]})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def waiting(client: httpx2.AsyncClient, path: str) -> list[Any]:
    """The files of a draft that are not published yet."""
    items = (await client.get(f"{path}/forms")).json()["items"]
    return [item for item in items if item["number"] is None]


async def test_the_newest_version_of_a_form_stands_at_one_address(city: City) -> None:
    await published_with_form(city, PDF)
    address = f"{PAGE}/forms/{quote(FORM)}"
    for _ in range(100):
        page = Seen((await city.client.get(PAGE, headers=HTML)).text)
        if address in page.links:
            break
        await asyncio.sleep(0.05)
    assert "第 1 版" in page.text
    got = await city.client.get(address)
    assert (got.status_code, got.content) == (200, PDF)
    assert got.headers["content-type"] == "application/pdf"
    assert quote(f"{FORM}.pdf") in got.headers["content-disposition"]
    again = await city.client.get(address, headers={"If-None-Match": got.headers["etag"]})
    assert again.status_code == 304
    await published_with_form(city, PDF + b"\n% second")
    for _ in range(100):
        got = await city.client.get(address)
        if got.content != PDF:
            break
        await asyncio.sleep(0.05)
    assert got.content.endswith(b"second")
    assert "第 2 版" in (await city.client.get(PAGE, headers=HTML)).text
    assert (await city.client.get(f"{PAGE}/forms/none")).status_code == 404


async def test_the_sample_city_hands_out_a_form_that_can_be_filled_in(open_city: City) -> None:
    address = f"{PAGE}/forms/{quote(SAMPLE)}"
    page = Seen((await open_city.client.get(PAGE, headers=HTML)).text)
    assert address in page.links
    got = await open_city.client.get(address)
    assert (got.status_code, got.headers["content-type"]) == (200, "application/pdf")
    assert got.content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("content", "file"), [(b"MZ\x90", "a.pdf"), (b"<html>", "a.html"), (PDF, "a.docx")]
)
async def test_what_is_no_form_is_refused_by_its_content(
    city: City, content: bytes, file: str
) -> None:
    editor = await city.signed_in("editor-1")
    begun = await editor.post("/api/v1/drafts", json={"entry_id": KEY, "content": {}})
    path = f"/api/v1/drafts/{begun.json()['id']}"
    answer = await send(editor, path, content, name=FORM, file=file)
    assert (answer.status_code, answer.json()["code"]) == (422, "file_refused")
    assert await waiting(editor, path) == []


async def test_whoever_adds_a_file_does_not_approve_it_and_others_do_not_see_it(
    city: City,
) -> None:
    author, helper = await city.signed_in("editor-1"), await city.signed_in("editor-2")
    begun = await author.post("/api/v1/drafts", json={"entry_id": KEY, "content": {}})
    path = f"/api/v1/drafts/{begun.json()['id']}"
    added = await send(helper, path, PDF, name=FORM)
    draft = await moved(author, path, (await author.get(path)).json(), "submit")
    own = await helper.post(f"{path}/moves", json={"move": "approve", "version": draft["version"]})
    assert own.json()["code"] == "own_draft"
    late = await send(author, path, PDF, name=FORM)
    assert late.json()["code"] == "draft_closed"
    stranger = await city.signed_in("editor-house")
    for hidden in (f"{path}/forms", f"{path}/forms/{added.json()['id']}/content"):
        assert (await stranger.get(hidden)).status_code == 404
    assert (await city.client.get(f"{PAGE}/forms/{quote(FORM)}")).status_code == 404


async def test_a_file_in_a_draft_can_be_taken_out_again(city: City) -> None:
    editor = await city.signed_in("editor-1")
    begun = await editor.post("/api/v1/drafts", json={"entry_id": KEY, "content": {}})
    path = f"/api/v1/drafts/{begun.json()['id']}"
    first = (await send(editor, path, PDF, name=FORM)).json()
    second = (await send(editor, path, PDF + b"%2", name=FORM)).json()
    (kept,) = await waiting(editor, path)
    assert kept["id"] == second["id"] != first["id"]
    gone = await editor.delete(f"{path}/forms/{second['id']}")
    assert gone.status_code == 204
    assert await waiting(editor, path) == []


async def test_what_a_resident_finds_wrong_is_a_task_with_a_day(city: City) -> None:
    page = Seen((await city.client.get(PAGE, headers=HTML)).text)
    assert f"{PAGE}/wrong" in page.links
    empty = await post(city, f"{PAGE}/wrong", {"note": "", "website": ""})
    assert (empty.status_code, "fault-note" in empty.text) == (422, True)
    for note in ("窗口电话13847312345没人接", "周六不上班了"):
        answer = await post(city, f"{PAGE}/wrong", {"note": note, "website": ""})
        assert "三个工作日内核对" in answer.text
    editor = await city.signed_in("editor-1")
    for _ in range(200):
        asked = await editor.get("/api/v1/corrections", params={"state": "open", "limit": 200})
        told = [one for one in asked.json()["items"] if one["kind"] == "wrong"]
        if told and told[0]["reported_count"] == 2:
            break
        await asyncio.sleep(0.05)
    (task,) = told
    assert (task["entry_id"], task["reported_count"]) == (KEY, 2)
    assert "周六不上班了" in task["note"]
    assert "13847312345" not in task["note"]
    assert task["due_at"]
