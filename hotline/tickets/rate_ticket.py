"""The resident says what became of the matter: by a link, or to the robot that calls."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.errors import NotFound
from hotline.tickets import queries
from hotline.tickets.attending import machine
from hotline.tickets.links import Purpose, held_link, open_link
from hotline.tickets.models import Ticket
from hotline.tickets.move_ticket import move_ticket
from hotline.tickets.outcomes import SATISFIED_FROM
from hotline.tickets.rules import Move
from hotline.tickets.schemas import ToldMove
from hotline.tickets.states import Channel, Status


@dataclass(frozen=True, slots=True)
class Rating:
    """Five levels, 5 is the best; only the result must be rated."""

    level: int
    is_resolved: bool
    unit_level: int | None = None
    agent_level: int | None = None
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Rateable:
    """What is shown to whoever opens the link: nothing of who they are."""

    number: str
    title: str
    answer: str | None


async def rateable(session: AsyncSession, token: str) -> Rateable:
    """Raises NotFound for a link that is used, over, or none, and once nothing is asked."""
    link = await open_link(session, token, Purpose.RATING)
    ticket = None if link is None else await session.get(Ticket, link.ticket_id)
    if ticket is None or ticket.status != Status.TO_VISIT:
        raise NotFound
    reply = await session.scalar(queries.latest_reply(ticket.id))
    return Rateable(ticket.number, ticket.title, reply.public_answer if reply else None)


async def rate_by_link(session: AsyncSession, token: str, rating: Rating) -> Ticket:
    """Once per link. Raises NotFound like `rateable`."""
    link = await held_link(session, token, Purpose.RATING)
    if link is None:
        raise NotFound
    link.used_at = clock.now()
    return await rate_ticket(session, link.ticket_id, rating, channel=Channel.LINK)


async def rate_ticket(
    session: AsyncSession, ticket_id: UUID, rating: Rating, *, channel: Channel
) -> Ticket:
    """Satisfied closes it; dissatisfied waits for a person who judges whether it is reasonable."""
    ticket = await queries.held_ticket(session, ticket_id)
    if ticket is None or ticket.status != Status.TO_VISIT:
        raise NotFound
    told = ToldMove(
        move=Move.RATE if rating.level >= SATISFIED_FROM else Move.RATE_LOW,
        version=ticket.version,
        channel=channel,
        level=rating.level,
        resolved=rating.is_resolved,
        unit_level=rating.unit_level,
        agent_level=rating.agent_level,
        note=rating.words or None,
    )
    return await move_ticket(session, await machine(session, ticket.city_id), ticket.id, told)
