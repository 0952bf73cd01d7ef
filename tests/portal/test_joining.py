"""A report with questions, photographs, and the same matter told before."""

import io
import re
from typing import Any

import pytest
from PIL import Image

from hotline.portal.public_words import public_words
from hotline.portal.questions import Datatype, questions_for, told, wrong_answers
from tests.city import City
from tests.portal.conftest import Seen
from tests.portal.test_report import HTML, filled, post, reported


async def tickets(city: City) -> list[dict[str, Any]]:
    supervisor = await city.signed_in("supervisor-city")
    items: list[dict[str, Any]] = (await supervisor.get("/api/v1/tickets")).json()["items"]
    return items


def asked(page: Seen) -> set[str]:
    names = {str(one.get("name")) for one in [*page.all("input"), *page.all("textarea")]}
    return {name for name in names if name.startswith("q_")}


async def third_step(city: City, **more: str) -> Seen:
    answer = await post(city, "/report", filled(step="2", **more))
    assert answer.status_code == 200
    return Seen(answer.text)


async def test_a_subject_asks_its_own_questions_and_the_answers_reach_the_unit(city: City) -> None:
    heat = {"text": "家里暖气不热，只有十几度", "entry_id": "svc-heat-repair-hbw"}
    page = await third_step(city, **heat)
    assert asked(page) == {"q_temperature", "q_extent"}
    await reported(city, q_temperature="14", q_extent="building", **heat)
    (ticket,) = await tickets(city)
    assert "屋里现在多少度：14" in ticket["description"]
    assert "多大范围：整栋楼" in ticket["description"]


async def test_a_wrong_answer_is_told_beside_its_question(city: City) -> None:
    fields = filled(
        text="家里暖气不热，只有十几度", entry_id="svc-heat-repair-hbw", q_temperature="很冷"
    )
    answer = await post(city, "/report", fields)
    assert answer.status_code == 422
    assert "fault-q_temperature" in answer.text
    assert await tickets(city) == []


async def test_answers_travel_back_and_forth(city: City) -> None:
    fields = filled(
        text="家里暖气不热，只有十几度", entry_id="svc-heat-repair-hbw", q_extent="estate",
        go="back",
    )  # fmt: skip
    second = Seen((await post(city, "/report", fields)).text)
    hidden = {str(one.get("name")): one.get("value") for one in second.all("input")}
    assert hidden["q_extent"] == "estate"


async def test_photographs_are_kept_without_where_they_were_taken(city: City) -> None:
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "my home"
    Image.new("RGB", (60, 40), "blue").save(picture, "JPEG", exif=exif)
    files = [("photos", ("lamp.jpg", picture.getvalue(), "image/jpeg"))]
    answer = await city.client.post("/report", data=filled(), files=files, headers=HTML)
    assert answer.status_code == 200, answer.text
    supervisor = await city.signed_in("supervisor-city")
    (ticket,) = (await supervisor.get("/api/v1/tickets")).json()["items"]
    path = f"/api/v1/tickets/{ticket['id']}/attachments"
    (kept,) = (await supervisor.get(path)).json()["items"]
    content = (await supervisor.get(f"{path}/{kept['id']}")).content
    assert kept["media_type"] == "image/jpeg"
    assert not Image.open(io.BytesIO(content)).getexif()


async def test_what_is_no_photograph_is_told_and_opens_nothing(city: City) -> None:
    files = [("photos", ("lamp.jpg", b"MZ not a picture", "image/jpeg"))]
    answer = await city.client.post("/report", data=filled(), files=files, headers=HTML)
    assert answer.status_code == 422
    assert "fault-photos" in answer.text
    assert await tickets(city) == []


async def test_the_same_matter_is_followed_instead(city: City) -> None:
    first, _ = await reported(city, place="滨河街道林荫小区")
    page = await third_step(city, place="滨河街道林荫小区")
    offered = [one["value"] for one in page.all("input") if one.get("name") == "follow"]
    assert offered == [first, ""]
    number, code = await reported(city, place="滨河街道林荫小区", follow=first, phone="13900005678")
    rows = {row["number"]: row["status"] for row in await tickets(city)}
    assert rows == {first: "registered", number: "merged"}
    followed = await post(city, "/track", {"number": number, "code": code})
    assert "一起办" in followed.text
    assert "已经登记" in followed.text


async def test_confidential_matters_are_offered_to_nobody(city: City) -> None:
    await reported(city, confidential="yes", place="滨河街道林荫小区")
    await reported(city, kind="report", place="滨河街道林荫小区")
    page = await third_step(city, place="滨河街道林荫小区")
    assert not [one for one in page.all("input") if one.get("name") == "follow"]


async def test_a_matter_that_is_over_meanwhile_is_not_joined(city: City) -> None:
    await reported(city, follow="2020-0101-000001")
    (ticket,) = await tickets(city)
    assert ticket["status"] == "registered"


def test_questions_go_with_a_class_and_all_below_it() -> None:
    assert questions_for("A01-01-03") == questions_for("A01-01") != ()
    assert questions_for("A12-06-01") == ()
    assert questions_for(None) == ()


def test_answers_are_judged_by_their_kind() -> None:
    noise = questions_for("A05-03-01")
    assert noise[0].datatype is Datatype.SEVERAL
    assert wrong_answers(noise, {}) == {}
    assert wrong_answers(questions_for("A11-02-01"), {}) == {"danger": "missing"}
    assert wrong_answers(noise, {"hours": ("day", "night")}) == {}
    assert wrong_answers(noise, {"hours": ("dawn",)}) == {"hours": "unfit"}
    warm = questions_for("A01-01-01")
    assert wrong_answers(warm, {"extent": ("home", "estate")}) == {"extent": "unfit"}
    assert wrong_answers(warm, {"temperature": ("nan°",)}) == {"temperature": "unfit"}
    assert told(noise, {"hours": ("day", "night"), "other": ("x",)}) == (
        "什么时候吵：白天、夜里十点以后"
    )


@pytest.mark.parametrize(
    ("masked", "public"),
    [
        ("电话139****1234请回", "电话***请回"),
        ("我叫张*明，住***", "我叫***，住***"),
        ("幺三八****五六七八打不通", "***打不通"),
        ("z***@example.com", "***"),
        ("没有私人的话", "没有私人的话"),
    ],
)
def test_what_is_masked_for_the_desk_is_hidden_from_everybody(masked: str, public: str) -> None:
    assert public_words(masked) == public


def test_hidden_words_hold_no_ends_of_numbers() -> None:
    assert not re.search(r"\d", public_words("139****1234、0473-***5678、1503**********1234"))
