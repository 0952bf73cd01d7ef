"""Ask one agent to take a call: reserve the seat, ring its telephone, hear what comes of it."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.agents import presence
from hotline.agents import queries as seats
from hotline.agents import service as agents
from hotline.agents.models import Presence, Seat
from hotline.calls import legs
from hotline.calls import queries as calls
from hotline.calls.models import Call, CallStatus, LegRole, TalkRoom
from hotline.calls.schemas import CallOut
from hotline.errors import Conflict
from hotline.events import service as events
from hotline.jobs import service as jobs
from hotline.principal import Principal
from hotline.queueing import queries
from hotline.queueing.enter_line import wait_on
from hotline.queueing.models import EntryStatus, Offer, OfferState, QueueEntry
from hotline.queueing.schemas import OfferEnded, OfferOut
from hotline.queueing.work import EXPIRE_OFFER, PLACE_LEG, Aim, settle

SCOPE = "calls:handle"
RING_GRACE = timedelta(seconds=10)
HOST_TROUBLE_PAUSE = timedelta(seconds=5)

_SAME_AGENT_AGAIN = (OfferState.BUSY, OfferState.FAILED)


class CallTaken(Conflict):
    code, detail = "call_taken", "这通来电已由其他话务员接听。"


class NotReady(Conflict):
    code, detail = "not_ready", "请先切换到就绪状态，再接听来电。"


async def offer_call(session: AsyncSession, entry_id: UUID, account_id: UUID) -> bool:
    """Offer the place's call to the agent; False when either is not free any more.

    Locks in order: call, entry (under the call's lock), seat.
    """
    entry = await queries.entry(session, entry_id)
    call = await calls.call_under_lock(session, entry.call_id) if entry else None
    entry = await queries.entry(session, entry_id)
    if call is None or entry is None or call.status == CallStatus.ENDED:
        return False
    if entry.status != EntryStatus.WAITING or entry.ended_at is not None:
        return False
    seat = await agents.free_seat(session, account_id)
    if seat is None:
        return False
    await _ring(session, call, entry, seat, place=0)
    return True


async def accept(session: AsyncSession, principal: Principal, call_id: UUID) -> tuple[Offer, Call]:
    """The agent takes what is offered, or picks a waiting call.

    Raises CallTaken, NotReady, NotFound. Whoever comes too late is told so without standing at the
    call's lock: the host's webhooks, and the winner, need it.
    """
    assert principal.account_id is not None
    if await queries.is_with_other(session, principal, call_id):
        raise CallTaken
    call = await calls.call_to_change(session, principal, call_id)
    ringing = await queries.ringing_offer(session, call.id)
    if ringing is None:
        ringing = await _pick(session, call, principal.account_id)
    if ringing.account_id != principal.account_id:
        raise CallTaken
    ringing.accepted_at = ringing.accepted_at or clock.now()
    return ringing, call


async def decline(session: AsyncSession, principal: Principal, call: Call) -> None:
    """The agent lets the call go on to the next; nothing is offered any more to others' calls."""
    ringing = await queries.ringing_offer(session, call.id)
    if ringing is None or ringing.account_id != principal.account_id:
        raise CallTaken
    await close_offer(session, call, ringing, OfferState.DECLINED)


async def close_offer(session: AsyncSession, call: Call, offer: Offer, state: OfferState) -> None:
    """An offer ends without a talk: free the seat, ring the next address or the next agent."""
    if offer.state != OfferState.RINGING:
        return
    await _end(session, call, offer, state)
    leg = await calls.leg(session, offer.leg_id)
    assert leg is not None
    await settle(session, leg, wants_end=True)
    entry = await queries.entry(session, offer.entry_id)
    if state == OfferState.CANCELED or entry is None or call.status == CallStatus.ENDED:
        await agents.release(session, leg.id)
        return
    if state in _SAME_AGENT_AGAIN and await ring_next_address(session, call, entry, offer):
        return
    entry.refused = [*entry.refused, str(offer.account_id)]
    is_absent = state == OfferState.NO_ANSWER
    await agents.release(
        session, leg.id, to=Presence.BREAK if is_absent else None,
        reason=presence.MISSED_OFFER if is_absent else None,
    )  # fmt: skip
    await wait_on(session, entry)


async def pause_offer(session: AsyncSession, call: Call, offer: Offer) -> None:
    """The host could not be asked: nobody's fault, the place is offered again a little later."""
    if offer.state != OfferState.RINGING:
        return
    await _end(session, call, offer, OfferState.FAILED)
    entry = await queries.entry(session, offer.entry_id)
    if entry is not None and call.status != CallStatus.ENDED:
        entry.offer_after = clock.now() + HOST_TROUBLE_PAUSE
        await wait_on(session, entry)
    await agents.release(session, offer.leg_id)


async def ring_next_address(
    session: AsyncSession, call: Call, entry: QueueEntry, offer: Offer
) -> bool:
    """The same agent on the next telephone: the seat stays taken, for another leg."""
    seat = await seats.seat_on_leg(session, offer.leg_id)
    if seat is None or offer.place + 1 >= len(seat.addresses):
        return False
    await _ring(session, call, entry, seat, place=offer.place + 1)
    return True


async def _pick(session: AsyncSession, call: Call, account_id: UUID) -> Offer:
    entry = await queries.open_entry(session, call.id)
    if entry is None or entry.status != EntryStatus.WAITING:
        raise CallTaken
    seat = await agents.free_seat(session, account_id)
    if seat is None:
        raise NotReady
    return await _ring(session, call, entry, seat, place=0)


async def _ring(
    session: AsyncSession, call: Call, entry: QueueEntry, seat: Seat, *, place: int
) -> Offer:
    line = await queries.queue(session, entry.queue_id)
    room = await _room(session, call, entry)
    new = legs.NewLeg(
        LegRole.AGENT, Aim.CONNECT, seat.display_name, seat.addresses[place], seat.account_id
    )
    leg = await legs.plan_leg(session, call, room, new)
    agents.occupy(seat, leg_id=leg.id, call_id=call.id)
    entry.status, entry.offer_after = EntryStatus.OFFERED, None
    entry.fence += 1
    ring_for = timedelta(seconds=line.offer_seconds)
    offer = Offer(
        entry_id=entry.id, call_id=call.id, leg_id=leg.id, account_id=seat.account_id,
        fence=entry.fence, place=place, state=OfferState.RINGING,
        expires_at=clock.now() + ring_for,
    )  # fmt: skip
    session.add(offer)
    await session.flush()
    await jobs.enqueue(session, PLACE_LEG, {"leg_id": str(leg.id)}, max_attempts=2)
    await jobs.enqueue(
        session, EXPIRE_OFFER, {"offer_id": str(offer.id)}, run_at=offer.expires_at + RING_GRACE
    )
    await _announce(session, call, offer, seat)
    return offer


async def _room(session: AsyncSession, call: Call, entry: QueueEntry) -> TalkRoom:
    room = await calls.room(session, entry.room_id) if entry.room_id else None
    if room is None or room.closed_at is not None:
        room = await legs.open_room(session, call)
        entry.room_id = room.id
    return room


async def _end(session: AsyncSession, call: Call, offer: Offer, state: OfferState) -> None:
    """The console of the agent who was asked takes the offer away."""
    offer.state, offer.ended_at = state, clock.now()
    seat = await seats.seat_of(session, offer.account_id)
    assert seat is not None
    await events.record(
        session,
        "call.offer_ended",
        subject_id=call.id,
        payload=OfferEnded(
            offer_id=offer.id, call_id=call.id, account_id=offer.account_id, state=state
        ),
        audience=[seat.organization_id],
        scope=SCOPE,
    )  # fmt: skip


async def _announce(session: AsyncSession, call: Call, offer: Offer, seat: Seat) -> None:
    """To the agent's own desk: other desks do not learn of it."""
    await events.record(
        session,
        "call.offered",
        subject_id=call.id,
        payload=OfferOut(
            offer_id=offer.id, leg_id=offer.leg_id, account_id=offer.account_id,
            expires_at=offer.expires_at, call=CallOut.model_validate(call),
        ),
        audience=[seat.organization_id],
        scope=SCOPE,
    )  # fmt: skip
