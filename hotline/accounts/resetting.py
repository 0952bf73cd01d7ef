"""Choose a new password by a link that the security administrator hands over.

The link lives for ten minutes and opens once; its token is kept as a keyed hash and stands behind
the `#` of the address, where no server and no proxy writes it down. One-time codes stay as they
are: whoever only has the link does not get in.
"""

import secrets
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.accounts import hashing, renewal, service, sessions
from hotline.accounts.models import Account, PasswordReset
from hotline.db import Database
from hotline.errors import HotlineError
from hotline.principal import Principal
from hotline.vault import vault_of

VALID_FOR = timedelta(minutes=10)


class ResetOver(HotlineError):
    status, code, detail = 404, "reset_over", "重置链接已失效，请联系安全管理员重新生成。"


async def make_link(session: AsyncSession, principal: Principal, account: Account) -> str:
    """The token; those before it open nothing any more. Sessions stay until it is used."""
    service.refuse_administrators(principal, account)
    now, token = clock.now(), secrets.token_urlsafe(32)
    mine = PasswordReset.account_id == account.id
    await session.execute(
        update(PasswordReset).where(mine, PasswordReset.used_at.is_(None)).values(used_at=now)
    )
    session.add(
        PasswordReset(
            account_id=account.id, token_hash=_hash(session, token), expires_at=now + VALID_FOR
        )
    )
    await audit.record(session, principal, "password.reset_sent", target=f"account:{account.id}")
    return token


async def choose_password(database: Database, token: str, password: str, *, address: str) -> None:
    """Raises ResetOver, InvalidInput. Every session of the account ends."""
    async with database.transaction() as session:
        account = await _account_of(session, token)
        await service.check_password(session, "new_password", password, account)
    hashed = await hashing.hash_password(password)
    async with database.transaction() as session:
        account = await _account_of(session, token, use=True)
        await renewal.replace(session, account, hashed)
        account.must_change_password = False
        await sessions.end_all(session, account.id, reason="password_changed")
        await audit.record(
            session, None, "password.reset", target=f"account:{account.id}", address=address,
            by="link",
        )  # fmt: skip


async def _account_of(session: AsyncSession, token: str, *, use: bool = False) -> Account:
    """Whose link it is; `use` decides between two at once."""
    now = clock.now()
    mine = PasswordReset.token_hash == _hash(session, token)
    alive = (mine, PasswordReset.used_at.is_(None), PasswordReset.expires_at > now)
    if use:
        using = update(PasswordReset).where(*alive).values(used_at=now)
        account_id = await session.scalar(using.returning(PasswordReset.account_id))
    else:
        account_id = await session.scalar(select(PasswordReset.account_id).where(*alive))
    account = await session.get(Account, account_id) if account_id else None
    if account is None or account.disabled_at is not None:
        raise ResetOver
    return account


def _hash(session: AsyncSession, token: str) -> bytes:
    return vault_of(session).blind(token, purpose="password reset")
