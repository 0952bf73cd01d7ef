"""Who goes to an order, said on the vendor's page: one choice and one button, without scripts."""

from datetime import date

import httpx2
from sqlalchemy import update

from hotline.db import uuid7
from hotline.dispatch.models import VendorDocument, VendorWorker
from hotline.dispatch.states import PaperState
from hotline.dispatch.vetting import submit_worker
from hotline.dispatch.vetting_schemas import WorkerIn
from tests.vendor_pages.conftest import Street


async def worker(street: Street, name: str, badge: str, until: date) -> str:
    """The id of somebody of the vendor with a certificate until that day."""
    async with street.database.transaction() as session:
        person = await street.town.city.person(session, "dispatcher", "海勃湾区")
        wanted = WorkerIn(name=name, identity="11010519491231002X", badge=badge)
        made = await submit_worker(session, person, street.town.vendors[0].id, wanted)
        made.state = PaperState.VALID
        session.add(
            VendorDocument(
                id=uuid7(), vendor_id=made.vendor_id, worker_id=made.id, kind="无犯罪记录证明",
                number="8", issuer="公安分局", expires_on=until, state=PaperState.VALID,
            )
        )  # fmt: skip
        return str(made.id)


async def accepted(street: Street, browser: httpx2.AsyncClient) -> str:
    """The path of the order's own page."""
    await street.offered()
    await browser.post(f"{await street.link('sms_offer_link')}/accept")
    return await street.link("sms_order_taken")


async def sent(browser: httpx2.AsyncClient, path: str, worker_id: str) -> httpx2.Response:
    form = {"move": "send_worker", "worker": worker_id}
    return await browser.post(f"{path}/step", data=form)


async def test_a_vendor_says_who_comes_and_the_resident_is_told(street: Street) -> None:
    browser = street.browser()
    path = await accepted(street, browser)
    assert "没有可以派的人员" in (await browser.get(path)).text
    fit = await worker(street, "王小明", "A001", date(2027, 1, 1))
    await worker(street, "赵大力", "A002", date(2026, 11, 24))
    page = (await browser.get(path)).text
    assert "王**，工牌A001" in page
    assert "A002" not in page
    assert "另有1人" in page
    assert "王小明" not in page
    assert (await sent(browser, path, fit)).status_code == 303
    assert "<dd>王**，工牌A001</dd>" in (await browser.get(path)).text
    (told,) = await street.texted("sms_order_worker")
    assert (told["worker"], told["badge"]) == ("王小明", "A001")


async def test_a_choice_that_lapsed_meanwhile_or_is_none_says_so(street: Street) -> None:
    browser = street.browser()
    path = await accepted(street, browser)
    chosen = await worker(street, "王小明", "A001", date(2027, 1, 1))
    async with street.database.transaction() as session:
        await session.execute(update(VendorWorker).values(state=PaperState.REFUSED))
    lapsed = await sent(browser, path, chosen)
    assert lapsed.status_code == 409
    assert "请换人" in lapsed.text
    for nobody in ("", "x", str(uuid7())):
        assert (await sent(browser, path, nobody)).status_code == 409
    assert await street.texted("sms_order_worker") == []
