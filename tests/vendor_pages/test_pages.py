"""Offers, orders and a vendor's own pages, as a browser without scripts meets them."""

import asyncio
import re

import httpx2
import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.directory.models import Vendor
from hotline.dispatch.links import make_link
from hotline.dispatch.models import VendorLink, WorkOrderHistory
from hotline.dispatch.standing_bars import bar_vendor
from hotline.dispatch.standing_schemas import BarIn
from hotline.dispatch.states import Consent, LinkPurpose, OrderState
from hotline.dispatch.vendor_people import add_person, end_person
from hotline.vendor_pages.money import cents_typed, quantity_typed
from tests.dispatch.conftest import later
from tests.dispatch.town import ADDRESS, RESIDENT
from tests.vendor_pages.conftest import Street, actions, picture

WRONG = "/v/" + "x" * 32


async def accepted(street: Street, browser: httpx2.AsyncClient, **given: object) -> str:
    """The path of the order's own page."""
    await street.offered(**given)
    offer = await street.link("sms_offer_link")
    answer = await browser.post(f"{offer}/accept")
    assert answer.status_code == 303
    return await street.link("sms_order_taken")


async def steps_of(street: Street) -> int:
    async with street.database.transaction() as session:
        return await session.scalar(select(func.count()).select_from(WorkOrderHistory)) or 0


async def press(browser: httpx2.AsyncClient, path: str, **form: str) -> httpx2.Response:
    return await browser.post(f"{path}/step", data=form)


async def test_an_offer_shows_the_work_but_nothing_personal(street: Street) -> None:
    await street.offered()
    page = await street.browser().get(await street.link("sms_offer_link"))
    assert page.status_code == 200
    assert "管道疏通" in page.text
    assert "海勃湾区" in page.text
    assert "阳光小区" not in page.text
    assert RESIDENT not in page.text
    assert actions(page.text) == ["accept", "decline"]


async def test_twenty_previews_of_a_link_change_nothing(street: Street) -> None:
    order, _ = await street.offered()
    browser, link = street.browser(), await street.link("sms_offer_link")
    before = await steps_of(street)
    for _ in range(20):
        assert (await browser.get(link)).status_code == 200
        assert (await browser.get(f"{link}/accept")).status_code in (404, 405)
    assert await steps_of(street) == before
    assert (await street.order(order.id)).version == order.version


async def test_two_presses_at_once_accept_once(street: Street) -> None:
    order, _ = await street.offered()
    browser, link = street.browser(), await street.link("sms_offer_link")
    answers = await asyncio.gather(*(browser.post(f"{link}/accept") for _ in range(2)))
    assert {one.status_code for one in answers} == {303}
    assert (await street.order(order.id)).state == OrderState.ACCEPTED
    assert len(await street.texted("sms_order_taken")) == 1


async def test_declining_needs_a_reason(street: Street) -> None:
    order, _ = await street.offered()
    browser, link = street.browser(), await street.link("sms_offer_link")
    assert (await browser.post(f"{link}/decline")).status_code == 409
    assert (await browser.post(f"{link}/decline", data={"reason_code": "x"})).status_code == 409
    assert (await browser.post(f"{link}/decline", data={"reason_code": "busy"})).status_code == 303
    assert (await street.order(order.id)).state == OrderState.TO_OFFER


async def test_an_offer_that_has_run_out_says_so(street: Street) -> None:
    await street.offered()
    link = await street.link("sms_offer_link")
    with clock.stopped(later(11)):
        page = await street.browser().get(link)
        assert "超时" in page.text
        assert (await street.browser().post(f"{link}/accept")).status_code == 409


async def test_the_order_page_leads_through_every_step(street: Street) -> None:
    browser = street.browser()
    path = await accepted(street, browser)
    page = (await browser.get(path)).text
    assert ADDRESS in page
    assert f'href="tel:{RESIDENT}"' in page
    for move in ("set_out", "arrive"):
        assert (await press(browser, path, move=move)).status_code == 303
    quoted = await press(browser, path, move="quote", amount="260", quantity="1", note="换管件")
    assert quoted.status_code == 303
    code = (await street.texted("sms_quote_code"))[-1]["code"]
    wrong = "000000" if code != "000000" else "111111"
    refused = await press(browser, path, move="code", code=wrong)
    assert refused.status_code == 409
    assert "验证码不对" in refused.text
    assert (await press(browser, path, move="code", code=code)).status_code == 303
    dear = await press(browser, path, move="finish", amount="261")
    assert "不能高于" in dear.text
    bare = await press(browser, path, move="finish", amount="259.50")
    assert "缺完工照片" in bare.text
    assert 'value="259.50"' in bare.text
    files = {"photo": ("done.jpg", picture("red"), "image/jpeg")}
    done = {"move": "finish", "amount": "260.00"}
    assert (await browser.post(f"{path}/step", data=done, files=files)).status_code == 303
    assert "等居民验收" in (await browser.get(path)).text


async def test_a_quote_above_the_list_needs_an_explanation(street: Street) -> None:
    browser = street.browser()
    path = await accepted(street, browser)
    await press(browser, path, move="arrive")
    assert (await press(browser, path, move="quote", amount="900")).status_code == 409
    assert (await press(browser, path, move="quote", amount="一百")).status_code == 409
    assert (await press(browser, path, move="quote", amount="150")).status_code == 303
    assert "服务中" in (await browser.get(path)).text


async def test_a_vendor_cannot_press_what_is_not_its_to_press(street: Street) -> None:
    browser = street.browser()
    path = await accepted(street, browser)
    for move in ("accept_work", "confirm_by_call", "rate", "cancel", "reassign", "nonsense"):
        answer = await press(browser, path, move=move, reason_code="busy", note="x", amount="1")
        assert answer.status_code == 409
    assert "已接单" in (await browser.get(path)).text


async def test_without_consent_the_number_is_not_shown_and_the_hotline_connects(
    street: Street,
) -> None:
    await street.offered(consent=Consent.REFUSED)
    browser = street.browser()
    await browser.post(f"{await street.link('sms_offer_link')}/accept")
    path = await street.link("sms_order_taken_bridged")
    page = (await browser.get(path)).text
    assert RESIDENT not in page
    assert "call" in actions(page)
    assert (await browser.post(f"{path}/call")).status_code == 303


async def test_an_orders_link_opens_that_order_alone(street: Street) -> None:
    browser = street.browser()
    path = await accepted(street, browser)
    other, _ = await street.offered()
    assert (await browser.get(f"{path}/orders/{other.id}")).status_code == 404
    assert (await browser.post(f"{path}/accept")).status_code == 404
    assert (await browser.post(f"{path}/sign-in", data={"code": "1"})).status_code == 404


async def test_an_order_that_was_lost_is_closed_to_its_vendor(street: Street) -> None:
    browser = street.browser()
    path = await accepted(street, browser)
    answer = await press(browser, path, move="withdraw", reason_code="busy")
    assert answer.status_code == 303
    assert (await browser.get(path)).status_code == 404


async def test_unknown_and_old_links_open_nothing(street: Street) -> None:
    browser = street.browser()
    assert (await browser.get(WRONG)).status_code == 404
    path = await accepted(street, browser)
    with clock.stopped(later(46 * 24 * 60)):
        assert (await browser.get(path)).status_code == 404


async def test_tokens_are_kept_as_hashes_and_have_192_bits(street: Street) -> None:
    await street.offered()
    token = (await street.link("sms_offer_link")).removeprefix("/v/")
    assert len(token) == 32
    async with street.database.transaction() as session:
        link = (await session.scalars(select(VendorLink))).one()
    assert (len(link.token_hash), link.purpose) == (32, LinkPurpose.OFFER)
    assert token.encode() not in link.token_hash


async def test_a_foreign_page_cannot_press_a_button(street: Street) -> None:
    order, _ = await street.offered()
    link = await street.link("sms_offer_link")
    answer = await street.browser().post(f"{link}/accept", headers={"Origin": "https://evil.test"})
    assert answer.status_code == 403
    assert (await street.order(order.id)).state == OrderState.OFFERED


async def signed_in(street: Street) -> tuple[httpx2.AsyncClient, str]:
    """A browser on the vendor's own pages, and their path."""
    browser = street.browser()
    path = await accepted(street, browser)
    home = (await browser.post(f"{path}/home")).headers["location"]
    assert (await browser.post(f"{home}/code")).status_code == 200
    code = (await street.texted("sms_vendor_code"))[-1]["code"]
    answer = await browser.post(f"{home}/sign-in", data={"code": code})
    assert answer.status_code == 303
    return browser, home


async def test_the_vendors_own_pages_need_a_code(street: Street) -> None:
    browser, home = await signed_in(street)
    page = (await browser.get(home)).text
    assert "今天的派单" in page
    assert ADDRESS in page
    stranger = await street.browser().get(home)
    assert ADDRESS not in stranger.text
    assert actions(stranger.text) == ["code"]


async def test_a_dispatcher_signs_in_by_an_own_telephone_and_is_named(street: Street) -> None:
    order, _ = await street.offered()
    vendor = street.town.vendors[0]
    async with street.database.transaction() as session:
        desk = await street.town.city.person(session, "dispatcher", "海勃湾区")
        person = await add_person(session, desk, vendor.id, name="李小红", phone="13955556666")
        link = f"/v/{await make_link(session, vendor.id, LinkPurpose.HOME)}"
    browser = street.browser()
    assert "139****6666" in (await browser.get(link)).text
    await browser.post(f"{link}/code", data={"person": str(person.id)})
    code = (await street.texted("sms_vendor_code"))[-1]["code"]
    as_registered = await browser.post(f"{link}/sign-in", data={"code": code, "person": ""})
    assert as_registered.status_code == 422
    form = {"code": code, "person": str(person.id)}
    assert (await browser.post(f"{link}/sign-in", data=form)).status_code == 303
    offer = re.search(rf"{link}/offers/[0-9a-f-]+", (await browser.get(link)).text)
    assert offer is not None
    assert (await browser.post(f"{offer[0]}/accept")).status_code == 303
    async with street.database.transaction() as session:
        chosen = select(WorkOrderHistory).where(WorkOrderHistory.move == "accept")
        row = (await session.scalars(chosen)).one()
        assert (row.order_id, row.actor_name) == (order.id, f"{vendor.name}（李**）")
        await end_person(session, desk, vendor.id, person.id)
    assert actions((await browser.get(link)).text) == ["code"]


async def test_a_wrong_code_opens_nothing_and_five_use_it_up(street: Street) -> None:
    browser = street.browser()
    path = await accepted(street, browser)
    home = (await browser.post(f"{path}/home")).headers["location"]
    await browser.post(f"{home}/code")
    code = (await street.texted("sms_vendor_code"))[-1]["code"]
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert (await browser.post(f"{home}/sign-in", data={"code": wrong})).status_code == 422
    assert (await browser.post(f"{home}/sign-in", data={"code": code})).status_code == 422


async def test_codes_are_sent_five_an_hour(street: Street) -> None:
    browser = street.browser()
    path = await accepted(street, browser)
    home = (await browser.post(f"{path}/home")).headers["location"]
    for _ in range(7):
        await browser.post(f"{home}/code")
    assert len(await street.texted("sms_vendor_code")) == 5


async def test_codes_that_are_asked_for_side_by_side_are_five_an_hour_too(street: Street) -> None:
    browser = street.browser()
    path = await accepted(street, browser)
    home = (await browser.post(f"{path}/home")).headers["location"]
    await asyncio.gather(*[browser.post(f"{home}/code") for _ in range(9)])
    assert len(await street.texted("sms_vendor_code")) == 5


async def test_a_vendor_works_from_its_own_pages(street: Street) -> None:
    browser, home = await signed_in(street)
    page = (await browser.get(home)).text
    order = re.findall(r'href="(/v/[^"]+/orders/[^"]+)"', page)[0]
    assert (await press(browser, order, move="arrive")).status_code == 303
    assert "已上门" in (await browser.get(order)).text
    await street.offered()
    offer = re.findall(r'href="(/v/[^"]+/offers/[^"]+)"', (await browser.get(home)).text)[0]
    assert (await browser.post(f"{offer}/accept")).status_code == 303
    assert len(re.findall("/orders/", (await browser.get(home)).text)) == 2


async def test_a_vendor_objects_once_to_what_was_decided_about_it(street: Street) -> None:
    browser, home = await signed_in(street)
    async with street.database.transaction() as session:
        supervisor = await street.town.city.person(session, "city_supervisor")
        until = later(10 * 24 * 60)
        bar = BarIn(kind="suspension", reason_code="late", reason="三次迟到", until=until)
        barred = await bar_vendor(session, supervisor, street.town.vendors[0].id, bar)
    page = (await browser.get(home)).text
    assert "暂停派单" in page
    assert "三次迟到" in page
    form = {"subject": "bar", "subject_id": str(barred.id), "note": "当天大雪封路"}
    assert (await browser.post(f"{home}/appeal", data=form)).status_code == 303
    assert "申诉已收到" in (await browser.get(home)).text
    assert (await browser.post(f"{home}/appeal", data=form)).status_code == 409
    stranger = street.browser()
    assert (await stranger.post(f"{home}/appeal", data=form)).status_code == 404


async def test_browsers_name_our_own_origin_with_a_form(street: Street) -> None:
    """`no-referrer` would make it `null`, and no button would work."""
    await street.offered()
    page = await street.browser().get(await street.link("sms_offer_link"))
    assert page.headers["referrer-policy"] == "same-origin"


async def test_signing_out_ends_it(street: Street) -> None:
    browser, home = await signed_in(street)
    cookies = dict(browser.cookies)
    await browser.post(f"{home}/sign-out")
    again = street.browser()
    again.cookies.update(cookies)
    assert ADDRESS not in (await again.get(home)).text


async def test_no_page_needs_a_script(street: Street) -> None:
    browser, home = await signed_in(street)
    for path in (home, await street.link("sms_order_taken"), await street.link("sms_offer_link")):
        page = await browser.get(path)
        assert "<script" not in page.text
        assert "no-store" in page.headers["cache-control"]


@pytest.mark.parametrize(
    ("typed", "cents"),
    [("120", 12_000), (" 120.5 ", 12_050), ("120元", 12_000), ("0", 0), ("１２０", 12_000),
     ("-1", None), ("1.234", None), ("abc", None), ("", None), ("1e9", None), ("NaN", None)],
)  # fmt: skip
def test_money_as_people_type_it(typed: str, cents: int | None) -> None:
    assert cents_typed(typed) == cents


def test_a_quantity_is_more_than_nothing() -> None:
    assert [quantity_typed(one) for one in ("2", "1.5", "0", "x", "1e9")] == [
        2.0, 1.5, None, None, None,
    ]  # fmt: skip


async def test_a_paper_that_a_service_asks_for_and_that_is_missing_is_named(
    street: Street,
) -> None:
    browser, home = await signed_in(street)
    assert "未提交" not in (await browser.get(home)).text
    async with street.database.transaction() as session:
        vendor = await session.get_one(Vendor, street.town.vendors[0].id)
        vendor.vetting = [one for one in vendor.vetting if one["document"] != "责任保险"]
    page = (await browser.get(home)).text
    assert "责任保险，未提交；需要它的服务暂不派单" in page
    assert "营业执照，有效期至2036-12-31" in page
