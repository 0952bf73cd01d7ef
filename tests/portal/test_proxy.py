"""A resident authorizes on the portal, follows each step, and takes it back."""

import re

import pytest

from tests.city import City
from tests.portal.conftest import Seen
from tests.portal.test_report import HTML, post
from tests.proxy.test_carry import Matter

PAGE = "/services/svc-id-lost/proxy"


def agreed(**more: str) -> dict[str, str]:
    return {
        "person": "张小明", "phone": "13900001234", "district": "海勃湾区", "agreed": "yes",
        "website": "",
    } | more  # fmt: skip


async def authorized(city: City) -> dict[str, str]:
    answer = await post(city, PAGE, agreed())
    assert answer.status_code == 200, answer.text
    number, code = re.findall(r"<dd>([\d-]+)</dd>", answer.text)
    return {"number": number, "code": code}


async def matter_at_the_desk(city: City) -> Matter:
    agent = await city.signed_in("agent-1")
    (shown,) = (await agent.get("/api/v1/proxy-matters")).json()["items"]
    return Matter(city, shown)


async def test_the_words_are_read_before_the_box_is_ticked(city: City) -> None:
    entry = Seen((await city.client.get("/services/svc-id-lost", headers=HTML)).text)
    assert PAGE in entry.links
    page = await city.client.get(PAGE, headers=HTML)
    assert "可以随时撤回委托" in page.text
    matter = await _desk_after(city)
    assert (matter.shown["way"], matter.shown["status"]) == ("portal", "authorized")
    assert matter.shown["statement"] in page.text


async def _desk_after(city: City) -> Matter:
    await authorized(city)
    return await matter_at_the_desk(city)


@pytest.mark.parametrize(
    ("field", "value"), [("person", ""), ("phone", "x"), ("district", "火星"), ("agreed", "")]
)
async def test_nothing_begins_without_name_number_and_yes(
    city: City, field: str, value: str
) -> None:
    answer = await post(city, PAGE, agreed(**{field: value}))
    assert answer.status_code == 422
    assert f"fault-{field}" in answer.text
    agent = await city.signed_in("agent-1")
    assert (await agent.get("/api/v1/proxy-matters")).json()["items"] == []


async def test_the_resident_sees_steps_and_papers_and_takes_it_back(city: City) -> None:
    key = await authorized(city)
    matter = await matter_at_the_desk(city)
    await matter.go("agent-1", "/take")
    await matter.receive_all("agent-1")
    await matter.go("agent-1", "/begin")
    page = (await post(city, "/track", key)).text
    for told in ("正在代办", "代办员：话务员1号", "已收到", "正在办理", "到就近派出所申报丢失"):
        assert told in page
    assert "张小明" not in page
    back = await post(city, "/track/withdraw", key)
    assert "委托已经撤回" in back.text
    assert "/track/withdraw" not in {form["action"] for form in Seen(back.text).all("form")}
    late = await matter.ask("agent-1", f"/steps/{matter.step(1)['id']}/finish", {})
    assert late.json()["code"] == "matter_closed"


@pytest.mark.parametrize("path", ["/services/svc-cv-drain/proxy", "/services/none/proxy"])
async def test_what_nobody_carries_has_no_form(open_city: City, path: str) -> None:
    assert (await open_city.client.get(path, headers=HTML)).status_code == 404
    assert (await post(open_city, path, agreed())).status_code == 404
