"""What a resident does with number and code: rate, reopen, add words, urge."""

from typing import Any

import pytest

from tests.city import City
from tests.portal.conftest import Seen
from tests.portal.test_report import post, reported

REPLY = {
    "answer": "管道已经修好。", "resolved": True, "signed_off_by": "王主任",
    "contacted_at": "2026-11-25T08:00:00+08:00",
}  # fmt: skip


class Desk:
    """The people behind a ticket, as far as the tests need them."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.people: dict[str, Any] = {}

    async def move(self, who: str, number: str, move: str, **more: Any) -> dict[str, Any]:
        if who not in self.people:
            self.people[who] = await self.city.signed_in(who)
        client = self.people[who]
        items = (await client.get("/api/v1/tickets")).json()["items"]
        ticket = next(one for one in items if one["number"] == number)
        body = {"move": move, "version": ticket["version"], **more}
        answer = await client.post(f"/api/v1/tickets/{ticket['id']}/moves", json=body)
        assert answer.status_code == 200, (move, answer.text)
        found: dict[str, Any] = answer.json()
        return found


async def answered(city: City) -> tuple[Desk, dict[str, str]]:
    """A ticket that its unit has answered and the desk has let pass."""
    number, code = await reported(
        city, text="小区暖气不热，屋里只有十四度", entry_id="svc-heat-repair-hn",
        district="海南区", place="拉僧庙镇",
    )  # fmt: skip
    desk = Desk(city)
    supervisor = await city.signed_in("supervisor-city")
    (ticket,) = (await supervisor.get("/api/v1/tickets")).json()["items"]
    unit = ticket["proposed"]["id"]
    if ticket["subject_code"] is None:
        patch = {"version": ticket["version"], "subject_code": "A01-01-01"}
        await supervisor.patch(f"/api/v1/tickets/{ticket['id']}", json=patch)
    await desk.move("agent-1", number, "send")
    await desk.move("supervisor-city", number, "dispatch", organization_id=unit)
    await desk.move("unit-heat-hn", number, "sign")
    await desk.move("unit-heat-hn", number, "reply", **REPLY)
    await desk.move("supervisor-city", number, "accept_reply")
    return desk, {"number": number, "code": code}


async def status(city: City, key: dict[str, str]) -> str:
    supervisor = await city.signed_in("supervisor-city")
    items = (await supervisor.get("/api/v1/tickets")).json()["items"]
    return str(next(one["status"] for one in items if one["number"] == key["number"]))


def forms(page: str) -> set[str]:
    return {str(form["action"]) for form in Seen(page).all("form")}


async def test_a_resident_rates_then_asks_for_it_to_be_done_again(city: City) -> None:
    _, key = await answered(city)
    shown = await post(city, "/track", key)
    assert "管道已经修好" in shown.text
    assert "/track/rate" in forms(shown.text)
    rated = await post(city, "/track/rate", key | {"level": "4", "resolved": "yes"})
    assert "谢谢您的评价" in rated.text
    assert forms(rated.text) == {"/track/reopen"}
    assert await status(city, key) == "closed"
    again = await post(city, "/track/reopen", key | {"note": "又不热了"})
    assert "重新办理" in again.text
    assert await status(city, key) == "redo"


async def test_a_low_rating_waits_for_a_person_and_is_given_once(city: City) -> None:
    _, key = await answered(city)
    low = {"level": "1", "resolved": "no", "note": "没人来"}
    rated = await post(city, "/track/rate", key | low)
    assert "有人和您联系" in rated.text
    assert "/track/rate" not in forms(rated.text)
    assert await status(city, key) == "to_visit"


async def test_words_are_added_and_the_unit_is_urged_while_it_is_open(city: City) -> None:
    number, code = await reported(city)
    key = {"number": number, "code": code}
    added = await post(city, "/track/words", key | {"note": "我叫张伟，灯杆是7号", "go": "add"})
    assert "已经补充" in added.text
    urged = await post(city, "/track/words", key | {"note": "", "go": "urge"})
    assert "已经替您催办" in urged.text
    supervisor = await city.signed_in("supervisor-city")
    (ticket,) = (await supervisor.get("/api/v1/tickets")).json()["items"]
    timeline = (await supervisor.get(f"/api/v1/tickets/{ticket['id']}/timeline")).json()["items"]
    notes = [one["note"] for one in timeline if one["name"] == "ticket.commented"]
    assert len(notes) == 1
    assert "张伟" not in notes[0]
    assert ticket["urge_count"] == 1


@pytest.mark.parametrize(
    ("path", "fields", "told"),
    [
        ("/track/rate", {"level": "9", "resolved": "yes"}, "请选是否解决"),
        ("/track/rate", {"level": "5", "resolved": ""}, "请选是否解决"),
        ("/track/rate", {"level": "5", "resolved": "yes"}, "工单的状态已经变了"),
        ("/track/reopen", {"note": ""}, "请写几个字"),
        ("/track/reopen", {"note": "又坏了"}, "工单的状态已经变了"),
        ("/track/words", {"note": "", "go": "add"}, "请写几个字"),
    ],
)
async def test_what_cannot_be_is_told_and_changes_nothing(
    city: City, path: str, fields: dict[str, str], told: str
) -> None:
    number, code = await reported(city)
    key = {"number": number, "code": code}
    answer = await post(city, path, key | fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert await status(city, key) == "registered"


@pytest.mark.parametrize("path", ["/track/rate", "/track/reopen", "/track/words"])
async def test_nothing_is_done_without_the_right_code(city: City, path: str) -> None:
    number, code = await reported(city)
    wrong = "000000" if code != "000000" else "000001"
    fields = {"level": "5", "resolved": "yes", "note": "又坏了", "go": "urge"}
    answer = await post(city, path, {"number": number, "code": wrong} | fields)
    assert answer.status_code == 422
    assert "对不上" in answer.text
    assert await status(city, {"number": number}) == "registered"


async def test_ten_words_a_day_are_enough_for_one_ticket(city: City) -> None:
    number, code = await reported(city)
    fields = {"number": number, "code": code, "go": "urge"}
    for _ in range(10):
        assert (await post(city, "/track/words", fields)).status_code == 200
    assert (await post(city, "/track/words", fields)).status_code == 429


async def test_another_site_may_not_rate(city: City) -> None:
    foreign = await post(city, "/track/rate", {}, Origin="https://bad.example")
    assert foreign.status_code == 403
