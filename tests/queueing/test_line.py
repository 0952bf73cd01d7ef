"""The waiting line in the database: who gets a call, who is seen by whom, what is counted."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.accounts.models import Account
from hotline.accounts.roles import SCOPES
from hotline.accounts.roles import Role as Job
from hotline.agents import queries as seats
from hotline.agents import service as agents
from hotline.agents.models import Presence, Seat
from hotline.calls import queries as calls
from hotline.calls import service as call_service
from hotline.calls.models import Call, CallStatus
from hotline.db import Database
from hotline.errors import Conflict
from hotline.organizations import queries as organizations
from hotline.principal import Principal
from hotline.queueing import callbacks, offers, queries
from hotline.queueing.distribute import distribute
from hotline.queueing.enter_line import enter_line
from hotline.queueing.lines import show_line
from hotline.queueing.models import Callback, CallbackStatus, Offer, OfferState, QueueEntry
from hotline.queueing.part import call_over
from tests.city import City

Nodes = tuple[Database, Database]
NUMBER = "+8613900001{:03}"


async def ring(session: AsyncSession, number: int, *, district: str | None = None) -> Call:
    """A caller who has asked for a person."""
    organization = await organizations.organization_by_number(session, "+86473114")
    assert organization is not None
    call, _ = await call_service.receive_call(
        session, organization, provider_sid=f"CA{number}", caller=NUMBER.format(number),
        called="+86473114",
    )  # fmt: skip
    if district is not None:
        node = await organizations.district_node(session, organization.id, district)
        await call_service.set_district(session, call, node)
    await call_service.put_in_line(session, call, "agents")
    await enter_line(session, call)
    return call


async def principal_of(session: AsyncSession, account: Account) -> Principal:
    subtree = await organizations.subtree_ids(session, account.organization_id)
    return Principal(
        account.id, account.display_name, SCOPES[Job.AGENT], account.organization_id, subtree
    )


async def sit_down(session: AsyncSession, username: str, state: str = "ready") -> Principal:
    account = await session.scalar(select(Account).where(Account.username == username))
    assert account is not None
    principal = await principal_of(session, account)
    await agents.set_presence(session, principal, Presence(state), None)
    return principal


async def hire(session: AsyncSession, count: int) -> list[Principal]:
    """More agents of the city, all ready."""
    one = await session.scalar(select(Account).where(Account.username == "agent-1"))
    assert one is not None
    hired = []
    for number in range(count):
        account = Account(
            username=f"hired-{number}", display_name=f"话务员{number}", duty="service",
            password_hash=one.password_hash, organization_id=one.organization_id,
        )  # fmt: skip
        session.add(account)
        await session.flush()
        principal = await principal_of(session, account)
        await agents.set_presence(session, principal, Presence.READY, None)
        hired.append(principal)
    return hired


class Race:
    """Everybody takes every call, from two nodes; what each of them was told."""

    def __init__(self, nodes: Nodes) -> None:
        self.told: Counter[str] = Counter()
        self._nodes = nodes
        self._gate = asyncio.Semaphore(12)

    async def run(self, hall: list[Principal], lot: list[Call]) -> None:
        pairs = [(principal, call.id) for call in lot for principal in hall]
        await asyncio.gather(*(self._attempt(n, *pair) for n, pair in enumerate(pairs)))

    async def _attempt(self, number: int, principal: Principal, call_id: UUID) -> None:
        async with self._gate:
            try:
                async with self._nodes[number % 2].transaction() as session:
                    await offers.accept(session, principal, call_id)
                self.told["won"] += 1
            except Conflict as conflict:
                self.told[conflict.code] += 1


async def test_one_agent_wins_a_call_that_many_take_at_once(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        hall = await hire(session, 20)
        lot = [await ring(session, number) for number in range(10)]
    race = Race(sample)
    await race.run(hall, lot)
    assert race.told["won"] == len(lot)
    assert race.told.total() == len(lot) * len(hall)
    assert set(race.told) == {"won", "call_taken", "not_ready"}
    async with sample[0].transaction() as session:
        made = (await session.scalars(select(Offer))).all()
        winners = {offer.account_id for offer in made}
        assert Counter(offer.call_id for offer in made) == Counter(call.id for call in lot)
        assert len(winners) == len(lot)
        reserved = await session.scalars(select(Seat.account_id).where(Seat.leg_id.is_not(None)))
        assert set(reserved) == winners


async def test_whoever_comes_too_late_is_told_without_waiting_for_the_call(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        winner, late = await hire(session, 2)
        call = await ring(session, 0)
    async with sample[0].transaction() as session:
        await offers.accept(session, winner, call.id)
    async with sample[0].transaction() as session:
        assert await calls.call_under_lock(session, call.id)
        async with sample[1].transaction() as other:
            await other.execute(text("SET LOCAL lock_timeout = '1ms'"))
            with pytest.raises(offers.CallTaken):
                await offers.accept(other, late, call.id)


async def test_two_nodes_that_distribute_at_once_offer_each_call_once(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        await hire(session, 6)
        lot = [await ring(session, number) for number in range(10)]
        city_id = lot[0].city_id
    await asyncio.gather(*(distribute(node, city_id) for node in sample * 2))
    async with sample[0].transaction() as session:
        made = (await session.scalars(select(Offer))).all()
        assert len(made) == 6
        assert {offer.call_id for offer in made} == {call.id for call in lot[:6]}
        assert len({offer.account_id for offer in made}) == 6


async def test_the_longest_idle_gets_the_first_caller(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        first = await sit_down(session, "agent-2")
    async with sample[0].transaction() as session:
        await sit_down(session, "agent-1")
        call = await ring(session, 1)
    await distribute(sample[0], call.city_id)
    async with sample[0].transaction() as session:
        offer = await queries.ringing_offer(session, call.id)
        assert offer is not None
        assert offer.account_id == first.account_id


async def test_a_districts_caller_is_taken_by_its_own_desk_first(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        await sit_down(session, "agent-1")
    async with sample[0].transaction() as session:
        own = await sit_down(session, "agent-6")
        call = await ring(session, 1, district="乌达区")
    await distribute(sample[0], call.city_id)
    async with sample[0].transaction() as session:
        offer = await queries.ringing_offer(session, call.id)
        assert offer is not None
        assert offer.account_id == own.account_id


async def test_a_districts_caller_overflows_to_the_city_where_the_desk_is_empty(
    sample: Nodes,
) -> None:
    async with sample[0].transaction() as session:
        other = await sit_down(session, "agent-1")
        call = await ring(session, 1, district="海南区")
    await distribute(sample[0], call.city_id)
    async with sample[0].transaction() as session:
        offer = await queries.ringing_offer(session, call.id)
        assert offer is not None
        assert offer.account_id == other.account_id


async def test_the_citys_callers_overflow_to_a_district_after_a_while(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        await sit_down(session, "agent-1", "ready")
        await sit_down(session, "agent-6")
        first, second = await ring(session, 1), await ring(session, 2)
    await distribute(sample[0], first.city_id)
    async with sample[0].transaction() as session:
        assert await queries.ringing_offer(session, second.id) is None
        await session.execute(
            text("UPDATE queue_entry SET entered_at = entered_at - interval '25 s'")
        )
    await distribute(sample[0], first.city_id)
    async with sample[0].transaction() as session:
        offer = await queries.ringing_offer(session, second.id)
        assert offer is not None
        seat = await seats.seat_of(session, offer.account_id)
        assert seat is not None
        assert seat.organization_id != first.city_id


async def test_a_caller_who_hangs_up_frees_the_agent_who_was_asked(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        agent = await sit_down(session, "agent-1")
        call = await ring(session, 1)
    await distribute(sample[0], call.city_id)
    async with sample[0].transaction() as session:
        locked = await calls.call_under_lock(session, call.id)
        assert locked is not None
        await call_over(session, locked)
        await call_over(session, locked)
    async with sample[0].transaction() as session:
        assert agent.account_id is not None
        seat = await seats.seat_of(session, agent.account_id)
        assert seat is not None
        assert (seat.state, seat.leg_id) == (Presence.READY, None)
        offer = await session.scalar(select(Offer))
        assert offer is not None
        assert offer.state == OfferState.CANCELED
        events = await session.execute(text("SELECT name FROM event"))
        assert [name for (name,) in events].count("call.ended") == 1


async def test_a_late_timer_of_an_earlier_wrap_up_ends_nothing(sample: Nodes) -> None:
    async with sample[0].transaction() as session:
        agent = await sit_down(session, "agent-1")
        await agents.set_presence(session, agent, Presence.WRAP_UP, None)
        assert agent.account_id is not None
        seat = await seats.seat_of(session, agent.account_id)
        assert seat is not None
        await agents.end_wrap_up(session, agent.account_id, seat.fence - 1)
        assert seat.state == Presence.WRAP_UP
        await agents.end_wrap_up(session, agent.account_id, seat.fence)
        assert seat.state == Presence.READY


async def test_a_place_that_was_left_after_waiting_is_owed_a_call(sample: Nodes) -> None:
    start = clock.now()
    async with sample[0].transaction() as session:
        soon, late = await ring(session, 1), await ring(session, 2)
    with clock.stopped(start + timedelta(seconds=3)):
        async with sample[0].transaction() as session:
            await _hang_up(session, soon)
    with clock.stopped(start + timedelta(seconds=40)):
        async with sample[0].transaction() as session:
            await _hang_up(session, late)
    async with sample[0].transaction() as session:
        (owed,) = (await session.scalars(select(Callback))).all()
        assert owed.call_id == late.id
        line = (await queries.queues_of(session, late.city_id))[0]
        shown = await show_line(session, line)
        assert (shown.abandoned, shown.waiting) == (1, 0)
        await callbacks.call_back(session, owed.id)
        assert owed.status == CallbackStatus.WAITING
        entry = await queries.open_entry(session, owed.outbound_id or UUID(int=0))
        assert entry is not None
        assert entry.entered_at == owed.entered_at


async def test_a_resident_who_reached_us_meanwhile_is_not_called_back(sample: Nodes) -> None:
    start = clock.now()
    async with sample[0].transaction() as session:
        call = await ring(session, 1)
    with clock.stopped(start + timedelta(seconds=40)):
        async with sample[0].transaction() as session:
            await _hang_up(session, call)
            again = await ring(session, 1001)
            again.from_blind, again.answered_at = call.from_blind, clock.now()
    async with sample[0].transaction() as session:
        (owed,) = (await session.scalars(select(Callback))).all()
        await callbacks.call_back(session, owed.id)
        assert owed.status == CallbackStatus.CANCELED


async def test_a_call_back_that_nobody_answers_is_tried_twice(sample: Nodes) -> None:
    start = clock.now()
    async with sample[0].transaction() as session:
        call = await ring(session, 1)
    with clock.stopped(start + timedelta(seconds=40)):
        async with sample[0].transaction() as session:
            await _hang_up(session, call)
    for attempt in (1, 2):
        async with sample[0].transaction() as session:
            (owed,) = (await session.scalars(select(Callback))).all()
            await callbacks.call_back(session, owed.id)
            assert owed.outbound_id is not None
            outbound = await calls.call_under_lock(session, owed.outbound_id)
            assert outbound is not None
            await call_over(session, outbound)
            assert owed.attempts == attempt
    async with sample[0].transaction() as session:
        (owed,) = (await session.scalars(select(Callback))).all()
        assert owed.status == CallbackStatus.GIVEN_UP


async def test_service_level_counts_answered_and_really_abandoned(sample: Nodes) -> None:
    now = clock.now()
    async with sample[0].transaction() as session:
        lot = [await ring(session, number) for number in range(4)]
        waits = [(10, None), (16, None), (None, 4), (None, 20)]
        for call, (answered, abandoned) in zip(lot, waits, strict=True):
            entry = await queries.open_entry(session, call.id)
            assert entry is not None
            entry.entered_at = now - timedelta(minutes=1)
            _settle(entry, answered, abandoned)
        await session.flush()
        line = (await queries.queues_of(session, lot[0].city_id))[0]
        level = (await show_line(session, line)).service_level
        assert (level.in_time, level.counted, level.share) == (1, 3, 0.3333)


@pytest.mark.parametrize("other", ["supervisor-wuda", "agent-6"])
async def test_another_district_learns_nothing_of_an_offer(city: City, other: str) -> None:
    agent = await city.signed_in("agent-5")
    far = await city.signed_in(other)
    await agent.put("/api/v1/me/presence", json={"state": "ready"})
    phone = await city.phone().dial()
    await phone.say("我家暖气不热，我在滨河街道")
    await phone.say("人工")
    names: list[str] = []
    for _ in range(50):
        events = (await agent.get("/api/v1/events?limit=200")).json()["items"]
        names = [event["name"] for event in events]
        if "call.offered" in names:
            break
        await asyncio.sleep(0.1)
    assert "call.offered" in names
    (call,) = (await agent.get("/api/v1/calls?status=live")).json()["items"]
    seen = [event["name"] for event in (await far.get("/api/v1/events?limit=200")).json()["items"]]
    assert [name for name in seen if name.startswith(("call.", "queue.", "presence."))] == []
    assert (await far.post(f"/api/v1/calls/{call['id']}/accept")).status_code == 404
    assert (await far.post(f"/api/v1/calls/{call['id']}/hangup")).status_code == 404
    listed = (await far.get("/api/v1/queues")).json()["items"]
    assert {line["organization"]["district"] for line in listed} == {"乌达区"}


async def _hang_up(session: AsyncSession, call: Call) -> None:
    locked = await calls.call_under_lock(session, call.id)
    assert locked is not None
    await call_over(session, locked)
    assert locked.status == CallStatus.ENDED


def _settle(entry: QueueEntry, answered: int | None, abandoned: int | None) -> None:
    if answered is not None:
        entry.answered_at = entry.entered_at + timedelta(seconds=answered)
    if abandoned is not None:
        entry.ended_at = entry.entered_at + timedelta(seconds=abandoned)
        entry.status, entry.end_reason = "ended", "abandoned"  # type: ignore[assignment]
