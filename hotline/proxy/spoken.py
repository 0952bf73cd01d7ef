"""How a matter stands, for the ear: who asks by telephone hears the step and its unit."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.organizations.queries import organizations_by_id
from hotline.proxy import queries
from hotline.proxy.models import ProxyMatter, ProxyStep
from hotline.proxy.phrases import phrase
from hotline.proxy.states import MatterStatus, StepState
from hotline.tickets.models import Ticket


async def spoken_progress(session: AsyncSession, ticket: Ticket) -> str | None:
    """None for a ticket that is no proxy matter."""
    matter = await queries.matter_of_ticket(session, ticket.id)
    if matter is None:
        return None
    steps = await queries.steps_of(session, matter.id)
    units = await organizations_by_id(session, {step.organization_id for step in steps})
    return progress_of(matter, steps, {key: unit.short_name for key, unit in units.items()})


def progress_of(matter: ProxyMatter, steps: Sequence[ProxyStep], units: Mapping[UUID, str]) -> str:
    """The step under way where there is one, else how the whole stands."""
    current = next((step for step in steps if step.state == StepState.CURRENT), None)
    if matter.status == MatterStatus.IN_HAND and current is not None:
        return phrase(
            "spoken_step",
            number=current.position + 1,
            count=len(steps),
            name=current.name,
            unit=units.get(current.organization_id, ""),
        )
    if matter.status == MatterStatus.FINISHED:
        return phrase(f"spoken_{matter.result}")
    return phrase(f"spoken_{matter.status}")
