"""Every SELECT on waiting lines."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, Select, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.agents.models import Seat
from hotline.calls import queries as calls
from hotline.calls.models import Call, CallLeg, CallStatus, Direction, LegRole, LegState, TalkRoom
from hotline.db.arrays import one_of
from hotline.principal import Principal
from hotline.queueing.models import (
    Callback,
    CallbackKind,
    EntryStatus,
    Offer,
    OfferState,
    Queue,
    QueueEntry,
    QueueOverflow,
    Rating,
)

SHORT_ABANDON = timedelta(seconds=5)
MEASURED = timedelta(minutes=30)
MOST_LOOKED_AT = 200
_IN_LINE = (EntryStatus.WAITING, EntryStatus.OFFERED)


def visible_to(principal: Principal) -> Select[Queue]:
    """The lines of the desks in the subtree."""
    return select(Queue).where(one_of(Queue.organization_id, principal.subtree))


def page_of_queues(principal: Principal) -> Select[Queue]:
    return visible_to(principal).order_by(Queue.created_at, Queue.id).limit(200)


async def queues_of(session: AsyncSession, city_id: UUID) -> Sequence[Queue]:
    chosen = select(Queue).where(Queue.city_id == city_id).order_by(Queue.created_at, Queue.id)
    return (await session.scalars(chosen)).all()


async def queue(session: AsyncSession, queue_id: UUID) -> Queue:
    return (await session.scalars(select(Queue).where(Queue.id == queue_id))).one()


async def reach(session: AsyncSession, city_id: UUID) -> dict[UUID, dict[UUID, int]]:
    """For every line, the desks that callers overflow to and after how many seconds."""
    chosen = select(QueueOverflow).join(Queue).where(Queue.city_id == city_id)
    found: dict[UUID, dict[UUID, int]] = {}
    for rule in await session.scalars(chosen):
        found.setdefault(rule.queue_id, {})[rule.to_organization_id] = rule.after_seconds
    return found


async def open_entry(session: AsyncSession, call_id: UUID) -> QueueEntry | None:
    """The place of a call that has not ended; the caller of this holds the call's lock."""
    chosen = select(QueueEntry).where(QueueEntry.call_id == call_id, QueueEntry.ended_at.is_(None))
    return await session.scalar(chosen.execution_options(populate_existing=True))


async def entry(session: AsyncSession, entry_id: UUID) -> QueueEntry | None:
    return await session.get(QueueEntry, entry_id, populate_existing=True)


async def in_line(session: AsyncSession, city_id: UUID) -> Sequence[QueueEntry]:
    """Who waits for an agent and is not being offered, first come first."""
    chosen = (
        select(QueueEntry)
        .where(QueueEntry.city_id == city_id, QueueEntry.status == EntryStatus.WAITING)
        .order_by(QueueEntry.priority, QueueEntry.entered_at, QueueEntry.id)
        .limit(MOST_LOOKED_AT)
    )
    return (await session.scalars(chosen)).all()


async def ahead_of(session: AsyncSession, entry: QueueEntry) -> int:
    """How many of the same line come before."""
    place = tuple_(QueueEntry.priority, QueueEntry.entered_at, QueueEntry.id)
    before = (
        QueueEntry.queue_id == entry.queue_id,
        QueueEntry.status.in_(_IN_LINE),
        place < (entry.priority, entry.entered_at, entry.id),
    )
    return (await session.scalar(select(func.count()).where(*before))) or 0


async def offer_on_leg(session: AsyncSession, leg_id: UUID) -> Offer | None:
    chosen = select(Offer).where(Offer.leg_id == leg_id)
    return await session.scalar(chosen.execution_options(populate_existing=True))


async def offer(session: AsyncSession, offer_id: UUID) -> Offer | None:
    return await session.get(Offer, offer_id, populate_existing=True)


async def ringing_offer(session: AsyncSession, call_id: UUID) -> Offer | None:
    """Who is being asked to take a call now."""
    chosen = select(Offer).where(Offer.call_id == call_id, Offer.state == OfferState.RINGING)
    return await session.scalar(chosen.execution_options(populate_existing=True))


async def is_with_other(session: AsyncSession, principal: Principal, call_id: UUID) -> bool:
    """Whether a call that the principal may see rings with another agent now. Waits for no lock."""
    chosen = calls.visible_to(principal).where(
        Call.id == call_id,
        exists().where(
            Offer.call_id == call_id,
            Offer.state == OfferState.RINGING,
            Offer.account_id != principal.account_id,
        ),
    )
    return await session.scalar(chosen.with_only_columns(Call.id)) is not None


async def handle_seconds(session: AsyncSession, city_id: UUID, since: datetime) -> float | None:
    """The mean length of talks that ended lately; None when there were none."""
    length = func.extract("epoch", Call.ended_at - Call.answered_at)
    chosen = select(func.avg(length)).where(
        Call.city_id == city_id,
        Call.status == CallStatus.ENDED,
        Call.ended_at > since,
        Call.answered_at.is_not(None),
    )
    mean = await session.scalar(chosen)
    return float(mean) if mean is not None else None


async def waiting_now(session: AsyncSession, queue_id: UUID) -> Row[int, int, datetime]:
    """How many wait, how many of them for a call back, and since when the first."""
    chosen = select(
        func.count(),
        func.count().filter(QueueEntry.is_callback),
        func.min(QueueEntry.entered_at).filter(~QueueEntry.is_callback),
    ).where(QueueEntry.queue_id == queue_id, QueueEntry.status.in_(_IN_LINE))
    return (await session.execute(chosen)).one()


async def service_level(session: AsyncSession, queue: Queue, since: datetime) -> Row[int, int, int]:
    """Answered within the target; answered; abandoned after more than the short time."""
    target = timedelta(seconds=queue.target_seconds)
    waited = QueueEntry.answered_at - QueueEntry.entered_at
    abandoned = and_(
        QueueEntry.end_reason == "abandoned",
        QueueEntry.ended_at - QueueEntry.entered_at > SHORT_ABANDON,
    )
    chosen = select(
        func.count(case((waited <= target, 1))),
        func.count(QueueEntry.answered_at),
        func.count(case((abandoned, 1))),
    ).where(
        QueueEntry.queue_id == queue.id,
        ~QueueEntry.is_callback,
        or_(QueueEntry.answered_at > since, QueueEntry.ended_at > since),
    )
    return (await session.execute(chosen)).one()


async def callback_of(session: AsyncSession, outbound_id: UUID) -> Callback | None:
    """The callback that an outbound call fulfils."""
    return await session.scalar(
        select(Callback).where(Callback.outbound_id == outbound_id, Callback.ended_at.is_(None))
    )


async def follows_emergency(session: AsyncSession, outbound_id: UUID) -> bool:
    """Whether we placed the call to ask how an emergency went."""
    chosen = select(Callback.id).where(
        Callback.outbound_id == outbound_id, Callback.kind == CallbackKind.EMERGENCY
    )
    return (await session.scalar(chosen)) is not None


async def open_callback(
    session: AsyncSession, city_id: UUID, number_blind: bytes
) -> Callback | None:
    return await session.scalar(
        select(Callback).where(
            Callback.city_id == city_id,
            Callback.number_blind == number_blind,
            Callback.ended_at.is_(None),
        )
    )


async def rating(session: AsyncSession, call_id: UUID) -> Rating | None:
    return await session.scalar(select(Rating).where(Rating.call_id == call_id))


async def owed_since(session: AsyncSession, city_id: UUID, since: datetime) -> int:
    """How many calls back were taken on."""
    chosen = select(func.count()).where(Callback.city_id == city_id, Callback.created_at > since)
    return (await session.scalar(chosen)) or 0


async def answered_since(session: AsyncSession, call: Call) -> bool:
    """Whether the same number has talked with a person after this call, which does not count."""
    chosen = select(Call.id).where(
        Call.id != call.id,
        Call.city_id == call.city_id,
        Call.from_blind == call.from_blind,
        Call.answered_at > call.started_at,
    )
    return (await session.scalar(chosen.limit(1))) is not None


async def outbound_by(session: AsyncSession, account_id: UUID, since: datetime) -> int:
    """How many calls an agent has placed."""
    chosen = select(func.count()).where(
        QueueEntry.wanted_account_id == account_id,
        QueueEntry.is_callback,
        QueueEntry.created_at > since,
    )
    return (await session.scalar(chosen)) or 0


async def outbound_minutes(
    session: AsyncSession, city_id: UUID, since: datetime, now: datetime
) -> int:
    """How long a city's calls to residents took, those that live still included."""
    lasted = func.extract("epoch", func.coalesce(Call.ended_at, now) - Call.started_at)
    chosen = select(func.sum(lasted)).where(
        Call.city_id == city_id, Call.direction == Direction.OUTBOUND, Call.started_at >= since
    )
    return int((await session.scalar(chosen) or 0) // 60)


async def live_calls(session: AsyncSession) -> Sequence[Call]:
    """Every call that has not ended, of every city."""
    return (await session.scalars(select(Call).where(Call.status != CallStatus.ENDED))).all()


async def unsettled_legs(session: AsyncSession, now: datetime) -> Sequence[CallLeg]:
    """Legs that have not ended, and those that ended lately: the host may not know it."""
    lately = CallLeg.ended_at > now - timedelta(minutes=5)
    chosen = select(CallLeg).where(or_(CallLeg.state != LegState.ENDED, lately))
    return (await session.scalars(chosen)).all()


async def open_entries(session: AsyncSession) -> Sequence[QueueEntry]:
    return (await session.scalars(select(QueueEntry).where(QueueEntry.ended_at.is_(None)))).all()


async def open_room_names(session: AsyncSession) -> list[str]:
    """Rooms in which somebody is or is expected."""
    chosen = (
        select(TalkRoom.name)
        .join(CallLeg, CallLeg.room_id == TalkRoom.id)
        .where(CallLeg.state != LegState.ENDED)
        .distinct()
    )
    return list(await session.scalars(chosen))


async def keys_of(session: AsyncSession, queue_ids: set[UUID]) -> list[str]:
    return list(await session.scalars(select(Queue.key).where(Queue.id.in_(queue_ids))))


async def reserved_for_nothing(session: AsyncSession) -> Sequence[UUID]:
    """Legs that are over and still hold a seat."""
    chosen = (
        select(CallLeg.id)
        .join(Seat, Seat.leg_id == CallLeg.id)
        .where(CallLeg.state == LegState.ENDED)
    )
    return (await session.scalars(chosen)).all()


async def offices_called_by(session: AsyncSession, account_id: UUID, since: datetime) -> int:
    """How many numbers outside the hall an agent has called into talks."""
    chosen = (
        select(func.count())
        .select_from(CallLeg)
        .join(Call, Call.id == CallLeg.call_id)
        .where(
            Call.agent_id == account_id,
            CallLeg.role == LegRole.CONSULTED,
            CallLeg.created_at > since,
        )
    )
    return (await session.scalar(chosen)) or 0


async def own_offers(session: AsyncSession, principal: Principal) -> Sequence[Row[Offer, Call]]:
    """What rings on the principal's own telephone now."""
    chosen = (
        select(Offer, Call)
        .join(Call, Call.id == Offer.call_id)
        .where(Offer.account_id == principal.account_id, Offer.state == OfferState.RINGING)
    )
    return (await session.execute(chosen)).all()


async def stuck_offers(session: AsyncSession, before: datetime) -> Sequence[Offer]:
    """Offers that should have ended by now, or whose caller was never brought."""
    is_overdue = and_(Offer.state == OfferState.RINGING, Offer.expires_at < before)
    is_alone = and_(Offer.state == OfferState.JOINED, Offer.ended_at < before)
    chosen = (
        select(Offer)
        .join(QueueEntry, QueueEntry.id == Offer.entry_id)
        .where(
            QueueEntry.status == EntryStatus.OFFERED,
            Offer.fence == QueueEntry.fence,
            or_(is_overdue, is_alone),
        )
    )
    return (await session.scalars(chosen)).all()
