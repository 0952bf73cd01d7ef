"""An order goes from vendor to vendor until somebody accepts, or back to a person."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.dispatch import cascade, queries
from hotline.dispatch.answer_offer import Answered, By, accept_offer, decline_offer
from hotline.dispatch.models import Offer, VendorBar, VendorFile, WorkOrder, WorkOrderHistory
from hotline.dispatch.states import BarKind, OfferChannel, OfferState, OrderState
from hotline.dispatch.work import EXPIRE_OFFER, OFFER_NEXT, RING_VENDOR
from hotline.events.models import Event
from hotline.jobs.models import Job
from hotline.messages.models import OutgoingMessage
from tests.dispatch.conftest import later
from tests.dispatch.town import Town


async def jobs_of(session: AsyncSession, kind: str) -> list[Job]:
    chosen = select(Job).where(Job.kind == kind, Job.done_at.is_(None))
    return list(await session.scalars(chosen.execution_options(populate_existing=True)))


async def texts_about(session: AsyncSession, order: WorkOrder) -> list[str]:
    chosen = select(OutgoingMessage).where(OutgoingMessage.subject == f"work_order:{order.id}")
    return [one.template for one in await session.scalars(chosen.order_by(OutgoingMessage.id))]


async def decline(session: AsyncSession, offer: Offer) -> Answered:
    return await decline_offer(session, offer.id, by=By.LINK, code="busy")


async def test_an_order_begins_with_one_job_that_offers_it(staffed: Town) -> None:
    order = await staffed.order()
    assert order.state == OrderState.TO_OFFER
    assert [job.payload for job in await jobs_of(staffed.session, OFFER_NEXT)] == [
        {"order_id": str(order.id)}
    ]


async def test_an_offer_keeps_the_whole_reason_of_the_choice(staffed: Town) -> None:
    closed = await staffed.vendor(hours="Mo-Su 20:00-21:00")
    offer = await staffed.offered(await staffed.order())
    assert offer.reason["why"] == "rotation"
    assert offer.reason["unfit"] == {str(closed.id): "closed"}
    assert {one["vendor_id"] for one in offer.reason["eligible"]} == {
        str(one.id) for one in staffed.vendors[:3]
    }


async def test_an_offer_waits_ten_minutes_and_an_urgent_one_three(staffed: Town) -> None:
    calm = await staffed.offered(await staffed.order())
    urgent = await staffed.offered(await staffed.order(urgency="urgent"))
    assert (calm.expires_at, urgent.expires_at) == (later(10), later(3))
    due = {
        job.payload["offer_id"]: job.run_at for job in await jobs_of(staffed.session, EXPIRE_OFFER)
    }
    assert due == {str(calm.id): later(10), str(urgent.id): later(3)}


async def test_silence_passes_the_order_to_the_next_vendor(staffed: Town) -> None:
    order = await staffed.order()
    first = await staffed.offered(order)
    with clock.stopped(later(9)):
        await cascade.expire_offer(staffed.session, first.id)
    assert first.state == OfferState.OPEN
    with clock.stopped(later(10)):
        await cascade.expire_offer(staffed.session, first.id)
        assert (first.state, order.state) == (OfferState.EXPIRED, OrderState.TO_OFFER)
        second = await staffed.offered(order)
    assert second.vendor_id != first.vendor_id
    assert second.turn == 2


async def test_a_step_of_the_cascade_that_runs_twice_is_made_once(staffed: Town) -> None:
    order = await staffed.order()
    first = await staffed.offered(order)
    assert await cascade.offer_next(staffed.session, order.id) is None
    with clock.stopped(later(11)):
        await cascade.expire_offer(staffed.session, first.id)
        await cascade.expire_offer(staffed.session, first.id)
    names = [one.move for one in await history(staffed.session, order)]
    assert names == [None, "offer", "time_out"]
    assert await texts_about(staffed.session, order) == ["sms_offer_link"]


async def history(session: AsyncSession, order: WorkOrder) -> list[WorkOrderHistory]:
    chosen = select(WorkOrderHistory).where(WorkOrderHistory.order_id == order.id)
    return list(await session.scalars(chosen.order_by(WorkOrderHistory.id)))


async def test_whoever_accepts_has_the_order_and_both_sides_are_told(staffed: Town) -> None:
    order = await staffed.order()
    offer = await staffed.offered(order)
    assert await accept_offer(staffed.session, offer.id, by=By.LINK) is Answered.WON
    assert (order.state, order.vendor_id) == (OrderState.ACCEPTED, offer.vendor_id)
    assert (order.list_min_cents, order.list_max_cents) == (8_000, 20_000)
    assert await texts_about(staffed.session, order) == [
        "sms_offer_link", "sms_order_taken", "sms_order_accepted",
    ]  # fmt: skip
    assert await jobs_of(staffed.session, EXPIRE_OFFER) == []


async def test_the_same_answer_twice_changes_nothing(staffed: Town) -> None:
    order = await staffed.order()
    offer = await staffed.offered(order)
    for _ in range(2):
        assert await accept_offer(staffed.session, offer.id, by=By.LINK) is Answered.WON
    assert await decline(staffed.session, offer) is Answered.OVER
    assert [one.move for one in await history(staffed.session, order)] == [None, "offer", "accept"]


async def test_a_declined_offer_cannot_be_accepted_afterwards(staffed: Town) -> None:
    order = await staffed.order()
    offer = await staffed.offered(order)
    assert await decline(staffed.session, offer) is Answered.DECLINED
    assert await decline(staffed.session, offer) is Answered.DECLINED
    assert await accept_offer(staffed.session, offer.id, by=By.LINK) is Answered.OVER
    assert order.state == OrderState.TO_OFFER
    assert offer.decline_code == "busy"


async def test_a_late_answer_loses_to_whoever_is_being_asked_now(staffed: Town) -> None:
    order = await staffed.order()
    late = await staffed.offered(order)
    with clock.stopped(later(10)):
        await cascade.expire_offer(staffed.session, late.id)
        asked = await staffed.offered(order)
        assert await accept_offer(staffed.session, late.id, by=By.LINK) is Answered.OVER
        assert await accept_offer(staffed.session, asked.id, by=By.LINK) is Answered.WON
    assert order.vendor_id == asked.vendor_id


async def test_a_late_answer_is_welcome_while_nobody_has_the_order(town: Town) -> None:
    await town.vendor()
    order = await town.order()
    only = await town.offered(order)
    with clock.stopped(later(10)):
        await cascade.expire_offer(town.session, only.id)
        assert await cascade.offer_next(town.session, order.id) is None
        assert order.state == OrderState.UNPLACED
        assert await accept_offer(town.session, only.id, by=By.LINK) is Answered.WON
    assert order.state == OrderState.ACCEPTED


async def test_an_order_that_nobody_takes_goes_to_a_person_with_the_story(staffed: Town) -> None:
    order = await staffed.order()
    for _ in range(3):
        await decline(staffed.session, await staffed.offered(order))
    assert await cascade.offer_next(staffed.session, order.id) is None
    assert order.state == OrderState.UNPLACED
    alarms = await staffed.session.scalars(select(Event).where(Event.name == "alarm.raised"))
    assert [(one.payload["kind"], one.payload["ticket_id"]) for one in alarms] == [
        ("unplaced", str(order.ticket_id))
    ]
    told = await staffed.session.scalars(select(Event).where(Event.name == "ticket.commented"))
    assert sum("拒单" in one.payload["item"]["note"] for one in told) == 1
    assert (await texts_about(staffed.session, order))[-1] == "sms_order_unplaced"


async def test_an_order_without_any_vendor_goes_to_a_person_at_once(town: Town) -> None:
    order = await town.order()
    assert await cascade.offer_next(town.session, order.id) is None
    assert order.state == OrderState.UNPLACED


async def test_three_silences_in_a_row_cool_a_vendor_down_for_a_day(town: Town) -> None:
    vendor = await town.vendor()
    for _ in range(3):
        await decline(town.session, await town.offered(await town.order()))
    file = await town.session.get_one(VendorFile, vendor.id, populate_existing=True)
    assert file.cooling_until == later(24 * 60)
    assert await cascade.offer_next(town.session, (await town.order()).id) is None
    with clock.stopped(later(24 * 60 + 1)):
        await town.offered(await town.order())


async def test_an_acceptance_ends_the_row_of_silences(town: Town) -> None:
    vendor = await town.vendor()
    for answer in (decline, decline, None, decline, decline):
        offer = await town.offered(await town.order())
        if answer is None:
            await accept_offer(town.session, offer.id, by=By.SMS)
        else:
            await answer(town.session, offer)
    file = await town.session.get_one(VendorFile, vendor.id, populate_existing=True)
    assert (file.silent_turns, file.cooling_until) == (2, None)


async def test_a_vendor_that_may_only_be_rung_is_rung_by_a_job(town: Town) -> None:
    await town.vendor(phone="0473-000-4001")
    offer = await town.offered(await town.order())
    assert offer.channel == OfferChannel.CALL
    assert [job.payload for job in await jobs_of(town.session, RING_VENDOR)] == [
        {"offer_id": str(offer.id)}
    ]
    assert offer.sent_at is None


async def test_a_vendor_may_be_asked_by_text_that_it_answers(town: Town) -> None:
    await town.asked_by(await town.vendor(), "sms_reply")
    order = await town.order()
    offer = await town.offered(order)
    assert await texts_about(town.session, order) == ["sms_offer_reply"]
    assert offer.message_id is not None


async def test_one_resident_may_bar_a_vendor_for_themselves_only(town: Town) -> None:
    vendor = await town.vendor()
    order = await town.order()
    town.session.add(
        VendorBar(vendor_id=vendor.id, kind=BarKind.RESIDENT, resident_blind=order.caller_blind,
                  reason_code="unwanted", reason="不愿再用")
    )  # fmt: skip
    await town.session.flush()
    assert await cascade.offer_next(town.session, order.id) is None
    other = await town.order(caller_number="13900002222")
    await town.offered(other)


async def test_whoever_was_suspended_meanwhile_cannot_accept(staffed: Town) -> None:
    order = await staffed.order()
    offer = await staffed.offered(order)
    vendor = next(one for one in staffed.vendors if one.id == offer.vendor_id)
    vendor.silenced_at = clock.now()
    await staffed.session.flush()
    assert await accept_offer(staffed.session, offer.id, by=By.LINK) is Answered.OVER
    assert order.state == OrderState.OFFERED


async def test_whose_paper_is_gone_meanwhile_cannot_accept(staffed: Town) -> None:
    order = await staffed.order()
    offer = await staffed.offered(order)
    vendor = next(one for one in staffed.vendors if one.id == offer.vendor_id)
    vendor.vetting = [one for one in vendor.vetting if one["document"] != "责任保险"]
    await staffed.session.flush()
    assert await accept_offer(staffed.session, offer.id, by=By.LINK) is Answered.OVER
    assert order.state == OrderState.OFFERED


async def test_turns_go_round(staffed: Town) -> None:
    winners = []
    for _ in range(9):
        offer = await staffed.offered(await staffed.order())
        await accept_offer(staffed.session, offer.id, by=By.LINK)
        winners.append(offer.vendor_id)
    assert {winners.count(one.id) for one in staffed.vendors} == {3}


async def test_the_queries_know_what_is_open(staffed: Town) -> None:
    order = await staffed.order()
    offer = await staffed.offered(order)
    open_now = await queries.open_offers_of_vendor(staffed.session, offer.vendor_id)
    assert [(one.id, of.id) for one, of in open_now] == [(offer.id, order.id)]
