"""Tell the desks that a matter moved; what it is now, they ask for."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.events import service as events
from hotline.proxy import queries
from hotline.proxy.models import ProxyMatter
from hotline.proxy.schemas import ProxyMatterChanged
from hotline.proxy.states import MatterStatus, StepState
from hotline.tickets.models import Ticket

CHANGED = "proxy_matter.changed"


async def tell_changed(session: AsyncSession, matter: ProxyMatter) -> None:
    """To whoever sees the ticket, and to the units whose step has come."""
    await session.flush()
    ticket = await session.get_one(Ticket, matter.ticket_id)
    steps = await queries.steps_of(session, matter.id)
    begun = {one.organization_id for one in steps if one.state != StepState.WAITING}
    await events.record(
        session,
        CHANGED,
        subject_id=matter.id,
        payload=ProxyMatterChanged(
            id=matter.id, ticket_id=matter.ticket_id, status=MatterStatus(matter.status)
        ),
        audience=begun | _holders(ticket),
        scope="tickets:read",
    )


def _holders(ticket: Ticket) -> set[UUID]:
    return {place for place in (ticket.custody_id, ticket.district_id) if place is not None}
