"""Six digits by text message: few tries, a short life, and only the newest counts."""

import hmac
import secrets
from datetime import timedelta
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.dispatch.models import DispatchCode
from hotline.dispatch.states import CodePurpose
from hotline.vault import vault_of

DIGITS = 6
MOST_TRIES = 5
FEWEST_JUDGED = 20
LEAST_USED = 0.2
VALID_FOR = MappingProxyType(
    {CodePurpose.QUOTE: timedelta(hours=2), CodePurpose.SIGN_IN: timedelta(minutes=10)}
)


async def make_code(session: AsyncSession, purpose: CodePurpose, subject_id: UUID) -> str:
    """A new code; those before it open nothing any more."""
    now = clock.now()
    await forget_codes(session, purpose, subject_id)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    row = DispatchCode(purpose=purpose, subject_id=subject_id, code_hash=b"",
                       expires_at=now + VALID_FOR[purpose])  # fmt: skip
    row.code_hash = _hash(session, code, subject_id, purpose)
    session.add(row)
    await session.flush()
    return code


async def judge_code(
    session: AsyncSession, purpose: CodePurpose, subject_id: UUID, code: str
) -> bool:
    """Whether it is right; every try counts, so the caller's transaction must be kept."""
    row = await session.scalar(
        select(DispatchCode)
        .where(
            DispatchCode.purpose == purpose,
            DispatchCode.subject_id == subject_id,
            DispatchCode.used_at.is_(None),
            DispatchCode.expires_at > clock.now(),
            DispatchCode.tries < MOST_TRIES,
        )
        .order_by(DispatchCode.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        return False
    row.tries += 1
    is_right = hmac.compare_digest(row.code_hash, _hash(session, code, subject_id, purpose))
    if is_right:
        row.used_at = clock.now()
    await session.flush()
    return is_right


async def sent_lately(session: AsyncSession, purpose: CodePurpose, subject_id: UUID) -> int:
    """How many codes were made within the hour; whoever asks beside this one waits for its end."""
    key = {"key": f"code:{purpose}:{subject_id}"}
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 114))"), key)
    chosen = select(DispatchCode.id).where(
        DispatchCode.purpose == purpose,
        DispatchCode.subject_id == subject_id,
        DispatchCode.created_at > clock.now() - timedelta(hours=1),
    )
    return len((await session.scalars(chosen)).all())


async def are_unused(session: AsyncSession) -> bool:
    """Whether codes are asked for and hardly ever given back: somebody earns by their sending."""
    since = clock.now() - timedelta(hours=1)
    lately = select(func.count(), func.count(DispatchCode.used_at)).where(
        DispatchCode.created_at > since, DispatchCode.expires_at <= clock.now()
    )
    over, used = (await session.execute(lately)).one()
    return over >= FEWEST_JUDGED and used < over * LEAST_USED


async def forget_codes(session: AsyncSession, purpose: CodePurpose, subject_id: UUID) -> None:
    now = clock.now()
    await session.execute(
        update(DispatchCode)
        .where(
            DispatchCode.purpose == purpose,
            DispatchCode.subject_id == subject_id,
            DispatchCode.expires_at > now,
        )
        .values(expires_at=now)
    )


def _hash(session: AsyncSession, code: str, subject_id: UUID, purpose: CodePurpose) -> bytes:
    """Six digits are soon guessed from a plain hash; the vault's key is not in the database."""
    return vault_of(session).blind(f"{subject_id}/{code}", purpose=f"dispatch code {purpose}")
