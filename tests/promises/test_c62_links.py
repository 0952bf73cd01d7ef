"""The link of an order: alone for three days, after that with the vendor's own telephone."""

from datetime import timedelta

import httpx2

from hotline import clock
from hotline.dispatch.links import OPENS_ALONE
from hotline.dispatch.states import OrderState
from tests.dispatch.conftest import WEDNESDAY
from tests.dispatch.town import ADDRESS
from tests.vendor_pages.conftest import Street, actions, now, street

__all__ = ["now", "street"]

FOURTH_DAY = WEDNESDAY + OPENS_ALONE + timedelta(hours=1)


async def test_c62_after_three_days_the_link_of_an_order_asks_for_a_code(street: Street) -> None:
    order, _ = await street.offered()
    browser = street.browser()
    await browser.post(f"{await street.link('sms_offer_link')}/accept")
    path = await street.link("sms_order_taken")
    assert ADDRESS in (await browser.get(path)).text
    with clock.stopped(FOURTH_DAY):
        found = street.browser()
        page = await found.get(path)
        assert ADDRESS not in page.text
        assert actions(page.text) == ["code"]
        assert (await found.post(f"{path}/step", data={"move": "set_out"})).status_code == 404
        assert (await street.order(order.id)).state == OrderState.ACCEPTED
        assert await _signed_in(street, found, path)
        assert ADDRESS in (await found.get(path)).text


async def _signed_in(street: Street, browser: httpx2.AsyncClient, path: str) -> bool:
    await browser.post(f"{path}/code")
    code = (await street.texted("sms_vendor_code"))[-1]["code"]
    return (await browser.post(f"{path}/sign-in", data={"code": code})).status_code == 303
