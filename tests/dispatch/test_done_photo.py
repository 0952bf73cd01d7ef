"""Work is reported done with a photo, where its category asks for one."""

from uuid import UUID

import pytest
from sqlalchemy import select

from hotline.directory.models import DirectoryEntry
from hotline.dispatch.done_photo import photos_asked, photos_lacking, reported_with
from hotline.dispatch.errors import PhotoMissing
from hotline.dispatch.models import WorkOrderHistory
from hotline.dispatch.queries import Filters, page
from hotline.dispatch.states import DonePhoto, OrderState
from hotline.errors import InvalidInput
from tests.dispatch.test_order_moves import desk, done, photographed, quoted, reply, step, texts
from tests.dispatch.town import Town

REPAIR, CARE, ERRAND = "综合修理/水电管道", "家政/养老与陪诊", "代购代理/跑腿采买"


@pytest.mark.parametrize(
    ("category", "asked"),
    [("综合修理", 1), (REPAIR, 1), ("家政/保洁", 1), ("家政", 1), (CARE, 0),
     ("家政/保姆与母婴", 0), (ERRAND, 0), ("", 0), ("家政服务", 0)],
)  # fmt: skip
def test_repair_and_housekeeping_ask_for_a_photo_and_care_of_people_does_not(
    category: str, asked: int
) -> None:
    assert photos_asked(category) == asked
    assert photos_lacking(category, 0) == asked
    assert photos_lacking(category, 2) == 0


@pytest.mark.parametrize(
    ("category", "given", "told", "excused", "kept"),
    [
        (REPAIR, 1, False, False, DonePhoto.GIVEN),
        (REPAIR, 0, False, False, None),
        (REPAIR, 0, False, True, None),
        (ERRAND, 0, False, False, DonePhoto.UNASKED),
        (REPAIR, 1, True, True, DonePhoto.GIVEN),
        (REPAIR, 0, True, False, DonePhoto.OWED),
        (REPAIR, 0, True, True, DonePhoto.EXCUSED),
        (CARE, 0, True, False, DonePhoto.UNASKED),
    ],
)
def test_what_is_kept_of_the_photo(
    category: str, given: int, told: bool, excused: bool, kept: DonePhoto | None
) -> None:
    assert reported_with(category, given, is_told=told, is_excused=excused) is kept


@pytest.mark.parametrize("more", [{}, {"photo_excuse": "居民不让拍"}])
async def test_a_vendor_reports_nothing_done_without_a_photo(
    town: Town, more: dict[str, str]
) -> None:
    order = await quoted(town, 15_000)
    with pytest.raises(PhotoMissing):
        await step(town, order, "finish", amount=15_000, **more)


async def test_with_a_photo_it_is_done(town: Town) -> None:
    order = await done(town)
    assert (order.state, order.done_photo) == (OrderState.TO_ACCEPT, DonePhoto.GIVEN)
    assert await texts(town.session, order, "sms_order_photo_owed") == []


async def test_told_by_telephone_the_photo_is_owed_asked_for_and_brought(town: Town) -> None:
    order = await quoted(town, 15_000)
    await desk(town, order, "finish", amount=15_000)
    assert (order.state, order.done_photo) == (OrderState.TO_ACCEPT, DonePhoto.OWED)
    (asked,) = await texts(town.session, order, "sms_order_photo_owed")
    assert asked["link"].startswith("/v/")
    await reply(town, "1")
    assert (order.state, order.done_photo) == (OrderState.TO_PAY, DonePhoto.OWED)
    assert await owing(town) == [order.id]
    await photographed(town, order)
    assert order.done_photo == DonePhoto.GIVEN
    assert await owing(town) == []
    last = (await history(town, order.id))[-1]
    assert (last.actor_kind, last.to_state, last.note) == ("vendor", "to_pay", "补交了完工照片。")


async def test_a_desk_says_why_there_is_none_at_once(town: Town) -> None:
    order = await quoted(town, 15_000)
    told = {"note": "电话报完工", "photo_excuse": "居民不同意拍照"}
    await desk(town, order, "finish", amount=15_000, **told)
    assert order.done_photo == DonePhoto.EXCUSED
    assert await texts(town.session, order, "sms_order_photo_owed") == []
    last = (await history(town, order.id))[-1]
    assert last.note == "电话报完工\n没有完工照片：居民不同意拍照"


async def test_or_later_with_a_reason(town: Town) -> None:
    order = await quoted(town, 15_000)
    await desk(town, order, "finish", amount=15_000)
    with pytest.raises(InvalidInput):
        await desk(town, order, "excuse_photo")
    await desk(town, order, "excuse_photo", photo_excuse="手机坏了，已回访居民")
    assert (order.state, order.done_photo) == (OrderState.TO_ACCEPT, DonePhoto.EXCUSED)


async def test_rework_is_shown_by_a_photo_of_its_own(town: Town) -> None:
    order = await done(town)
    await reply(town, "2")
    await desk(town, order, "order_rework", note="调解：返修")
    assert (order.photo_count, order.done_photo) == (0, DonePhoto.UNASKED)
    with pytest.raises(PhotoMissing):
        await step(town, order, "finish_rework")


async def test_care_of_a_person_is_done_without_any(town: Town) -> None:
    entry = (await town.session.scalars(select(DirectoryEntry))).one()
    entry.category = CARE
    order = await quoted(town, 15_000)
    await step(town, order, "finish", amount=15_000)
    assert (order.state, order.done_photo) == (OrderState.TO_ACCEPT, DonePhoto.UNASKED)


async def history(town: Town, order_id: UUID) -> list[WorkOrderHistory]:
    chosen = select(WorkOrderHistory).where(WorkOrderHistory.order_id == order_id)
    return list(await town.session.scalars(chosen.order_by(WorkOrderHistory.id)))


async def owing(town: Town) -> list[UUID]:
    """As the board lists them."""
    person = await town.city.person(town.session, "dispatcher", "海勃湾区")
    found = await page(town.session, person, Filters(owes_photo=True), after=None, limit=10)
    return [one.id for one in found]
