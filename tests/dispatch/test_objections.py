"""Objections to a firm on public notice: each is answered before the city approves, and one that
holds keeps the firm out."""

import pytest
from sqlalchemy import func, select

from hotline import clock
from hotline.db import uuid7
from hotline.dispatch import vetting, vetting_present
from hotline.dispatch.errors import (
    NoticeOver,
    ObjectionAnswered,
    ObjectionsFull,
    ObjectionsOpen,
    ObjectionUpheld,
    PapersLacking,
    SamePerson,
)
from hotline.dispatch.models import VendorObjection, VendorReview
from hotline.dispatch.objections import MOST, answer_objection, by_number, object_to
from hotline.dispatch.states import ObjectionState, ReviewState
from hotline.dispatch.vetting_schemas import VendorIn
from hotline.errors import InvalidInput, NotFound
from hotline.messages.models import OutgoingMessage
from hotline.vault import vault_of
from tests.dispatch.conftest import later
from tests.dispatch.test_vetting import FIRM, WEEK, city, district, review_of
from tests.dispatch.town import Town

WORDS = "这家去年在我家多收了三百元"
PHONE = "13900008888"


async def noticed(town: Town) -> VendorReview:
    """A firm that the district has collected."""
    person = await district(town)
    firm = await vetting.apply_vendor(town.session, person, VendorIn.model_validate(FIRM))
    review = await review_of(town, firm.id)
    return await vetting.collect(town.session, person, review.id, note="已上门看过")


async def objected(
    town: Town, review: VendorReview, words: str = WORDS, phone: str | None = None
) -> VendorObjection:
    return await object_to(town.session, review.city_id, review.id, words=words, phone=phone)


async def answered(
    town: Town, review: VendorReview, one: VendorObjection, *,
    is_upheld: bool = False, answer: str = "已核实，费用经您同意。",
) -> None:  # fmt: skip
    await answer_objection(
        town.session, await city(town), review.id, one.id, is_upheld=is_upheld, answer=answer
    )


async def texted(town: Town) -> list[str]:
    chosen = select(OutgoingMessage.template).where(
        OutgoingMessage.template.startswith("sms_objection")
    )
    return list(await town.session.scalars(chosen))


async def test_the_city_approves_nobody_while_an_objection_is_open(town: Town) -> None:
    review = await noticed(town)
    one = await objected(town, review)
    with clock.stopped(later(WEEK)):
        with pytest.raises(ObjectionsOpen):
            await vetting.approve(town.session, await city(town), review.id)
        await answered(town, review, one)
        with pytest.raises(PapersLacking):
            await vetting.approve(town.session, await city(town), review.id)


async def test_an_objection_that_holds_keeps_the_firm_out(town: Town) -> None:
    review = await noticed(town)
    one = await objected(town, review)
    await answered(town, review, one, is_upheld=True, answer="查实多收。")
    with clock.stopped(later(WEEK)):
        with pytest.raises(ObjectionUpheld):
            await vetting.approve(town.session, await city(town), review.id)
        await vetting.refuse(town.session, await city(town), review.id, reason="查实多收费用")
    assert review.state == ReviewState.REFUSED


async def test_reviewers_see_what_was_said_masked(town: Town) -> None:
    review = await noticed(town)
    await objected(town, review, "负责人电话13911112222，卖过假证", PHONE)
    shown = await vetting_present.review(town.session, review)
    (one,) = shown.objections
    assert one.words == "负责人电话139****2222，卖过假证"
    assert (one.state, one.wants_answer) == (ObjectionState.OPEN, True)


async def test_whoever_left_a_telephone_is_answered_there_and_it_goes(town: Town) -> None:
    review = await noticed(town)
    one = await objected(town, review, phone=PHONE)
    sealed = one.phone_sealed
    assert sealed is not None
    opened = vault_of(town.session).open(
        sealed, table="vendor_objection", column="phone", row=one.id
    )
    assert opened == f"+86{PHONE}"
    await answered(town, review, one)
    assert one.phone_sealed is None
    assert await texted(town) == ["sms_objection_dismissed"]
    silent = await objected(town, review, "还有一件事")
    await answered(town, review, silent)
    assert len(await texted(town)) == 1


async def test_a_telephone_that_waits_for_an_answer_is_found_by_whoever_has_it(town: Town) -> None:
    review = await noticed(town)
    one = await objected(town, review, phone=PHONE)
    await objected(town, review, "还有一件事")
    assert await by_number(town.session, f"+86{PHONE}") == [one]
    assert await by_number(town.session, "+8613900000000") == []
    await answered(town, review, one)
    assert await by_number(town.session, f"+86{PHONE}") == []


async def test_refusing_the_firm_answers_whoever_objected(town: Town) -> None:
    review = await noticed(town)
    one = await objected(town, review, phone=PHONE)
    await vetting.refuse(town.session, await city(town), review.id, reason="证照不实")
    assert (one.state, one.answer) == (ObjectionState.UPHELD, "证照不实")
    assert await texted(town) == ["sms_objection_upheld"]


async def test_the_same_words_again_change_nothing(town: Town) -> None:
    review = await noticed(town)
    assert await objected(town, review) is await objected(town, review)
    assert await town.session.scalar(select(func.count()).select_from(VendorObjection)) == 1


async def test_an_objection_is_answered_once_and_not_by_whoever_collected(town: Town) -> None:
    review = await noticed(town)
    one = await objected(town, review)
    review.collected_by_id = (boss := await city(town)).account_id
    await town.session.flush()
    with pytest.raises(SamePerson):
        await answer_objection(
            town.session, boss, review.id, one.id, is_upheld=False, answer="不成立"
        )
    review.collected_by_id = None
    await town.session.flush()
    await answered(town, review, one)
    with pytest.raises(ObjectionAnswered):
        await answered(town, review, one, is_upheld=True)


async def test_nothing_is_said_after_the_notice_or_about_what_is_not_there(town: Town) -> None:
    review = await noticed(town)
    with clock.stopped(later(WEEK)), pytest.raises(NoticeOver):
        await objected(town, review)
    with pytest.raises(NotFound):
        await object_to(town.session, review.city_id, uuid7(), words=WORDS, phone=None)
    with pytest.raises(InvalidInput):
        await objected(town, review, phone="没有")
    stranger = await town.city.person(town.session, "city_supervisor")
    with pytest.raises(NotFound):
        await answer_objection(
            town.session, stranger, review.id, uuid7(), is_upheld=False, answer="不成立"
        )


async def test_a_flood_ends(town: Town) -> None:
    review = await noticed(town)
    town.session.add_all(
        VendorObjection(id=uuid7(), review_id=review.id, words=str(number))
        for number in range(MOST)
    )
    await town.session.flush()
    with pytest.raises(ObjectionsFull):
        await objected(town, review)


async def test_a_telephone_that_is_told_later_joins_the_same_words(town: Town) -> None:
    review = await noticed(town)
    first = await objected(town, review)
    again = await objected(town, review, phone=PHONE)
    assert again.id == first.id
    assert again.phone_sealed is not None
    await answered(town, review, again)
    assert await texted(town)
