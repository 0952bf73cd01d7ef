"""Photos of the work, sent as a browser without scripts sends them: with the step, or alone."""

import asyncio
from collections.abc import Mapping
from uuid import UUID

import httpx2

from hotline.attachments import keeping
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.move_order import move_order
from hotline.dispatch.schemas import OrderMoveIn
from hotline.dispatch.states import DonePhoto, OrderState
from hotline.tickets.notices import subject_of
from tests.vendor_pages.conftest import Street, picture

NOTHING_CHOSEN = ("", b"", "application/octet-stream")
DONE = {"move": "finish", "amount": "150"}


async def at_work(street: Street, browser: httpx2.AsyncClient) -> tuple[UUID, str]:
    """An order whose price is agreed, and the path of its page."""
    order, _ = await street.offered()
    await browser.post(f"{await street.link('sms_offer_link')}/accept")
    path = await street.link("sms_order_taken")
    for form in ({"move": "arrive"}, {"move": "quote", "amount": "150"}):
        assert (await browser.post(f"{path}/step", data=form)).status_code == 303
    return order.id, path


def taken(color: str = "red") -> tuple[str, bytes, str]:
    return ("IMG_1.JPG", picture(color), "image/jpeg")


async def report(
    browser: httpx2.AsyncClient, path: str, photo: tuple[str, bytes, str],
    form: Mapping[str, str] = DONE,
) -> httpx2.Response:  # fmt: skip
    return await browser.post(f"{path}/step", data=dict(form), files={"photo": photo})


async def files_of(street: Street, order: WorkOrder) -> int:
    async with street.database.transaction() as session:
        return len(await keeping.kept(session, subject_of(order.ticket_id)))


async def test_the_page_asks_for_the_photo_and_takes_it_with_the_step(street: Street) -> None:
    browser = street.browser()
    order_id, path = await at_work(street, browser)
    page = (await browser.get(path)).text
    assert "完工照片（必交，还差1张）" in page
    assert 'enctype="multipart/form-data"' in page
    assert (await report(browser, path, taken())).status_code == 303
    order = await street.order(order_id)
    assert (order.state, order.done_photo) == (OrderState.TO_ACCEPT, DonePhoto.GIVEN)
    assert await files_of(street, order) == 1


async def test_without_one_nothing_typed_is_lost(street: Street) -> None:
    browser = street.browser()
    order_id, path = await at_work(street, browser)
    form = {"move": "finish", "amount": "149.50"}
    answer = await report(browser, path, NOTHING_CHOSEN, form)
    assert answer.status_code == 409
    assert "缺完工照片" in answer.text
    assert 'value="149.50"' in answer.text
    assert (await street.order(order_id)).state == OrderState.IN_SERVICE


async def test_a_photo_that_came_with_a_wrong_amount_need_not_be_taken_again(
    street: Street,
) -> None:
    browser = street.browser()
    order_id, path = await at_work(street, browser)
    answer = await report(browser, path, taken(), {"move": "finish", "amount": "一百五"})
    assert (answer.status_code, "请把金额填成数字" in answer.text) == (409, True)
    assert 'value="一百五"' in answer.text
    assert "已有1张照片" in answer.text
    assert (await report(browser, path, taken())).status_code == 303
    order = await street.order(order_id)
    assert (order.state, order.photo_count) == (OrderState.TO_ACCEPT, 1)


async def test_a_form_that_is_sent_twice_brings_its_photo_once(street: Street) -> None:
    browser = street.browser()
    order_id, path = await at_work(street, browser)
    answers = await asyncio.gather(*(report(browser, path, taken()) for _ in range(2)))
    assert sorted(one.status_code for one in answers) == [303, 409]
    order = await street.order(order_id)
    assert (order.state, order.photo_count, await files_of(street, order)) == (
        OrderState.TO_ACCEPT, 1, 1,
    )  # fmt: skip


async def test_what_is_no_picture_is_refused_and_said(street: Street) -> None:
    browser = street.browser()
    order_id, path = await at_work(street, browser)
    wrong = await report(browser, path, ("a.jpg", b"MZ no picture", "image/jpeg"))
    assert (wrong.status_code, "不能作为照片" in wrong.text) == (409, True)
    paper = await report(browser, path, ("a.pdf", b"%PDF-1.4\n%%EOF", "application/pdf"))
    assert (paper.status_code, "不能作为照片" in paper.text) == (409, True)
    order = await street.order(order_id)
    assert (order.state, await files_of(street, order)) == (OrderState.IN_SERVICE, 0)


async def test_photos_sent_alone_are_counted_and_the_same_one_once(street: Street) -> None:
    browser = street.browser()
    order_id, path = await at_work(street, browser)
    for _ in range(2):
        answer = await browser.post(f"{path}/photo", files={"photo": taken()})
    assert (answer.status_code, "已经交过了" in answer.text) == (409, True)
    assert (await browser.post(f"{path}/photo", files={"photo": taken("blue")})).status_code == 303
    assert "已有2张照片" in (await browser.get(path)).text
    done = await browser.post(f"{path}/step", data=DONE)
    assert done.status_code == 303
    assert (await street.order(order_id)).done_photo == DonePhoto.GIVEN


async def test_an_owed_photo_is_asked_for_until_it_is_there(street: Street) -> None:
    browser = street.browser()
    order_id, path = await at_work(street, browser)
    async with street.database.transaction() as session:
        agent = await street.town.city.person(session, "agent")
        version = (await session.get_one(WorkOrder, order_id)).version
        wanted = OrderMoveIn(move="finish", amount=15_000, version=version)
        await move_order(session, agent, order_id, wanted)
    sent = await street.link("sms_order_photo_owed")
    assert "还欠完工照片" in (await browser.get(sent)).text
    assert "还欠完工照片" in (await browser.get(path)).text
    assert (await browser.post(f"{sent}/photo", files={"photo": taken()})).status_code == 303
    assert "还欠完工照片" not in (await browser.get(path)).text
    assert (await street.order(order_id)).done_photo == DonePhoto.GIVEN
