"""Search in own words: the matcher of the calls, shown for what it is sure of."""

import json
import logging

import pytest

from tests.city import City
from tests.portal.conftest import Seen

HTML = {"Accept": "text/html"}


async def found(city: City, q: str, **more: str) -> Seen:
    answer = await city.client.get("/search", params={"q": q, **more}, headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    return Seen(answer.text)


async def test_a_clear_need_gets_its_answer_first(open_city: City) -> None:
    page = await found(open_city, "身份证丢了")
    services = [link for link in page.links if link.startswith("/services/")]
    assert services[0] == "/services/svc-id-lost"
    assert "您要办的很可能是" in page.text


async def test_a_vague_need_is_asked_back(open_city: City) -> None:
    page = await found(open_city, "孩子")
    assert "您是不是想问" in page.text
    assert "您要办的很可能是" not in page.text


@pytest.mark.parametrize(("said", "number"), [("家里着火了", "119"), ("有人晕倒没呼吸了", "120")])
async def test_an_emergency_shows_its_number_before_anything_else(
    open_city: City, said: str, number: str
) -> None:
    page = await found(open_city, said)
    assert f"请马上拨打{number}" in page.text
    calls = [link for link in page.links if link.startswith("tel:") and link != "tel:114"]
    assert calls[0] == f"tel:{number}"
    if "您是不是想问" in page.text:
        assert page.text.index(f"请马上拨打{number}") < page.text.index("您是不是想问")


async def test_thoughts_of_dying_get_a_kind_word_and_12356(open_city: City) -> None:
    page = await found(open_city, "活着没意思不想活了")
    assert "拨打12356" in page.text
    assert "tel:12356" in page.links


async def test_who_asks_for_a_person_gets_the_number(open_city: City) -> None:
    page = await found(open_city, "转人工")
    assert "要找人说，请直接拨打114" in page.text
    assert [link for link in page.links if link.startswith("/services/")] == []


@pytest.mark.parametrize("q", ["qwertyuiop zxcv", "%00", "<script>alert(1)</script>", "？？？"])
async def test_what_means_nothing_gets_the_telephone_and_no_surprise(
    open_city: City, q: str
) -> None:
    page = await found(open_city, q)
    assert "拨打114" in page.text
    assert all(each.get("src") for each in page.all("script"))


async def test_the_district_chooses_the_version(open_city: City) -> None:
    page = await found(open_city, "领结婚证", district="海南区")
    services = [link for link in page.links if link.startswith("/services/")]
    assert services[0] == "/services/svc-marriage-reg-hn"
    spoken = await found(open_city, "乌达区领结婚证在哪")
    assert "/services/svc-marriage-reg-wd" in spoken.links


async def test_without_a_district_the_versions_are_offered_to_choose_from(open_city: City) -> None:
    page = await found(open_city, "领结婚证")
    services = [link for link in page.links if link.startswith("/services/")]
    assert services[:3] == [
        f"/services/svc-marriage-reg-{suffix}" for suffix in ("hbw", "wd", "hn")
    ]
    assert "您住在哪个区？" in page.text


async def test_offices_and_short_numbers_are_found_by_name(open_city: City) -> None:
    assert "/departments/org-fund" in (await found(open_city, "公积金中心")).links
    assert "tel:12333" in (await found(open_city, "12333")).links


async def test_a_long_text_is_cut_and_answered(open_city: City) -> None:
    page = await found(open_city, "身份证丢了" * 400)
    assert len(str(page.all("input")[0]["value"])) == 200


async def test_what_was_typed_is_written_nowhere(
    open_city: City, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = "我家在林荫小区王小明"
    with caplog.at_level(logging.DEBUG):
        await found(open_city, secret)
    heard = caplog.text + "".join(capfd.readouterr())
    assert secret not in heard
    assert "王小明" not in heard


@pytest.mark.parametrize(
    ("typed", "name"),
    [("身份证", "居民身份证丢失补领"), ("jmsfz", "居民身份证首次申领"),
     ("jiehun", "结婚登记（海勃湾区）"), ("下水道", "下水道马桶疏通")],
)  # fmt: skip
async def test_suggestions_come_by_characters_pinyin_and_initials(
    open_city: City, typed: str, name: str
) -> None:
    answer = await open_city.client.get("/portal/suggest", params={"q": typed})
    names = [item["name"] for item in json.loads(answer.text)["items"]]
    assert name in names
    assert len(names) <= 8


async def test_nothing_typed_suggests_nothing(open_city: City) -> None:
    answer = await open_city.client.get("/portal/suggest", params={"q": "  "})
    assert answer.json() == {"items": []}


async def test_a_page_that_is_kept_holds_nothing_of_another_reader_s_address(
    open_city: City,
) -> None:
    first = await found(open_city, "低保", district="whose-own")
    assert any("whose-own" in link for link in first.links)
    second = await found(open_city, "低保", district="another")
    assert not any("whose-own" in link for link in second.links)
