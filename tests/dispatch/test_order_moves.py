"""The life of an accepted order: steps, quotes, the resident's word, the ticket beside it."""

from typing import Any

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.dispatch import actors, cascade
from hotline.dispatch.answer_offer import By, accept_offer
from hotline.dispatch.errors import AmountAboveQuote, OrderMoveNotNow, OrderMoveNotYours
from hotline.dispatch.models import WorkOrder, WorkOrderHistory
from hotline.dispatch.move_order import confirm_quote, make_move, move_by_vendor, move_order
from hotline.dispatch.open_order import Wishes, add_to_order, amend_order, order_service
from hotline.dispatch.order_notices import said_when
from hotline.dispatch.order_photos import note_photo
from hotline.dispatch.replies import Taken, take_reply
from hotline.dispatch.schemas import OrderMoveIn, OrderPatch
from hotline.dispatch.states import Consent, OrderState
from hotline.dispatch.watch_order import watch_order
from hotline.errors import IllegalMove, InvalidInput, NotFound, StaleVersion
from hotline.messages.models import OutgoingMessage
from hotline.tickets.models import Ticket
from hotline.tickets.states import Status
from hotline.vault import vault_of
from tests.dispatch.conftest import later
from tests.dispatch.town import ADDRESS, RESIDENT, UNBLOCK, Town


async def accepted(town: Town, **given: Any) -> WorkOrder:
    if not town.vendors:
        await town.vendor()
    order = await town.order(**given)
    offer = await town.offered(order)
    await accept_offer(town.session, offer.id, by=By.LINK)
    return order


async def step(town: Town, order: WorkOrder, move: str, **given: Any) -> WorkOrder:
    """The vendor's next step, on its page."""
    vendor = next(one for one in town.vendors if one.id == order.vendor_id)
    wanted = OrderMoveIn.model_validate({"move": move, "version": order.version, **given})
    return await move_by_vendor(town.session, actors.vendor(vendor.id, vendor.name), order.id,
                                wanted)  # fmt: skip


async def desk(town: Town, order: WorkOrder, move: str, **given: Any) -> WorkOrder:
    person = await town.city.person(town.session, "agent")
    wanted = OrderMoveIn.model_validate({"move": move, "version": order.version, **given})
    return await move_order(town.session, person, order.id, wanted)


async def quoted(town: Town, amount: int, **given: Any) -> WorkOrder:
    order = await accepted(town, **given)
    await step(town, order, "set_out")
    await step(town, order, "arrive")
    return await step(town, order, "quote", amount=amount, note="换管件")


async def done(town: Town, amount: int = 15_000) -> WorkOrder:
    order = await quoted(town, amount)
    await photographed(town, order)
    return await step(town, order, "finish", amount=amount)


async def photographed(town: Town, order: WorkOrder) -> None:
    vendor = next(one for one in town.vendors if one.id == order.vendor_id)
    await note_photo(town.session, actors.vendor(vendor.id, vendor.name), order)


async def texts(session: AsyncSession, order: WorkOrder, template: str) -> list[dict[str, str]]:
    """What filled the messages of a template."""
    chosen = select(OutgoingMessage).where(
        OutgoingMessage.subject == f"work_order:{order.id}", OutgoingMessage.template == template
    )
    vault = vault_of(session)
    return [
        orjson.loads(
            vault.open(one.params_sealed, table="outgoing_message", column="params", row=one.id)
        )
        for one in await session.scalars(chosen.order_by(OutgoingMessage.id))
    ]


async def reply(town: Town, body: str, sender: str = RESIDENT) -> Taken:
    return await take_reply(town.session, sender=f"+86{sender}", body=body)


async def test_the_vendor_is_told_address_and_number_only_with_consent(town: Town) -> None:
    told = (await texts(town.session, await accepted(town), "sms_order_taken"))[0]
    assert (told["address"], told["phone"]) == (ADDRESS, f"+86{RESIDENT}")
    refused = await accepted(town, consent=Consent.REFUSED)
    assert await texts(town.session, refused, "sms_order_taken") == []
    bridged = (await texts(town.session, refused, "sms_order_taken_bridged"))[0]
    assert bridged["phone"] == ""
    assert RESIDENT not in str(bridged)


async def test_a_quote_within_the_list_holds_at_once(town: Town) -> None:
    order = await quoted(town, 20_000)
    assert (order.state, order.quote_basis) == (OrderState.IN_SERVICE, "within_list")
    assert await texts(town.session, order, "sms_quote_code") == []


async def test_a_quote_above_the_list_needs_the_residents_code(town: Town) -> None:
    order = await quoted(town, 26_000)
    assert order.state == OrderState.QUOTED
    sent = (await texts(town.session, order, "sms_quote_code"))[0]
    assert sent["amount"] == "260元"
    wrong = "000000" if sent["code"] != "000000" else "111111"
    assert not await confirm_quote(town.session, order.id, wrong)
    assert order.state == OrderState.QUOTED
    assert await confirm_quote(town.session, order.id, sent["code"])
    assert (order.state, order.quote_basis) == (OrderState.IN_SERVICE, "code")


async def test_five_wrong_codes_use_the_code_up(town: Town) -> None:
    order = await quoted(town, 26_000)
    code = (await texts(town.session, order, "sms_quote_code"))[0]["code"]
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert not await confirm_quote(town.session, order.id, wrong)
    assert not await confirm_quote(town.session, order.id, code)


async def test_a_new_quote_makes_the_code_of_the_old_one_worthless(town: Town) -> None:
    order = await quoted(town, 26_000)
    old = (await texts(town.session, order, "sms_quote_code"))[0]["code"]
    await step(town, order, "quote", amount=90_000, note="换整段管道")
    assert len(await texts(town.session, order, "sms_quote_code")) == 2
    new = (await texts(town.session, order, "sms_quote_code"))[1]["code"]
    if old != new:
        assert not await confirm_quote(town.session, order.id, old)
    assert await confirm_quote(town.session, order.id, new)
    assert order.quote_cents == 90_000


async def test_a_vendor_cannot_agree_for_the_resident(town: Town) -> None:
    order = await quoted(town, 26_000)
    with pytest.raises(OrderMoveNotYours):
        await step(town, order, "confirm_quote", code="123456")
    with pytest.raises(IllegalMove):
        await step(town, order, "finish", amount=26_000)


async def test_an_elders_great_quote_is_confirmed_by_a_person_only(town: Town) -> None:
    order = await quoted(town, 60_000, is_elder=True)
    assert await texts(town.session, order, "sms_quote_code") == []
    assert len(await texts(town.session, order, "sms_quote_guarded")) == 1
    await desk(town, order, "confirm_by_call", note="已与其女儿通话确认")
    assert (order.state, order.quote_basis) == (OrderState.IN_SERVICE, "agent")


async def test_nothing_is_charged_above_what_was_agreed(town: Town) -> None:
    order = await quoted(town, 15_000)
    with pytest.raises(AmountAboveQuote):
        await step(town, order, "finish", amount=15_001)


async def test_the_resident_accepts_pays_and_rates_by_text_message(town: Town) -> None:
    order = await done(town)
    assert await reply(town, "1") is Taken.ANSWERED
    assert order.state == OrderState.TO_PAY
    assert order.warranty_until == later(30 * 24 * 60)
    await step(town, order, "pay")
    assert (order.state, order.paid_at) == (OrderState.COMPLETED, later(0))
    assert await reply(town, "5") is Taken.ANSWERED
    assert (order.state, order.rating) == (OrderState.RATED, 5)
    assert await reply(town, "1") is Taken.NOT_OURS


async def test_the_ticket_is_answered_and_closed_with_the_order(town: Town) -> None:
    order = await done(town)
    await reply(town, "1")
    await step(town, order, "pay")
    ticket = await town.session.get_one(Ticket, order.ticket_id, populate_existing=True)
    assert ticket.status == Status.CLOSED


async def test_work_that_nobody_objects_to_is_accepted_after_three_days(town: Town) -> None:
    order = await done(town)
    with clock.stopped(later(71 * 60)):
        await watch_order(town.session, order.id)
        assert order.state == OrderState.TO_ACCEPT
    with clock.stopped(later(72 * 60)):
        await watch_order(town.session, order.id)
        assert order.state == OrderState.TO_PAY


async def test_an_objection_freezes_the_order_until_somebody_settles_it(town: Town) -> None:
    order = await done(town)
    assert await reply(town, "2") is Taken.ANSWERED
    assert (order.state, order.before_dispute) == (OrderState.DISPUTED, "to_accept")
    with pytest.raises(IllegalMove):
        await step(town, order, "pay")
    await desk(town, order, "order_rework", note="调解：返修")
    await photographed(town, order)
    await step(town, order, "finish_rework")
    await reply(town, "1")
    assert (order.state, order.rework_count) == (OrderState.TO_PAY, 1)


async def test_warranty_is_owed_for_thirty_days(town: Town) -> None:
    order = await done(town)
    await reply(town, "1")
    await step(town, order, "pay")
    with clock.stopped(later(31 * 24 * 60)), pytest.raises(OrderMoveNotNow):
        await desk(town, order, "claim_warranty", note="又堵了")
    with clock.stopped(later(29 * 24 * 60)):
        await desk(town, order, "claim_warranty", note="又堵了")
        assert order.state == OrderState.REWORK
        await photographed(town, order)
        await step(town, order, "finish_rework")
        await reply(town, "1")
        assert order.state == OrderState.COMPLETED


async def test_a_vendor_that_withdraws_is_not_asked_again(town: Town) -> None:
    order = await accepted(town)
    first = order.vendor_id
    await town.vendor()
    await step(town, order, "withdraw", reason_code="busy")
    assert (order.state, order.vendor_id) == (OrderState.TO_OFFER, None)
    offer = await town.offered(order)
    assert offer.vendor_id != first


async def test_a_desk_reassigns_to_a_vendor_of_its_choice(town: Town) -> None:
    order = await accepted(town)
    other = await town.vendor()
    await town.vendor()
    await desk(town, order, "reassign", reason_code="vendor_late", vendor_id=str(other.id))
    offer = await town.offered(order)
    assert (offer.vendor_id, offer.reason["why"]) == (other.id, "own_choice")
    assert len(await texts(town.session, order, "sms_order_lost")) == 1


async def test_an_order_is_the_vendors_that_holds_it_and_no_others(town: Town) -> None:
    order = await accepted(town)
    other = await town.vendor()
    wanted = OrderMoveIn(move="arrive", version=order.version)
    with pytest.raises(NotFound):
        await move_by_vendor(town.session, actors.vendor(other.id, other.name), order.id, wanted)


async def test_a_cancelled_order_is_offered_to_nobody(town: Town) -> None:
    await town.vendor()
    order = await town.order()
    offer = await town.offered(order)
    await desk(town, order, "cancel", reason_code="not_needed")
    assert (order.state, offer.state) == (OrderState.CANCELLED, "withdrawn")
    assert await cascade.offer_next(town.session, order.id) is None


async def test_a_desk_tells_what_a_vendor_said_by_telephone(town: Town) -> None:
    await town.vendor()
    order = await town.order()
    offer = await town.offered(order)
    await desk(town, order, "accept")
    assert (order.state, order.vendor_id) == (OrderState.ACCEPTED, offer.vendor_id)
    assert (offer.state, offer.answered_by) == ("accepted", "desk")


async def test_a_stale_version_and_a_missing_reason_are_refused(town: Town) -> None:
    order = await accepted(town)
    person = await town.city.person(town.session, "agent")
    stale = OrderMoveIn(move="cancel", version=order.version - 1, reason_code="not_needed")
    with pytest.raises(StaleVersion):
        await move_order(town.session, person, order.id, stale)
    with pytest.raises(InvalidInput):
        await desk(town, order, "cancel")


async def test_another_districts_order_is_not_there(town: Town) -> None:
    order = await accepted(town)
    stranger = await town.city.person(town.session, "dispatcher", "海南区")
    wanted = OrderMoveIn(move="cancel", version=order.version, reason_code="not_needed")
    with pytest.raises(NotFound):
        await move_order(town.session, stranger, order.id, wanted)


async def test_every_move_is_kept_with_who_and_why(town: Town) -> None:
    order = await accepted(town)
    await desk(town, order, "cancel", reason_code="found_other", note="打电话13812345678说不用了")
    rows = list(
        await town.session.scalars(
            select(WorkOrderHistory)
            .where(WorkOrderHistory.order_id == order.id)
            .order_by(WorkOrderHistory.id)
        )
    )
    assert [(one.actor_kind, one.move) for one in rows] == [
        ("hotline", None), ("hotline", "offer"), ("vendor", "accept"), ("staff", "cancel"),
    ]  # fmt: skip
    last = rows[-1]
    assert (last.from_state, last.to_state, last.reason_code) == (
        "accepted", "cancelled", "found_other",
    )  # fmt: skip
    assert last.note is not None
    assert "13812345678" not in last.note


async def test_what_is_said_later_is_added_until_somebody_accepts(town: Town) -> None:
    await town.vendor()
    order = await town.order()
    hotline = await town.hotline()
    await add_to_order(town.session, hotline, order.ticket_id, address="乌达区巴音赛街9号")
    assert order.address_masked is not None
    person = await town.city.person(town.session, "agent")
    patch = OrderPatch(version=order.version, consent=Consent.REFUSED)
    await amend_order(town.session, person, order.id, patch)
    assert (order.consent, order.consent_how) == ("refused", "agent")
    offer = await town.offered(order)
    await accept_offer(town.session, offer.id, by=By.LINK)
    with pytest.raises(IllegalMove):
        await amend_order(
            town.session, person, order.id, OrderPatch(version=order.version, is_elder=True)
        )


async def test_the_portals_form_opens_ticket_and_order_in_one(town: Town) -> None:
    vendor = await town.vendor()
    wishes = Wishes(
        needs="厨房堵了", caller_number="13900009999", address="海勃湾区人民路1号",
        consent=Consent.GIVEN, consent_how="portal", chosen_vendor_id=vendor.id,
    )  # fmt: skip
    order = await order_service(
        town.session, await town.hotline(), entry_id=UNBLOCK, district="海勃湾区", wishes=wishes
    )
    ticket = await town.session.get_one(Ticket, order.ticket_id)
    assert (ticket.entry_key, order.service, order.consent_how) == (UNBLOCK, "管道疏通", "portal")
    assert (await town.offered(order)).reason["why"] == "own_choice"


async def test_a_vendor_answers_by_text_message(town: Town) -> None:
    vendor = await town.asked_by(await town.vendor(), "sms_reply")
    order = await town.order()
    await town.offered(order)
    assert await reply(town, "1", vendor.phone) is Taken.ANSWERED
    assert order.vendor_id == vendor.id
    before = order.version
    assert await reply(town, "1", vendor.phone) is Taken.ANSWERED
    assert order.version == before


async def test_a_vendor_with_two_offers_says_which(town: Town) -> None:
    vendor = await town.asked_by(await town.vendor(), "sms_reply")
    one, two = await town.order(), await town.order()
    await town.offered(one)
    await town.offered(two)
    assert await reply(town, "1", vendor.phone) is Taken.UNCLEAR
    assert await reply(town, f"2 {one.number[-4:]}", vendor.phone) is Taken.ANSWERED
    assert (one.state, two.state) == (OrderState.TO_OFFER, OrderState.OFFERED)


async def test_make_move_is_for_those_who_hold_the_order(town: Town) -> None:
    order = await done(town)
    with pytest.raises(OrderMoveNotYours):
        await make_move(
            town.session, actors.hotline(), order,
            OrderMoveIn(move="dispute", version=order.version, note="无"),
        )  # fmt: skip


async def test_an_appointment_is_read_out_as_people_say_it(town: Town) -> None:
    await town.vendor()
    order = await town.order(appointment_at=later(5 * 60 + 30))
    assert said_when(order) == "11月25日下午3点30分"
    order.appointment_at = later(60)
    assert said_when(order) == "11月25日上午11点"


async def test_an_order_can_be_voided_after_its_ticket_was_archived(town: Town) -> None:
    order = await done(town)
    await reply(town, "2")
    ticket = await town.session.get_one(Ticket, order.ticket_id)
    ticket.status = Status.ARCHIVED
    await town.session.flush()
    await desk(town, order, "void", reason_code="complaint", note="退款并取消")
    assert order.state == OrderState.CANCELLED
