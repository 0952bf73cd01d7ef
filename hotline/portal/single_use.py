"""Each challenge is good for one try on all nodes together, right or wrong."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.portal.challenge import FRESH
from hotline.portal.models import UsedChallenge

_KEPT = 2 * FRESH
_MOST_FORGOTTEN = 100


async def use_up(session: AsyncSession, token: str, now: datetime) -> bool:
    """False where somebody was here before. Only what we signed: it leaves a row."""
    await _forget(session, now - _KEPT)
    digest = sha256(token.encode()).digest()
    written = insert(UsedChallenge).values(digest=digest, at=now).on_conflict_do_nothing()
    found = await session.execute(written.returning(UsedChallenge.digest))
    return found.scalar() is not None


async def _forget(session: AsyncSession, before: datetime) -> None:
    """A few at a time, past those that another node is forgetting."""
    over = (
        select(UsedChallenge.digest)
        .where(UsedChallenge.at < before)
        .limit(_MOST_FORGOTTEN)
        .with_for_update(skip_locked=True)
    )
    await session.execute(delete(UsedChallenge).where(UsedChallenge.digest.in_(over)))
