"""Every SELECT on follow-up calls."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls.models import Call, CallStatus
from hotline.follow_up.models import FollowUpCall, FollowUpEnd, FollowUpRules
from hotline.follow_up.tries import DEFAULT_TERMS, Terms
from hotline.organizations import queries as organizations
from hotline.tickets.models import Ticket, TicketHistory, TicketVisit
from hotline.tickets.states import Status, Urgency

_STOPS = (FollowUpEnd.RATED, FollowUpEnd.TO_PERSON, FollowUpEnd.DECLINED)


def waiting(before: datetime, limit: int) -> Select[UUID]:
    """Tickets that wait for their follow-up and may get it from a machine, oldest first.

    Not who asked for secrecy, no emergency, nobody who has answered, who is being called, or who
    has asked for a person.
    """
    this_round = FollowUpCall.round == Ticket.redo_count
    tried = (
        select(FollowUpCall.id)
        .where(FollowUpCall.ticket_id == Ticket.id, this_round)
        .where(or_(FollowUpCall.ended_at.is_(None), FollowUpCall.outcome.in_(_STOPS)))
        .exists()
    )
    reached = (
        select(TicketVisit.id)
        .where(TicketVisit.ticket_id == Ticket.id, TicketVisit.round == Ticket.redo_count)
        .where(TicketVisit.reached)
        .exists()
    )
    chosen = select(Ticket.id).where(
        Ticket.status == Status.TO_VISIT,
        Ticket.urgency != Urgency.EMERGENCY,
        ~Ticket.confidential,
        ~Ticket.anonymous,
        Ticket.caller_sealed.is_not(None),
        Ticket.parent_id.is_(None),
        Ticket.replied_at < before,
        ~tried,
        ~reached,
    )
    return chosen.order_by(Ticket.replied_at, Ticket.id).limit(limit)


async def is_waiting(session: AsyncSession, ticket_id: UUID, now: datetime) -> bool:
    """The same of one ticket; whoever asks holds its row."""
    return await session.scalar(waiting(now, 1).where(Ticket.id == ticket_id)) is not None


async def waiting_since(session: AsyncSession, ticket_id: UUID) -> datetime | None:
    """When the ticket came to wait for its follow-up, the last time."""
    return await session.scalar(
        select(func.max(TicketHistory.at)).where(
            TicketHistory.ticket_id == ticket_id,
            TicketHistory.to_status == Status.TO_VISIT,
            TicketHistory.from_status != Status.TO_VISIT,
        )
    )


async def tries_of(session: AsyncSession, ticket: Ticket) -> Sequence[datetime]:
    """When somebody tried in vain to reach the resident in this round."""
    chosen = select(TicketVisit.created_at).where(
        TicketVisit.ticket_id == ticket.id,
        TicketVisit.round == ticket.redo_count,
        ~TicketVisit.reached,
    )
    return (await session.scalars(chosen.order_by(TicketVisit.created_at))).all()


async def count_of(session: AsyncSession, ticket: Ticket) -> int:
    """How often the robot was sent in this round."""
    chosen = select(func.count()).where(
        FollowUpCall.ticket_id == ticket.id, FollowUpCall.round == ticket.redo_count
    )
    return await session.scalar(chosen) or 0


async def terms_of(session: AsyncSession, organization_id: UUID) -> Terms:
    """The organization's own terms, else those of the nearest above it, else the shipped ones."""
    path = await organizations.path_ids(session, organization_id)
    newest = (
        select(FollowUpRules)
        .where(FollowUpRules.organization_id.in_(path))
        .ext(distinct_on(FollowUpRules.organization_id))
        .order_by(FollowUpRules.organization_id, FollowUpRules.id.desc())
    )
    rows = sorted(await session.scalars(newest), key=lambda row: path.index(row.organization_id))
    if not rows:
        return DEFAULT_TERMS
    return Terms(rows[0].is_on, rows[0].first_after_minutes, rows[0].again_after_minutes)


async def going_on(session: AsyncSession) -> int:
    """Calls that are planned, ring or are in talk."""
    open_ones = select(func.count()).where(FollowUpCall.ended_at.is_(None))
    return await session.scalar(open_ones) or 0


async def by_id(session: AsyncSession, follow_up_id: UUID) -> FollowUpCall | None:
    return await session.get(FollowUpCall, follow_up_id, populate_existing=True)


async def of_call(session: AsyncSession, call_id: UUID) -> FollowUpCall | None:
    chosen = select(FollowUpCall).where(FollowUpCall.call_id == call_id)
    return await session.scalar(chosen.execution_options(populate_existing=True))


async def left_behind(session: AsyncSession) -> Sequence[UUID]:
    """Calls that are over and whose end nobody has told here."""
    chosen = (
        select(FollowUpCall.call_id)
        .join(Call, Call.id == FollowUpCall.call_id)
        .where(FollowUpCall.ended_at.is_(None), Call.status == CallStatus.ENDED)
    )
    return (await session.scalars(chosen)).all()
