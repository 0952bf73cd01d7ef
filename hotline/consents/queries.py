"""Every SELECT on the ledger."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.consents.models import ConsentEntry
from hotline.consents.states import OF_A_NUMBER, Answer, Purpose


async def of_matter(
    session: AsyncSession, city_id: UUID, subjects: Collection[str], number_blind: bytes | None
) -> Sequence[ConsentEntry]:
    """About these subjects, and what the number itself has said; oldest first.

    Only for subjects that the reader may see.
    """
    chosen: ColumnElement[bool] = ConsentEntry.subject.in_(subjects)
    if number_blind is not None:
        own = and_(ConsentEntry.number_blind == number_blind, ConsentEntry.purpose.in_(OF_A_NUMBER))
        chosen = or_(chosen, own)
    rows = select(ConsentEntry).where(ConsentEntry.city_id == city_id, chosen)
    return (await session.scalars(rows.order_by(ConsentEntry.at, ConsentEntry.id))).all()


async def of_number(session: AsyncSession, number_blind: bytes) -> Sequence[ConsentEntry]:
    """Everything that a number has answered, oldest first: for the resident who asks."""
    rows = select(ConsentEntry).where(ConsentEntry.number_blind == number_blind)
    return (await session.scalars(rows.order_by(ConsentEntry.at, ConsentEntry.id))).all()


async def is_withdrawn(
    session: AsyncSession, city_id: UUID, number_blind: bytes, purpose: Purpose
) -> bool:
    """Whether the number's newest word on it is no."""
    newest = (
        select(ConsentEntry.answer)
        .where(
            ConsentEntry.number_blind == number_blind,
            ConsentEntry.purpose == purpose,
            ConsentEntry.city_id == city_id,
        )
        .order_by(ConsentEntry.at.desc(), ConsentEntry.id.desc())
        .limit(1)
    )
    return await session.scalar(newest) in (Answer.REFUSED, Answer.WITHDRAWN)
