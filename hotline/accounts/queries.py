"""Every SELECT on accounts and sessions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts.models import Account, AccountSession, RoleBinding, SignInFailure
from hotline.accounts.roles import Duty
from hotline.db.arrays import one_of
from hotline.errors import NotFound
from hotline.organizations.models import Organization
from hotline.organizations.queries import below_any
from hotline.principal import Principal


@dataclass(frozen=True, slots=True)
class Idle:
    """Since when a session must have been seen, by what the account is for."""

    service: datetime
    administrator: datetime


def visible_to(principal: Principal) -> Select[Account]:
    """Accounts whose home lies in the principal's subtree."""
    return select(Account).where(one_of(Account.organization_id, principal.subtree))


async def account(session: AsyncSession, principal: Principal, account_id: UUID) -> Account:
    chosen = visible_to(principal).where(Account.id == account_id)
    found = await session.scalar(chosen.with_for_update(key_share=True))
    if found is None:
        raise NotFound
    return found


async def own_account(session: AsyncSession, principal: Principal) -> Account:
    found = await session.get(Account, principal.account_id)
    if found is None:
        raise NotFound
    return found


async def account_by_username(session: AsyncSession, username: str) -> Account | None:
    return await session.scalar(select(Account).where(Account.username == username))


def page_of_accounts(principal: Principal, *, after: str, limit: int) -> Select[Account]:
    chosen = visible_to(principal).where(Account.username > after)
    return chosen.order_by(Account.username).limit(limit)


async def unused_count(session: AsyncSession, principal: Principal) -> int:
    """How many of the principal's accounts were disabled because nobody used them."""
    chosen = visible_to(principal).where(Account.disabled_why.is_not(None))
    counted = chosen.with_only_columns(func.count())
    return (await session.execute(counted)).scalar_one()


async def unused_since(session: AsyncSession, moment: datetime) -> Sequence[Account]:
    """Accounts that nobody has used, made or given back since then; who was there first, first."""
    seen_at = (
        select(func.max(AccountSession.seen_at))
        .where(AccountSession.account_id == Account.id)
        .scalar_subquery()
    )
    used_at = func.greatest(Account.created_at, Account.enabled_at, seen_at)
    chosen = select(Account).where(Account.disabled_at.is_(None), used_at < moment)
    return (await session.scalars(chosen.order_by(used_at, Account.id))).all()


async def held_system_administrators(session: AsyncSession, account: Account) -> Sequence[UUID]:
    """Those of the account's city who can sign in, held until the transaction ends."""
    city_id = (
        select(Organization.city_id)
        .where(Organization.id == account.organization_id)
        .scalar_subquery()
    )
    chosen = (
        select(Account.id)
        .join(Organization, Organization.id == Account.organization_id)
        .where(
            Account.duty == Duty.SYSTEM,
            Account.disabled_at.is_(None),
            Organization.city_id == city_id,
        )
        .order_by(Account.id)
    )
    return (await session.scalars(chosen.with_for_update(key_share=True, of=Account))).all()


async def last_used(session: AsyncSession, account_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When each was signed in last."""
    mine = AccountSession.account_id.in_(account_ids)
    chosen = select(AccountSession.account_id, func.max(AccountSession.seen_at)).where(mine)
    rows = await session.execute(chosen.group_by(AccountSession.account_id))
    return {account_id: seen_at for account_id, seen_at in rows}


async def username_of(session: AsyncSession, account_id: UUID) -> str | None:
    return await session.scalar(select(Account.username).where(Account.id == account_id))


async def names_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """Display names, for those who are shown as actors."""
    rows = await session.execute(
        select(Account.id, Account.display_name).where(Account.id.in_(ids))
    )
    return {row.id: row.display_name for row in rows}


async def bindings(
    session: AsyncSession, account_ids: Collection[UUID]
) -> Sequence[Row[RoleBinding, Organization]]:
    """Roles with the organizations that they are bound to."""
    chosen = (
        select(RoleBinding, Organization)
        .join(Organization, Organization.id == RoleBinding.organization_id)
        .where(RoleBinding.account_id.in_(account_ids))
        .order_by(RoleBinding.created_at, RoleBinding.role)
    )
    return (await session.execute(chosen)).all()


@dataclass(frozen=True, slots=True)
class Held:
    """What a token opens: its session, whose it is, and the rights of this moment."""

    session: AccountSession
    account: Account
    roles: frozenset[str]
    subtree: frozenset[UUID]
    """Organizations at or below those that the roles are bound to."""


async def by_token(session: AsyncSession, token_hash: bytes) -> Held | None:
    """The session of a token that nobody ended, of an account that nobody disabled."""
    found = (await session.execute(_BY_TOKEN, {"token_hash": token_hash})).one_or_none()
    if found is None:
        return None
    return Held(found[0], found[1], frozenset(found[2] or ()), frozenset(found[3] or ()))


def _by_token() -> Select[AccountSession, Account, list[str], list[UUID]]:
    is_of_token = AccountSession.token_hash == bindparam("token_hash")
    account_id = select(AccountSession.account_id).where(is_of_token).scalar_subquery()
    bound = RoleBinding.account_id == account_id
    below = below_any(select(RoleBinding.organization_id.label("id")).where(bound))
    roles = select(func.array_agg(RoleBinding.role)).where(bound)
    subtree = select(func.array_agg(below.c.id))
    return (
        select(AccountSession, Account, roles.scalar_subquery(), subtree.scalar_subquery())
        .join(Account, Account.id == AccountSession.account_id)
        .where(is_of_token, AccountSession.ended_at.is_(None), Account.disabled_at.is_(None))
    )


# One statement, put together once: every request and every socket asks it.
_BY_TOKEN = _by_token()


async def open_sessions(
    session: AsyncSession, account_id: UUID, now: datetime
) -> Sequence[AccountSession]:
    """Sessions that nobody ended and that are not too old, newest first."""
    chosen = select(AccountSession).where(
        AccountSession.account_id == account_id,
        AccountSession.ended_at.is_(None),
        AccountSession.expires_at > now,
    )
    return (await session.scalars(chosen.order_by(AccountSession.created_at.desc()))).all()


async def seen_since(
    session: AsyncSession, session_ids: Collection[UUID], now: datetime, since: Idle
) -> frozenset[UUID]:
    """Which of the sessions nobody ended, that are not too old and not idle for too long.

    They go as one array: a node asks every few seconds for a thousand and more.
    """
    administers = Account.duty.in_([Duty.SYSTEM, Duty.SECURITY, Duty.AUDIT])
    seen_after = case((administers, since.administrator), else_=since.service)
    chosen = (
        select(AccountSession.id)
        .join(Account, Account.id == AccountSession.account_id)
        .where(
            one_of(AccountSession.id, session_ids),
            AccountSession.ended_at.is_(None),
            AccountSession.expires_at > now,
            AccountSession.seen_at > seen_after,
            Account.disabled_at.is_(None),
        )
    )
    return frozenset(await session.scalars(chosen))


async def visible_session(
    session: AsyncSession, principal: Principal, session_id: UUID
) -> AccountSession:
    """One's own, or with `roles:write` that of any account in the subtree."""
    mine = AccountSession.account_id == principal.account_id
    below = and_(
        AccountSession.account_id == Account.id, one_of(Account.organization_id, principal.subtree)
    )
    allowed = or_(mine, exists().where(below)) if principal.has("roles:write") else mine
    chosen = select(AccountSession).where(
        AccountSession.id == session_id, AccountSession.ended_at.is_(None), allowed
    )
    found = await session.scalar(chosen.with_for_update(key_share=True))
    if found is None:
        raise NotFound
    return found


async def failures_of_name(session: AsyncSession, name_hash: bytes, since: datetime) -> int:
    return await _count(session, SignInFailure.name_hash == name_hash, since)


async def failures_from(session: AsyncSession, address: str, since: datetime) -> int:
    return await _count(session, SignInFailure.address == address, since)


async def _count(session: AsyncSession, condition: ColumnElement[bool], since: datetime) -> int:
    chosen = select(func.count()).where(condition, SignInFailure.at > since)
    return (await session.execute(chosen)).scalar_one()
