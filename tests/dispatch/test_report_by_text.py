"""Work is reported done by text message: the amount with it, the photo afterwards."""

import pytest

from hotline.dispatch.replies import Taken
from hotline.dispatch.report_by_text import Report, reported
from hotline.dispatch.states import DonePhoto, OrderState
from tests.dispatch.test_order_moves import desk, done, photographed, quoted, reply, texts
from tests.dispatch.town import Town


@pytest.mark.parametrize(
    ("body", "report"),
    [
        ("完工 150", Report(15_000)),
        ("完工150元。", Report(15_000)),
        (" 完工：99.5 ", Report(9_950)),
        ("修好了 80 0042", Report(8_000, "0042")),
        ("已完成，120，0042", Report(12_000, "0042")),
        ("完工 1500 元", Report(150_000)),
        ("完工 0042", Report(None, "0042")),
        ("返修完工 0042", Report(None, "0042")),
        ("完工 20260042", Report(None, "20260042")),
        ("完工 1042", Report(104_200, lone="1042")),
        ("完工", Report(None)),
        ("返修完工", Report(None)),
        ("还没完工", None),
        ("完工时间待定", None),
        ("1", None),
        ("", None),
    ],
)
def test_what_is_a_report(body: str, report: Report | None) -> None:
    assert reported(body) == report


async def test_the_order_is_done_and_owes_its_photo(town: Town) -> None:
    order = await quoted(town, 15_000)
    assert await reply(town, "完工 150", town.vendors[0].phone) is Taken.ANSWERED
    assert (order.state, order.amount_cents) == (OrderState.TO_ACCEPT, 15_000)
    assert order.done_photo == DonePhoto.OWED
    assert len(await texts(town.session, order, "sms_order_photo_owed")) == 1
    assert await reply(town, "完工 150", town.vendors[0].phone) is Taken.NOT_OURS


async def test_nobody_elses_message_reports_it(town: Town) -> None:
    order = await quoted(town, 15_000)
    assert await reply(town, "完工 150") is Taken.NOT_OURS
    assert order.state == OrderState.IN_SERVICE


@pytest.mark.parametrize(
    ("body", "answer"),
    [("完工", "sms_report_amount"), ("完工 151", "sms_report_refused"),
     ("完工 150 9999", "sms_report_which")],
)  # fmt: skip
async def test_what_cannot_be_done_is_answered(town: Town, body: str, answer: str) -> None:
    order = await quoted(town, 15_000)
    assert await reply(town, body, town.vendors[0].phone) is Taken.ANSWERED
    assert order.state == OrderState.IN_SERVICE
    assert len(await texts(town.session, order, answer)) == 1


async def test_with_the_photo_there_before_nothing_is_owed(town: Town) -> None:
    order = await quoted(town, 15_000)
    await photographed(town, order)
    await reply(town, "完工 150", town.vendors[0].phone)
    assert order.done_photo == DonePhoto.GIVEN
    assert len(await texts(town.session, order, "sms_report_taken")) == 1


async def test_of_two_orders_the_message_says_which(town: Town) -> None:
    one, two = await quoted(town, 15_000), await quoted(town, 12_000)
    vendor = town.vendors[0].phone
    await reply(town, "完工 120", vendor)
    assert {one.state, two.state} == {OrderState.IN_SERVICE}
    await reply(town, f"完工 120 {two.number[-4:]}", vendor)
    assert (one.state, two.state) == (OrderState.IN_SERVICE, OrderState.TO_ACCEPT)


async def test_rework_is_reported_without_an_amount(town: Town) -> None:
    order = await done(town)
    await reply(town, "2")
    await desk(town, order, "order_rework", note="调解：返修")
    assert await reply(town, "返修完工", town.vendors[0].phone) is Taken.ANSWERED
    assert (order.state, order.done_photo) == (OrderState.TO_ACCEPT, DonePhoto.OWED)
