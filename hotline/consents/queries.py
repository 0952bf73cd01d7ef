"""Every SELECT on the ledger."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    Uuid,
    and_,
    case,
    cast,
    column,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.consents.models import ConsentEntry
from hotline.consents.states import OF_A_NUMBER, Answer, Purpose

# Of the floor above, by name only.
_ticket = table("ticket", column("id"), column("call_id"), column("confidential"))


async def of_matter(
    session: AsyncSession, city_id: UUID, subjects: Collection[str], number_blind: bytes | None
) -> Sequence[ConsentEntry]:
    """About these subjects, and what the number itself has said; oldest first.

    Only for subjects that the reader may see. What was said in a confidential matter is told in
    that matter alone: elsewhere it would tell whose matter that is.
    """
    chosen: ColumnElement[bool] = ConsentEntry.subject.in_(subjects)
    if number_blind is not None:
        own = and_(
            ConsentEntry.number_blind == number_blind,
            ConsentEntry.purpose.in_(OF_A_NUMBER),
            ~is_secret(ConsentEntry.subject),
        )
        chosen = or_(chosen, own)
    rows = select(ConsentEntry).where(ConsentEntry.city_id == city_id, chosen)
    return (await session.scalars(rows.order_by(ConsentEntry.at, ConsentEntry.id))).all()


async def of_number(session: AsyncSession, number_blind: bytes) -> Sequence[ConsentEntry]:
    """Everything that a number has answered, oldest first: for the resident who asks."""
    rows = select(ConsentEntry).where(ConsentEntry.number_blind == number_blind)
    return (await session.scalars(rows.order_by(ConsentEntry.at, ConsentEntry.id))).all()


def is_secret(subject: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """A confidential ticket, or a call in which one was opened."""
    kind, own = func.split_part(subject, ":", 1), cast(func.split_part(subject, ":", 2), Uuid)
    is_meant = or_(
        _ticket.c.id == case((kind == "ticket", own)),
        _ticket.c.call_id == case((kind == "call", own)),
    )
    return select(_ticket.c.id).where(_ticket.c.confidential.is_(True), is_meant).exists()


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
