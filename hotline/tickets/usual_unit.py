"""Who has usually settled matters of a subject in a district, as the history of tickets tells."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.tickets.models import Ticket, TicketReply
from hotline.tickets.states import Status

LOOKED_AT = 300
LOOK_BACK = timedelta(days=180)
FEWEST = 3
_SETTLED = (Status.TO_VISIT, Status.CLOSED, Status.ARCHIVED)


async def usual_unit(
    session: AsyncSession, city_id: UUID, subject_code: str, district_id: UUID | None
) -> UUID | None:
    """Whose replies were taken most often among the district's newest; None where too few were.

    Confidential tickets are not looked at.
    """
    recent = (
        select(Ticket.id)
        .where(
            Ticket.subject_code == subject_code,
            Ticket.created_at > clock.now() - LOOK_BACK,
            Ticket.city_id == city_id,
            Ticket.district_id.is_not_distinct_from(district_id),
            Ticket.status.in_(_SETTLED),
            Ticket.confidential.is_(False),
        )
        .order_by(Ticket.created_at.desc())
        .limit(LOOKED_AT)
        .subquery()
    )
    count = func.count(TicketReply.ticket_id.distinct())
    chosen = (
        select(TicketReply.organization_id)
        .join(recent, recent.c.id == TicketReply.ticket_id)
        .group_by(TicketReply.organization_id)
        .having(count >= FEWEST)
        .order_by(count.desc(), TicketReply.organization_id)
        .limit(1)
    )
    return await session.scalar(chosen)
