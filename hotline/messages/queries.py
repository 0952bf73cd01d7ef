"""Every SELECT on messages that go out."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.messages.models import OutgoingMessage


async def held_message(session: AsyncSession, message_id: UUID) -> OutgoingMessage | None:
    """As it is now, held until the transaction ends."""
    chosen = select(OutgoingMessage).where(OutgoingMessage.id == message_id)
    return await session.scalar(chosen.with_for_update().execution_options(populate_existing=True))


async def id_of(session: AsyncSession, sid: str) -> UUID | None:
    """Our id of a message under way that the network calls so."""
    chosen = select(OutgoingMessage.id).where(
        OutgoingMessage.ended_at.is_(None), OutgoingMessage.provider_sid == sid
    )
    return await session.scalar(chosen) if sid else None


async def known_sids(session: AsyncSession, sids: Sequence[str]) -> frozenset[str]:
    """Those that are other messages of ours already."""
    chosen = select(OutgoingMessage.provider_sid).where(OutgoingMessage.provider_sid.in_(sids))
    return frozenset(sid for sid in await session.scalars(chosen) if sid is not None)


async def about(session: AsyncSession, subject: str) -> Sequence[OutgoingMessage]:
    """What was written about a ticket, oldest first; ask only for what the reader may see."""
    chosen = select(OutgoingMessage).where(OutgoingMessage.subject == subject)
    return (await session.scalars(chosen.order_by(OutgoingMessage.id))).all()


async def sent_to(session: AsyncSession, blind: bytes, purpose: str, limit: int) -> list[datetime]:
    """When the last messages went to a number, newest first."""
    chosen = (
        select(OutgoingMessage.sent_at)
        .where(
            OutgoingMessage.to_blind == blind,
            OutgoingMessage.purpose == purpose,
            OutgoingMessage.sent_at.is_not(None),
        )
        .order_by(OutgoingMessage.sent_at.desc())
        .limit(limit)
    )
    return [at for at in await session.scalars(chosen) if at is not None]


async def sent_since(session: AsyncSession, city_id: UUID, purpose: str, since: datetime) -> int:
    chosen = select(func.count()).where(
        OutgoingMessage.city_id == city_id,
        OutgoingMessage.purpose == purpose,
        OutgoingMessage.sent_at > since,
    )
    return await session.scalar(chosen) or 0


async def neighbors_since(session: AsyncSession, message: OutgoingMessage, since: datetime) -> int:
    """How many other numbers of its range were texted for the same purpose."""
    chosen = select(func.count(OutgoingMessage.to_blind.distinct())).where(
        OutgoingMessage.range_blind == message.range_blind,
        OutgoingMessage.to_blind != message.to_blind,
        OutgoingMessage.purpose == message.purpose,
        OutgoingMessage.sent_at > since,
    )
    return await session.scalar(chosen) or 0
