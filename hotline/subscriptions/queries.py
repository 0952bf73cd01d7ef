"""Every SELECT on subscriptions and their deliveries."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db.arrays import one_of
from hotline.errors import NotFound
from hotline.events.models import Event, EventPosition
from hotline.principal import Principal
from hotline.subscriptions.models import Attempt, Delivery, DeliveryState, Subscription


def visible_to(principal: Principal) -> Select[Subscription]:
    """Those of organizations in the principal's subtree."""
    return select(Subscription).where(one_of(Subscription.organization_id, principal.subtree))


def page(principal: Principal) -> Select[Subscription]:
    return visible_to(principal).order_by(Subscription.id.desc())


async def subscription(
    session: AsyncSession, principal: Principal, subscription_id: UUID
) -> Subscription:
    chosen = visible_to(principal).where(Subscription.id == subscription_id)
    found = await session.scalar(chosen)
    if found is None:
        raise NotFound
    return found


async def locked_subscription(
    session: AsyncSession, principal: Principal, subscription_id: UUID
) -> Subscription:
    chosen = visible_to(principal).where(Subscription.id == subscription_id)
    held = chosen.with_for_update().execution_options(populate_existing=True)
    found = await session.scalar(held)
    if found is None:
        raise NotFound
    return found


async def count_of(session: AsyncSession, organization_id: UUID) -> int:
    chosen = select(func.count()).where(Subscription.organization_id == organization_id)
    return await session.scalar(chosen) or 0


def deliveries(
    subscription_id: UUID, *, state: DeliveryState | None, after: UUID | None, limit: int
) -> Select[Delivery]:
    """Newest first; ask only for a subscription that the reader may see."""
    chosen = select(Delivery).where(Delivery.subscription_id == subscription_id)
    if state is not None:
        chosen = chosen.where(Delivery.state == state)
    if after is not None:
        chosen = chosen.where(Delivery.id < after)
    return chosen.order_by(Delivery.id.desc()).limit(limit)


async def delivery_of(session: AsyncSession, subscription_id: UUID, delivery_id: UUID) -> Delivery:
    found = await session.get(Delivery, delivery_id)
    if found is None or found.subscription_id != subscription_id:
        raise NotFound
    return found


async def failed_since(
    session: AsyncSession, subscription_id: UUID, since: datetime, limit: int
) -> Sequence[Delivery]:
    """What did not arrive, oldest first, held until the transaction ends."""
    chosen = select(Delivery).where(
        Delivery.subscription_id == subscription_id,
        Delivery.created_at >= since,
        Delivery.state.in_((DeliveryState.FAILED, DeliveryState.DROPPED)),
    )
    return (
        await session.scalars(chosen.order_by(Delivery.id).limit(limit).with_for_update())
    ).all()


async def attempts_of(session: AsyncSession, delivery_id: UUID) -> Sequence[Attempt]:
    chosen = select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(Attempt.id)
    return (await session.scalars(chosen)).all()


async def last_number(session: AsyncSession) -> int:
    """The last number that the log has given."""
    return await session.scalar(select(EventPosition.last)) or 0


async def free_to_follow(session: AsyncSession) -> Sequence[Subscription]:
    """Active subscriptions that no other node is looking after in this moment."""
    chosen = select(Subscription).where(Subscription.disabled_at.is_(None))
    held = chosen.order_by(Subscription.id).with_for_update(skip_locked=True)
    return (await session.scalars(held.execution_options(populate_existing=True))).all()


async def events_for(
    session: AsyncSession, one: Subscription, *, subtree: frozenset[UUID], last: int, limit: int
) -> Sequence[Event]:
    """Numbered events of the chosen types that the organization may see."""
    chosen = select(Event).where(
        Event.seq > one.position,
        Event.seq <= last,
        Event.name.in_(one.event_types),
        Event.audience.overlap(list(subtree)),
    )
    return (await session.scalars(chosen.order_by(Event.seq).limit(limit))).all()
