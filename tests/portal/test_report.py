"""Report in three steps without scripts; follow by number and code."""

import asyncio
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from hotline.portal.allowance import Allowance
from hotline.portal.report_form import Report, faults_of
from tests.city import City
from tests.portal.conftest import WEDNESDAY_NOON, Seen
from tests.portal.solving import answered

HTML = {"Accept": "text/html"}
SAID = "小区门口路灯不亮，晚上看不见路"


def filled(**more: str) -> dict[str, str]:
    return {
        "form_id": str(uuid4()), "step": "3", "kind": "help", "text": SAID, "place": "滨河街道",
        "district": "海勃湾区", "entry_id": "", "contact": "phone", "phone": "13900001234",
        "website": "",
    } | more  # fmt: skip


async def post(city: City, path: str, fields: dict[str, str], **headers: str) -> Any:
    return await city.client.post(path, data=fields, headers=HTML | headers)


async def insist(city: City, path: str, fields: dict[str, str]) -> Any:
    """As somebody who answers where a form asks for a little work first."""
    answer = await post(city, path, fields)
    if 'id="fault-gate"' not in answer.text:
        return answer
    return await post(city, path, fields | dict(answered(answer.text)))


async def reported(city: City, **more: str) -> tuple[str, str]:
    """Number and code of a new ticket."""
    answer = await insist(city, "/report", filled(**more))
    assert answer.status_code == 200, answer.text
    number, code = re.findall(r"<dd>([\d-]+)</dd>", answer.text)
    return number, code


async def test_a_report_goes_step_by_step_and_carries_what_was_written(city: City) -> None:
    first = Seen((await city.client.get("/report", headers=HTML)).text)
    form_id = next(one["value"] for one in first.all("input") if one.get("name") == "form_id")
    fields = {"form_id": str(form_id), "step": "1", "kind": "help", "text": SAID}
    second = Seen((await post(city, "/report", fields)).text)
    hidden = {str(one["name"]): one["value"] for one in second.all("input") if "value" in one}
    assert (hidden["step"], hidden["kind"], hidden["text"]) == ("2", "help", SAID)
    assert "说的是不是这件事" in second.text
    third = Seen((await post(city, "/report", filled(step="2"))).text)
    assert SAID in third.text
    back = Seen((await post(city, "/report", filled(step="3", go="back"))).text)
    assert "在什么地方" in back.text


async def test_a_report_becomes_a_ticket_of_its_district_without_personal_data(city: City) -> None:
    number, code = await reported(city, text=f"{SAID}，我叫张伟，电话13900001234")
    supervisor = await city.signed_in("supervisor-haibowan")
    (ticket,) = (await supervisor.get("/api/v1/tickets")).json()["items"]
    assert ticket["number"] == number
    assert (ticket["kind"], ticket["district"]) == ("help", "海勃湾区")
    assert ticket["caller_masked"] == "139****1234"
    assert "13900001234" not in ticket["description"]
    assert len(code) == 6


async def test_sending_a_form_twice_at_once_opens_one_ticket(city: City) -> None:
    fields = filled()
    answers = await asyncio.gather(*(post(city, "/report", fields) for _ in range(4)))
    assert len({tuple(re.findall(r"<dd>([\d-]+)</dd>", one.text)) for one in answers}) == 1
    supervisor = await city.signed_in("supervisor-city")
    assert len((await supervisor.get("/api/v1/tickets")).json()["items"]) == 1


async def test_an_anonymous_report_keeps_no_number(city: City) -> None:
    await reported(city, contact="anonymous", phone="13900001234", confidential="yes")
    supervisor = await city.signed_in("supervisor-city")
    (ticket,) = (await supervisor.get("/api/v1/tickets")).json()["items"]
    assert ticket["caller_masked"] is None
    assert (ticket["anonymous"], ticket["confidential"]) == (True, True)


async def test_number_and_code_show_where_the_ticket_stands(city: City) -> None:
    number, code = await reported(city, text=f"{SAID}，我叫张伟，电话13900001234")
    answer = await post(city, "/track", {"number": number.replace("-", ""), "code": code})
    page = Seen(answer.text)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    assert number in page.text
    assert "已经登记" in page.text
    for private in ("张伟", "1390000", "139****", SAID):
        assert private not in answer.text


async def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(city: City) -> None:
    number, code = await reported(city)
    wrong_code = "000000" if code != "000000" else "000001"
    answers = [
        await post(city, "/track", {"number": tried, "code": wrong_code})
        for tried in (number, number[:-6] + "999999", "abc")
    ]
    assert {answer.status_code for answer in answers} == {422}
    told = {re.sub(r'value="[^"]*"', "", answer.text) for answer in answers}
    assert len(told) == 1


async def test_guessing_ends_after_ten_tries(city: City) -> None:
    for _ in range(10):
        answer = await insist(city, "/track", {"number": "2026-1125-000001", "code": "123456"})
        assert answer.status_code == 422
        assert "对不上" in answer.text
    number, code = await reported(city)
    answer = await post(city, "/track", {"number": number, "code": code})
    assert answer.status_code == 429


async def test_one_address_opens_ten_tickets_an_hour_at_most(city: City) -> None:
    for _ in range(10):
        await reported(city)
    assert (await post(city, "/report", filled())).status_code == 429


async def test_another_site_may_not_report(city: City) -> None:
    foreign = await post(city, "/report", filled(), Origin="https://bad.example")
    assert foreign.status_code == 403
    cross = await post(city, "/report", filled(), **{"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 403


async def test_what_fills_the_hidden_field_opens_nothing(city: City) -> None:
    answer = await post(city, "/report", filled(website="http://spam.example"))
    assert answer.status_code == 422
    supervisor = await city.signed_in("supervisor-city")
    assert (await supervisor.get("/api/v1/tickets")).json()["items"] == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"step": "1", "kind": "", "text": ""}, ["请选一项您想做什么", "请写几个字说明是什么事"]),
        ({"step": "3", "kind": "nonsense"}, ["请选一项您想做什么"]),
        ({"step": "2", "district": "火星区"}, ["请从列出的区里选"]),
        ({"step": "3", "phone": "多少"}, ["请写电话号码，或选择匿名"]),
    ],
)
async def test_faults_are_told_beside_their_fields(
    open_city: City, fields: dict[str, str], told: list[str]
) -> None:
    answer = await post(open_city, "/report", filled(**fields))
    page = Seen(answer.text)
    assert answer.status_code == 422
    for words in told:
        assert page.text.count(words) == 2
    targets = {link.removeprefix("#") for link in page.links if link.startswith("#")} - {"main"}
    assert len(targets) == len(told)
    assert targets <= {each.get("id") for _, each in page.tags}


async def test_an_emergency_that_is_written_down_shows_its_number(open_city: City) -> None:
    answer = await post(open_city, "/report", filled(step="1", text="我家厨房着火了快来人"))
    assert "请马上拨打119" in answer.text


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
async def test_other_bodies_are_refused(open_city: City, kind: str) -> None:
    answer = await open_city.client.post(
        "/report", content=b"{}", headers=HTML | {"Content-Type": kind}
    )
    assert answer.status_code == 422


async def test_a_body_without_end_is_refused(open_city: City) -> None:
    answer = await post(open_city, "/report", filled(text="长" * 100_000))
    assert answer.status_code == 422


def test_faults_of_later_steps_wait() -> None:
    report = Report.of({"kind": "help", "text": SAID})
    assert faults_of(report, up_to=1, districts=()) == {}
    assert faults_of(report, up_to=3, districts=()) == {"phone": "report.fault.phone"}


def test_an_allowance_renews_itself_and_is_each_key_s_own() -> None:
    allowance = Allowance(2, timedelta(minutes=10))
    for _ in range(2):
        allowance.use("a", WEDNESDAY_NOON)
    assert allowance.is_used_up("a", WEDNESDAY_NOON)
    assert not allowance.is_used_up("b", WEDNESDAY_NOON)
    assert not allowance.is_used_up("a", WEDNESDAY_NOON + timedelta(minutes=10))
