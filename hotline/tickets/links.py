"""Links that a resident gets by text message: each opens one ticket for one purpose, once."""

import hashlib
import secrets
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.tickets.models import Ticket, TicketLink

VALID_FOR = timedelta(hours=72)
_TOKEN_BYTES = 24


class Purpose(StrEnum):
    RATING = "rating"


async def make_link(session: AsyncSession, ticket: Ticket, purpose: Purpose) -> str:
    """The token of a new link; those made before for the same purpose open nothing any more."""
    now = clock.now()
    await session.execute(
        update(TicketLink)
        .where(
            TicketLink.ticket_id == ticket.id,
            TicketLink.purpose == purpose,
            TicketLink.expires_at > now,
        )
        .values(expires_at=now)
    )
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        TicketLink(
            ticket_id=ticket.id,
            purpose=purpose,
            token_hash=_hash(token),
            expires_at=now + VALID_FOR,
        )
    )
    return token


async def open_link(session: AsyncSession, token: str, purpose: Purpose) -> TicketLink | None:
    """What the token opens now: looking at it uses nothing up."""
    return await session.scalar(_usable(token, purpose))


async def held_link(session: AsyncSession, token: str, purpose: Purpose) -> TicketLink | None:
    """The same for acting: of two who act with it at once, one finds it used."""
    held = _usable(token, purpose).with_for_update().execution_options(populate_existing=True)
    return await session.scalar(held)


def _usable(token: str, purpose: Purpose) -> Select[TicketLink]:
    return select(TicketLink).where(
        TicketLink.token_hash == _hash(token),
        TicketLink.purpose == purpose,
        TicketLink.used_at.is_(None),
        TicketLink.expires_at > clock.now(),
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
