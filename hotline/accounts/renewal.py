"""A new password in the place of an old one: how long each holds, and which came before.

Only the profile `mlps` asks for it (GB/T 22239 wants periodic change; ASVS forbids asking for it).
The last hashes are kept under either profile, so that a change of profile needs no year to work.
"""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.accounts import hashing
from hotline.accounts.models import Account, PasswordReset, PastPassword
from hotline.settings import PasswordProfile

LONGEST_HELD = timedelta(days=90)
REMEMBERED = 5
"""The present one and those before it that may not come again."""


def is_over(account: Account, profile: PasswordProfile) -> bool:
    """Whether the account must choose a new one before it does anything else."""
    if profile is not PasswordProfile.MLPS:
        return False
    return clock.now() >= (account.password_set_at or account.created_at) + LONGEST_HELD


async def was_used(session: AsyncSession, account: Account, password: str) -> bool:
    """Whether it is the present one or one of those before it."""
    before = select(PastPassword.password_hash).where(PastPassword.account_id == account.id)
    newest = before.order_by(PastPassword.id.desc()).limit(REMEMBERED - 1)
    for known in (account.password_hash, *(await session.scalars(newest)).all()):
        if await hashing.is_right(known, password):
            return True
    return False


async def replace(session: AsyncSession, account: Account, password_hash: str) -> None:
    """The new one counts from now on, and no link chooses another instead; only as many old ones
    stay as are asked for.
    """
    session.add(PastPassword(account_id=account.id, password_hash=account.password_hash))
    await session.flush()
    mine = PastPassword.account_id == account.id
    kept = select(PastPassword.id).where(mine).order_by(PastPassword.id.desc()).limit(REMEMBERED)
    await session.execute(delete(PastPassword).where(mine, PastPassword.id.not_in(kept)))
    now = clock.now()
    links = (PasswordReset.account_id == account.id, PasswordReset.used_at.is_(None))
    await session.execute(update(PasswordReset).where(*links).values(used_at=now))
    account.password_hash, account.password_set_at = password_hash, now
