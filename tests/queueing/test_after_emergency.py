"""Whoever told of an emergency is called later: did help come?"""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import queries as calls
from hotline.calls.models import Call
from hotline.conversation.effects import carry_out
from hotline.conversation.talk import NoteEmergency, Talk
from hotline.conversation.wording import Wording
from hotline.db import Database
from hotline.events.models import Event
from hotline.jobs.models import Job
from hotline.queueing import callbacks, queries
from hotline.queueing.models import Callback, CallbackKind, CallbackStatus, Priority
from hotline.queueing.part import call_over
from hotline.queueing.work import CALL_BACK
from tests.queueing.test_line import ring

Nodes = tuple[Database, Database]
FIRE = NoteEmergency("119", (), "着火了")


async def tell(session: AsyncSession, call: Call, effect: NoteEmergency = FIRE) -> None:
    await carry_out(session, call, Talk(), effect, Wording())


async def owed(session: AsyncSession) -> Callback:
    return (await session.scalars(select(Callback))).one()


async def end(session: AsyncSession, call_id: UUID | None) -> None:
    call = await calls.call_under_lock(session, call_id or UUID(int=0))
    assert call is not None
    await call_over(session, call)


@pytest.mark.parametrize(
    ("line", "after"), [("119", timedelta(minutes=30)), ("12356", timedelta(hours=2))]
)
async def test_a_call_is_owed_once_the_line_of_the_emergency_has_been_rung(
    sample: Nodes, line: str, after: timedelta
) -> None:
    now = clock.now()
    with clock.stopped(now):
        async with sample[0].transaction() as session:
            await tell(session, await ring(session, 1), NoteEmergency(line, (), "救命"))
            callback = await owed(session)
            assert (callback.kind, callback.due_at) == (CallbackKind.EMERGENCY, now + after)
            job = (await session.scalars(select(Job).where(Job.kind == CALL_BACK))).one()
            assert job.run_at == now + after


async def test_who_gives_up_waiting_after_an_emergency_is_called_at_once(sample: Nodes) -> None:
    start = clock.now()
    async with sample[0].transaction() as session:
        call = await ring(session, 1)
        await tell(session, call)
    with clock.stopped(start + timedelta(seconds=40)):
        async with sample[0].transaction() as session:
            await end(session, call.id)
            callback = await owed(session)
            assert callback.due_at == clock.now() + callbacks.FIRST_AFTER
            assert callback.kind == CallbackKind.EMERGENCY


async def test_who_is_on_the_line_of_the_emergency_still_is_called_later(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        call = await ring(session, 1)
        await tell(session, call)
        callback = await owed(session)
    with clock.stopped(callback.due_at):
        async with sample[0].transaction() as session:
            await callbacks.call_back(session, callback.id)
            again = await owed(session)
            assert again.status == CallbackStatus.DUE
            assert again.due_at == clock.now() + callbacks.AGAIN_AFTER


async def test_it_comes_before_who_waits_and_asks_for_no_rating(sample: Nodes) -> None:
    start = clock.now()
    async with sample[0].transaction() as session:
        call = await ring(session, 1)
        await tell(session, call)
        await call_over(session, call)
    async with sample[0].transaction() as session:
        callback = await owed(session)
        await callbacks.call_back(session, callback.id)
        assert callback.outbound_id is not None
        entry = await queries.open_entry(session, callback.outbound_id)
        assert entry is not None
        assert entry.priority == Priority.RETURNED.rank
        assert entry.entered_at >= start
        outbound = await session.get_one(Call, callback.outbound_id)
        assert outbound.ticket_ids == call.ticket_ids
        assert await queries.follows_emergency(session, outbound.id)
        assert not await queries.follows_emergency(session, call.id)


async def test_who_cannot_be_reached_is_a_supervisors_matter(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        call = await ring(session, 1)
        await tell(session, call)
        await call_over(session, call)
    for _ in range(callbacks.MOST_ATTEMPTS):
        async with sample[0].transaction() as session:
            callback = await owed(session)
            await callbacks.call_back(session, callback.id)
            await end(session, callback.outbound_id)
    async with sample[0].transaction() as session:
        assert (await owed(session)).status == CallbackStatus.GIVEN_UP
        chosen = (
            select(Event).where(Event.name == "alarm.raised").order_by(Event.created_at, Event.id)
        )
        alarms = [event.payload for event in await session.scalars(chosen)]
        assert [alarm["kind"] for alarm in alarms] == ["emergency", "emergency"]
        assert alarms[-1]["ticket_id"] == call.ticket_ids[-1]
        assert "没有接通" in alarms[-1]["text"]


async def rings_again(session: AsyncSession, first: Call) -> Call:
    again = await ring(session, 2)
    again.from_blind = first.from_blind
    return again


async def test_a_place_may_be_kept_although_a_call_is_owed_later(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        first = await ring(session, 1)
        await tell(session, first)
        await call_over(session, first)
        again = await rings_again(session, first)
        assert await callbacks.keep_place(session, again)
        callback = await owed(session)
        assert (callback.call_id, callback.status) == (first.id, CallbackStatus.WAITING)
        assert callback.kind == CallbackKind.EMERGENCY
        outbound = await session.get_one(Call, callback.outbound_id)
        assert outbound.ticket_ids == first.ticket_ids != []


async def test_who_gives_up_an_ordinary_call_is_asked_of_the_emergency_sooner(
    sample: Nodes,
) -> None:
    start = clock.now()
    async with sample[0].transaction() as session:
        first = await ring(session, 1)
        await tell(session, first)
        queue_id = (await owed(session)).queue_id
        again = await rings_again(session, first)
    with clock.stopped(start + timedelta(seconds=40)):
        async with sample[0].transaction() as session:
            await end(session, again.id)
            callback = await owed(session)
            assert (callback.call_id, callback.queue_id) == (first.id, queue_id)
            assert callback.due_at == clock.now() + callbacks.FIRST_AFTER
            assert callback.kind == CallbackKind.EMERGENCY


async def test_a_message_left_does_not_take_the_place_of_an_emergencys_call(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        call = await ring(session, 1)
        await tell(session, call)
        await callbacks.forgive(session, call)
        assert (await owed(session)).status == CallbackStatus.DUE


async def test_a_message_left_takes_the_place_of_an_ordinary_call(sample: Nodes) -> None:
    start = clock.now()
    async with sample[0].transaction() as session:
        call = await ring(session, 1)
    with clock.stopped(start + timedelta(seconds=40)):
        async with sample[0].transaction() as session:
            await end(session, call.id)
            assert (await owed(session)).kind == CallbackKind.MISSED
            await callbacks.forgive(session, call)
            assert (await owed(session)).status == CallbackStatus.CANCELED


async def test_an_emergency_is_owed_although_an_ordinary_call_is_owed_sooner(
    sample: Nodes,
) -> None:
    start = clock.now()
    async with sample[0].transaction() as session:
        plain = await ring(session, 1)
    with clock.stopped(start + timedelta(seconds=40)):
        async with sample[0].transaction() as session:
            await end(session, plain.id)
            (await owed(session)).attempts = 1
            urgent = await rings_again(session, plain)
            await tell(session, urgent)
            callback = await owed(session)
            due_at = clock.now() + callbacks.AFTER_EMERGENCY
            assert (callback.kind, callback.call_id) == (CallbackKind.EMERGENCY, urgent.id)
            assert (callback.due_at, callback.attempts) == (due_at, 0)
            job = (await session.scalars(select(Job).where(Job.kind == CALL_BACK))).one()
            assert job.run_at == due_at


async def test_a_place_in_line_becomes_urgent_by_an_emergency(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        plain = await ring(session, 1)
        assert await callbacks.keep_place(session, plain)
        await tell(session, await rings_again(session, plain))
        callback = await owed(session)
        assert (callback.kind, callback.call_id) == (CallbackKind.EMERGENCY, plain.id)
        assert callback.status == CallbackStatus.WAITING


@pytest.mark.parametrize(
    ("which", "status"), [(0, CallbackStatus.WAITING), (1, CallbackStatus.CANCELED)]
)
async def test_only_a_later_talk_takes_the_place_of_an_emergencys_call(
    sample: Nodes, which: int, status: CallbackStatus
) -> None:
    start = clock.now()
    async with sample[0].transaction() as session:
        first = await ring(session, 1)
        await tell(session, first)
        talks = [first, await rings_again(session, first)]
        talks[which].answered_at = start + timedelta(seconds=30)
        await call_over(session, first)
    async with sample[0].transaction() as session:
        callback = await owed(session)
        await callbacks.call_back(session, callback.id)
        assert callback.status == status
