"""Sessions: begin, recognize, end."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Update, update
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.accounts import queries, renewal
from hotline.accounts.models import Account, AccountSession
from hotline.accounts.roles import SELF, is_administrator, scopes_of
from hotline.db import Database
from hotline.principal import Principal
from hotline.settings import Settings
from hotline.vault import vault_of

IDLE = timedelta(minutes=30)
ADMINISTRATOR_IDLE = timedelta(minutes=15)
OLDEST = timedelta(hours=12)
# A request within this time of the last one recorded is not recorded again.
_SEEN_EVERY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Client:
    """From where someone signs in."""

    address: str
    user_agent: str = ""


async def authenticate(
    database: Database, settings: Settings, token: str | None
) -> Principal | None:
    """Who holds the token, with the rights of this moment; None when it opens nothing."""
    if not token:
        return None
    async with database.lookup() as session:
        held = await queries.by_token(session, token_hash(session, token))
    now = clock.now()
    if held is None or has_ended(held.session, idle=idle_of(held.roles), now=now):
        return None
    if now - held.session.seen_at >= _SEEN_EVERY:
        async with database.transaction() as session:
            await _note_seen(session, held.session.id, now)
    return _principal(settings, held)


async def still_open(session: AsyncSession, session_ids: Collection[UUID]) -> frozenset[UUID]:
    """Which of the sessions still open anything: for whoever holds a connection for one."""
    now = clock.now()
    since = queries.Idle(service=now - IDLE, administrator=now - ADMINISTRATOR_IDLE)
    return await queries.seen_since(session, session_ids, now, since)


async def begin(session: AsyncSession, account: Account, client: Client) -> tuple[str, UUID]:
    """A new session; the token is told once and stored only as a keyed hash."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    row = AccountSession(
        account_id=account.id,
        token_hash=token_hash(session, token),
        created_at=now,
        seen_at=now,
        expires_at=now + OLDEST,
        address=client.address,
        user_agent=client.user_agent[:300],
    )
    session.add(row)
    await session.flush()
    return token, row.id


async def renew(session: AsyncSession, session_id: UUID) -> str:
    """A new token for a session that goes on; the one before opens nothing from the commit on."""
    token = secrets.token_urlsafe(32)
    mine = (AccountSession.id == session_id, AccountSession.ended_at.is_(None))
    await session.execute(
        update(AccountSession).where(*mine).values(token_hash=token_hash(session, token))
    )
    return token


async def end_by_token(session: AsyncSession, token: str | None, *, reason: str) -> None:
    if token:
        hashed = token_hash(session, token)
        await session.execute(_ending(reason).where(AccountSession.token_hash == hashed))


async def end(session: AsyncSession, session_id: UUID, *, reason: str) -> None:
    await session.execute(_ending(reason).where(AccountSession.id == session_id))


async def end_all(
    session: AsyncSession, account_id: UUID, *, reason: str, but: Collection[UUID] = ()
) -> None:
    """End every session of an account, except some."""
    ending = _ending(reason).where(AccountSession.account_id == account_id)
    await session.execute(ending.where(AccountSession.id.not_in(but)))


def token_hash(session: AsyncSession, token: str) -> bytes:
    return vault_of(session).blind(token, purpose="session")


def idle_of(roles: Collection[str]) -> timedelta:
    return ADMINISTRATOR_IDLE if is_administrator(roles) else IDLE


def has_ended(row: AccountSession, *, idle: timedelta, now: datetime) -> bool:
    return now >= row.expires_at or now >= row.seen_at + idle


def _ending(reason: str) -> Update:
    return (
        update(AccountSession)
        .where(AccountSession.ended_at.is_(None))
        .values(ended_at=clock.now(), end_reason=reason)
    )


async def _note_seen(session: AsyncSession, session_id: UUID, now: datetime) -> None:
    mine = (AccountSession.id == session_id, AccountSession.seen_at < now)
    await session.execute(update(AccountSession).where(*mine).values(seen_at=now))


def _principal(settings: Settings, held: queries.Held) -> Principal:
    account = held.account
    return Principal(
        account_id=account.id,
        name=account.display_name,
        scopes=frozenset({SELF}) if is_restricted(account, settings) else scopes_of(held.roles),
        organization_id=account.organization_id,
        subtree=held.subtree,
        session_id=held.session.id,
        roles=held.roles,
    )


def is_restricted(account: Account, settings: Settings) -> bool:
    """Whether the account must first change its password or, outside the sample, set up codes."""
    return must_renew(account, settings) or must_enroll(account, settings)


def must_renew(account: Account, settings: Settings) -> bool:
    """Whether a new password must be chosen: it was given by somebody, or is too old."""
    return account.must_change_password or renewal.is_over(account, settings.password_profile)


def must_enroll(account: Account, settings: Settings) -> bool:
    return settings.is_https and account.totp_confirmed_at is None
