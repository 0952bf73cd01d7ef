"""Fifty vendors at once: decided by the order's row, in real transactions."""

import asyncio
from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from hotline import clock
from hotline.db import Database
from hotline.dispatch import cascade
from hotline.dispatch.answer_offer import Answered, By, accept_offer
from hotline.dispatch.models import Offer, WorkOrder, WorkOrderHistory
from hotline.dispatch.replies import Taken, take_reply
from hotline.dispatch.states import OfferState, OrderState
from hotline.jobs.models import Job
from hotline.messages.models import OutgoingMessage
from tests.dispatch.town import RESIDENT, build_town

FIFTY = 50


async def test_fifty_vendors_accept_one_order_at_once_and_one_has_it(database: Database) -> None:
    """All were asked and none answered in time; the order waits for whoever is first."""
    async with database.transaction() as session:
        town = await build_town(session)
        vendors = [await town.vendor() for _ in range(FIFTY)]
        order = await town.order()
        order.state = OrderState.UNPLACED
        offers = [
            Offer(order_id=order.id, vendor_id=one.id, turn=turn, channel="sms_link", reason={},
                  state=OfferState.EXPIRED, expires_at=clock.now())
            for turn, one in enumerate(vendors, 1)
        ]  # fmt: skip
        session.add_all(offers)

    async def accept(offer: Offer) -> Answered:
        async with database.transaction() as session:
            return await accept_offer(session, offer.id, by=By.LINK)

    gate = asyncio.Semaphore(8)

    async def rushed(offer: Offer) -> Answered:
        async with gate:
            return await accept(offer)

    answers = Counter(await asyncio.gather(*(rushed(one) for one in offers)))
    assert answers == {Answered.WON: 1, Answered.OVER: FIFTY - 1}
    async with database.transaction() as session:
        held = await session.get_one(WorkOrder, order.id)
        won = list(await session.scalars(select(Offer).where(Offer.state == OfferState.ACCEPTED)))
        moves = await session.scalars(
            select(WorkOrderHistory.move).where(WorkOrderHistory.move == "accept")
        )
        told = await session.scalars(
            select(OutgoingMessage).where(OutgoingMessage.template == "sms_order_taken")
        )
        assert [one.vendor_id for one in won] == [held.vendor_id]
        assert (len(list(moves)), len(list(told))) == (1, 1)


async def test_fifty_answers_to_one_open_offer_are_one_change(database: Database) -> None:
    async with database.transaction() as session:
        town = await build_town(session)
        await town.vendor()
        offer = await town.offered(await town.order())

    async def accept() -> Answered:
        async with database.transaction() as session:
            return await accept_offer(session, offer.id, by=By.LINK)

    gate = asyncio.Semaphore(8)

    async def rushed() -> Answered:
        async with gate:
            return await accept()

    assert set(await asyncio.gather(*(rushed() for _ in range(FIFTY)))) == {Answered.WON}
    async with database.transaction() as session:
        order = await session.get_one(WorkOrder, offer.order_id)
        moves = await session.scalars(select(WorkOrderHistory.move))
        assert [one for one in moves if one] == ["offer", "accept"]
        assert order.state == OrderState.ACCEPTED


async def test_an_answer_and_its_time_out_at_once_leave_one_outcome(database: Database) -> None:
    async with database.transaction() as session:
        town = await build_town(session)
        await town.vendor()
        offer = await town.offered(await town.order())

    async def accept() -> None:
        async with database.transaction() as session:
            await accept_offer(session, offer.id, by=By.LINK)

    async def expire() -> None:
        with clock.stopped(clock.now() + timedelta(minutes=10)):
            async with database.transaction() as session:
                await cascade.expire_offer(session, offer.id)

    await asyncio.gather(accept(), expire())
    async with database.transaction() as session:
        order = await session.get_one(WorkOrder, offer.order_id)
        settled = await session.get_one(Offer, offer.id)
        waiting = await session.scalars(
            select(Job).where(Job.kind == "dispatch.offer_next", Job.done_at.is_(None))
        )
        is_won = settled.state == OfferState.ACCEPTED
        assert order.state == (OrderState.ACCEPTED if is_won else OrderState.TO_OFFER)
        assert len(list(waiting)) == (0 if is_won else 1)


async def test_two_messages_of_a_resident_at_once_are_one_acceptance(database: Database) -> None:
    async with database.transaction() as session:
        town = await build_town(session)
        await town.vendor()
        order = await town.order()
        order.state, order.quote_cents, order.amount_cents = OrderState.TO_ACCEPT, 9_000, 9_000
        order.vendor_id = town.vendors[0].id

    async def say() -> Taken:
        async with database.transaction() as session:
            return await take_reply(session, sender=f"+86{RESIDENT}", body="1")

    taken = Counter(await asyncio.gather(*(say() for _ in range(4))))
    assert taken[Taken.ANSWERED] == 1
    async with database.transaction() as session:
        assert (await session.get_one(WorkOrder, order.id)).state == OrderState.TO_PAY


async def test_two_workers_with_the_same_step_make_one_offer(database: Database) -> None:
    async with database.transaction() as session:
        town = await build_town(session)
        for _ in range(3):
            await town.vendor()
        order = await town.order()

    async def offer() -> None:
        async with database.transaction() as session:
            await cascade.offer_next(session, order.id)

    await asyncio.gather(*(offer() for _ in range(6)))
    async with database.transaction() as session:
        assert len(list(await session.scalars(select(Offer)))) == 1


async def test_a_step_that_is_cut_off_leaves_nothing_and_is_made_again(database: Database) -> None:
    """What a `kill -9` in the middle of a transaction leaves behind: the state before it."""
    async with database.transaction() as session:
        town = await build_town(session)
        await town.vendor()
        order = await town.order()
    for _ in range(2):
        try:
            async with database.transaction() as session:
                await cascade.offer_next(session, order.id)
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass
    async with database.transaction() as session:
        assert list(await session.scalars(select(Offer))) == []
        assert list(await session.scalars(
            select(OutgoingMessage).where(OutgoingMessage.template == "sms_offer_link")
        )) == []  # fmt: skip
        offer = await cascade.offer_next(session, order.id)
        assert offer is not None
        assert offer.turn == 1
