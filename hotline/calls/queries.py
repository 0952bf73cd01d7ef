"""Every SELECT on calls."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls.models import Call, CallLeg, CallStatus, LegState, TalkRoom, WebhookReceipt
from hotline.db.arrays import one_of
from hotline.errors import NotFound
from hotline.principal import Principal


def visible_to(principal: Principal) -> Select[Call]:
    """Calls whose district or desk lies in the subtree; the city sees all of its own.

    Whoever is or was on the line of a call sees it too: a desk may take what overflows to it.
    """
    on_the_line = (
        select(CallLeg.id)
        .where(CallLeg.call_id == Call.id, CallLeg.account_id == principal.account_id)
        .exists()
    )
    return select(Call).where(
        or_(
            one_of(Call.district_id, principal.subtree),
            one_of(Call.organization_id, principal.subtree),
            one_of(Call.city_id, principal.subtree),
            one_of(Call.desk_id, principal.subtree),
            on_the_line,
        )
    )


def page(
    principal: Principal,
    *,
    live: bool | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Select[Call]:
    """Newest first, after the call that `after` names."""
    chosen = visible_to(principal)
    if live is not None:
        ended = Call.status == CallStatus.ENDED
        chosen = chosen.where(~ended if live else ended)
    if after is not None:
        chosen = chosen.where(tuple_(Call.started_at, Call.id) < after)
    return chosen.order_by(Call.started_at.desc(), Call.id.desc()).limit(limit)


async def call(session: AsyncSession, principal: Principal, call_id: UUID) -> Call:
    found = await session.scalar(visible_to(principal).where(Call.id == call_id))
    if found is None:
        raise NotFound
    return found


async def locked_call(session: AsyncSession, provider_sid: str) -> Call | None:
    """The call of a webhook, locked for the length of the turn."""
    return await session.scalar(_LOCKED, {"sid": provider_sid})


# Put together once: every webhook asks it.
_LOCKED = (
    select(Call)
    .where(Call.provider_sid == bindparam("sid"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


async def call_under_lock(session: AsyncSession, call_id: UUID) -> Call | None:
    """By our own id; the lock covers the call's legs and rooms too."""
    return await session.scalar(
        select(Call)
        .where(Call.id == call_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def call_to_change(session: AsyncSession, principal: Principal, call_id: UUID) -> Call:
    """A visible call, locked."""
    chosen = visible_to(principal).where(Call.id == call_id)
    found = await session.scalar(
        chosen.with_for_update(key_share=True, of=Call).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


async def legs_of(session: AsyncSession, call_id: UUID) -> Sequence[CallLeg]:
    """All legs of a call, oldest first; the caller of this holds the call's lock."""
    chosen = select(CallLeg).where(CallLeg.call_id == call_id).order_by(CallLeg.id)
    return (await session.scalars(chosen.execution_options(populate_existing=True))).all()


async def people_of(session: AsyncSession, call_id: UUID) -> Sequence[UUID | None]:
    """The accounts that are or were on the line."""
    chosen = select(CallLeg.account_id).where(CallLeg.call_id == call_id)
    return (await session.scalars(chosen.where(CallLeg.account_id.is_not(None)).distinct())).all()


async def live_legs(session: AsyncSession, room_id: UUID) -> Sequence[CallLeg]:
    """Who is in the room or on the way to it."""
    chosen = select(CallLeg).where(CallLeg.room_id == room_id, CallLeg.state != LegState.ENDED)
    fresh = chosen.order_by(CallLeg.id).execution_options(populate_existing=True)
    return (await session.scalars(fresh)).all()


async def leg(session: AsyncSession, leg_id: UUID) -> CallLeg | None:
    return await session.get(CallLeg, leg_id, populate_existing=True)


async def leg_labelled(session: AsyncSession, label: str) -> CallLeg | None:
    chosen = select(CallLeg).where(CallLeg.label == label)
    return await session.scalar(chosen.execution_options(populate_existing=True))


async def room(session: AsyncSession, room_id: UUID) -> TalkRoom | None:
    return await session.get(TalkRoom, room_id, populate_existing=True)


async def receipt(session: AsyncSession, key: str) -> WebhookReceipt | None:
    """What was answered to this very webhook, if it was here before."""
    return await session.scalar(
        select(WebhookReceipt)
        .where(WebhookReceipt.key == key)
        .order_by(WebhookReceipt.created_at)
        .limit(1)
    )
