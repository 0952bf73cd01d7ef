"""Every SELECT on seats."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts.models import Account, AccountSession
from hotline.agents.models import Presence, Seat
from hotline.db.arrays import one_of
from hotline.errors import NotFound
from hotline.principal import Principal

_PAGE = 500


def visible_to(principal: Principal) -> Select[Seat]:
    """Seats of the desks in the subtree."""
    return select(Seat).where(one_of(Seat.organization_id, principal.subtree))


def page_of_seats(principal: Principal) -> Select[Seat]:
    return visible_to(principal).order_by(Seat.display_name, Seat.account_id).limit(_PAGE)


async def seat(session: AsyncSession, principal: Principal, account_id: UUID) -> Seat:
    """A visible seat, locked."""
    chosen = visible_to(principal).where(Seat.account_id == account_id)
    found = await session.scalar(_fresh(chosen.with_for_update(key_share=True)))
    if found is None:
        raise NotFound
    return found


async def seat_of(session: AsyncSession, account_id: UUID) -> Seat | None:
    """By account, locked; for the seat's own account and for the hotline itself."""
    chosen = select(Seat).where(Seat.account_id == account_id).with_for_update(key_share=True)
    return await session.scalar(_fresh(chosen))


async def seat_on_leg(session: AsyncSession, leg_id: UUID) -> Seat | None:
    """The seat that a leg has reserved, locked."""
    chosen = select(Seat).where(Seat.leg_id == leg_id).with_for_update(key_share=True)
    return await session.scalar(_fresh(chosen))


async def free_seats(session: AsyncSession, city_id: UUID) -> Sequence[Seat]:
    """Ready, not asked yet, and whose account may still sign in."""
    chosen = (
        select(Seat)
        .join(Account, Account.id == Seat.account_id)
        .where(
            Seat.city_id == city_id,
            Seat.state == Presence.READY,
            Seat.leg_id.is_(None),
            Seat.takes_calls,
            Account.disabled_at.is_(None),
        )
    )
    return (await session.scalars(_fresh(chosen))).all()


async def staffed(session: AsyncSession, city_id: UUID) -> dict[UUID, int]:
    """How many take calls at each desk: signed in and not on a break."""
    at_work = (Presence.READY, Presence.TALKING, Presence.WRAP_UP)
    chosen = (
        select(Seat.organization_id, func.count())
        .where(Seat.city_id == city_id, Seat.state.in_(at_work), Seat.takes_calls)
        .group_by(Seat.organization_id)
    )
    return {desk: count for desk, count in await session.execute(chosen)}


async def by_state(session: AsyncSession, organization_ids: Sequence[UUID]) -> dict[str, int]:
    chosen = (
        select(Seat.state, func.count())
        .where(Seat.organization_id.in_(organization_ids), Seat.takes_calls)
        .group_by(Seat.state)
    )
    return {state: count for state, count in await session.execute(chosen)}


async def without_session(session: AsyncSession, seen_since: datetime) -> Sequence[UUID]:
    """Accounts that would be offered calls although nobody is signed in any more."""
    alive = exists().where(
        AccountSession.account_id == Seat.account_id,
        AccountSession.ended_at.is_(None),
        AccountSession.seen_at > seen_since,
    )
    chosen = select(Seat.account_id).where(
        Seat.state.in_((Presence.READY, Presence.BREAK)), Seat.leg_id.is_(None), ~alive
    )
    return (await session.scalars(chosen)).all()


async def overdue_wrap_ups(session: AsyncSession, before: datetime) -> Sequence[UUID]:
    """Seats whose wrap-up should have ended by now."""
    chosen = select(Seat.account_id).where(
        Seat.state == Presence.WRAP_UP, Seat.wrap_up_until < before
    )
    return (await session.scalars(chosen)).all()


def _fresh(chosen: Select[Seat]) -> Select[Seat]:
    return chosen.execution_options(populate_existing=True)
