"""Record the events of an incident, with the incident as the API serves it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.events import service as events
from hotline.incidents import queries
from hotline.incidents.models import Incident
from hotline.incidents.schemas import IncidentOut
from hotline.organizations.models import Organization
from hotline.organizations.queries import organizations_by_id

INCIDENTS_SCOPE = "calls:read"


async def present(session: AsyncSession, incidents: list[Incident]) -> list[IncidentOut]:
    counts = await queries.counts_of(session, [one.id for one in incidents])
    wanted = {one.district_id for one in incidents if one.district_id}
    nodes = await organizations_by_id(session, wanted)
    return [IncidentOut.of(one, _district(one, nodes), counts[one.id]) for one in incidents]


async def announce(
    session: AsyncSession, name: str, incident: Incident, *, also: UUID | None = None
) -> None:
    """Tell the district and the city; `also` is a district that it has been moved out of."""
    await session.flush()
    audience = [incident.city_id, incident.district_id, also]
    await events.record(
        session,
        name,
        subject_id=incident.id,
        payload=(await present(session, [incident]))[0],
        audience=[one for one in audience if one is not None],
        scope=INCIDENTS_SCOPE,
    )


def _district(incident: Incident, nodes: dict[UUID, Organization]) -> str | None:
    node = nodes.get(incident.district_id) if incident.district_id else None
    return node.district if node else None
