"""Sign in by what the city's provider proves, and bind an account to an identity there.

An identity is issuer and subject. Nobody gets an account by having one: the holder of an account
binds it, with the password. An account with one-time codes is opened only when the provider says
that a second factor was used there.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.accounts import sessions
from hotline.accounts.models import Account, AccountIdentity
from hotline.accounts.oidc import Identity
from hotline.accounts.sessions import Client
from hotline.audit import Result
from hotline.db import Database, uuid7
from hotline.principal import Principal


class IdentityTaken(Exception):
    """Bound to another account, or this account to another identity."""


async def sign_in(database: Database, identity: Identity, client: Client) -> str | None:
    """The token of a new session; None where the identity opens nothing. Both are audited."""
    async with database.transaction() as session:
        account = await _account_of(session, identity)
        reason = _fault(account, identity)
        if account is None or reason is not None:
            await _note(session, account, client, Result.REFUSED, reason)
            return None
        token, _ = await sessions.begin(session, account, client)
        await _note(session, account, client, Result.OK, None)
        return token


async def bind(database: Database, account_id: UUID, identity: Identity) -> None:
    """Raises IdentityTaken. Binding the same twice changes nothing."""
    async with database.transaction() as session:
        now = clock.now()
        await session.execute(
            insert(AccountIdentity)
            .values(
                id=uuid7(), created_at=now, updated_at=now, account_id=account_id,
                issuer=identity.issuer, subject=identity.subject,
            )
            .on_conflict_do_nothing()
        )  # fmt: skip
        bound = await _account_of(session, identity)
        if bound is None or bound.id != account_id:
            raise IdentityTaken
        await audit.record(
            session, _named(bound), "identity.bound", target=f"account:{account_id}",
            issuer=identity.issuer,
        )  # fmt: skip


async def unbind(session: AsyncSession, principal: Principal, account: Account) -> None:
    chosen = select(AccountIdentity).where(AccountIdentity.account_id == account.id)
    for row in await session.scalars(chosen):
        await session.delete(row)
        await audit.record(
            session, principal, "identity.unbound", target=f"account:{account.id}",
            issuer=row.issuer,
        )  # fmt: skip


def _fault(account: Account | None, identity: Identity) -> str | None:
    if account is None:
        return "identity_unknown"
    if account.disabled_at is not None:
        return "disabled"
    if account.totp_confirmed_at is not None and not identity.has_second_factor:
        return "second_factor_missing"
    return None


async def _account_of(session: AsyncSession, identity: Identity) -> Account | None:
    chosen = select(Account).join(AccountIdentity, AccountIdentity.account_id == Account.id)
    return await session.scalar(
        chosen.where(
            AccountIdentity.issuer == identity.issuer, AccountIdentity.subject == identity.subject
        )
    )


async def _note(
    session: AsyncSession, account: Account | None, client: Client, result: Result,
    reason: str | None,
) -> None:  # fmt: skip
    await audit.record(
        session,
        _named(account) if account else None,
        "session.begun" if result is Result.OK else "session.refused",
        target=f"account:{account.id}" if account else None,
        result=result,
        reason=reason,
        address=client.address,
        by="single_sign_on",
    )


def _named(account: Account) -> Principal:
    """Whom the audit names; without any right."""
    return Principal(
        account.id, account.display_name, frozenset(), account.organization_id, frozenset()
    )
