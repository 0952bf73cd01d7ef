"""A stopped clock, the small city of the ticket tests, and callers who all have the same."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.incidents import queries, reports, service
from hotline.incidents.models import Incident
from hotline.incidents.schemas import IncidentConfirm
from hotline.principal import Principal
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketKind
from tests.tickets.city import City, build_city

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=clock.LOCAL)
CONFIRM = {
    "title": "滨河街道停暖",
    "announcement": "滨河街道停暖，热力公司正在抢修，预计今天18点恢复",
    "area": "海勃湾区",
}


@pytest.fixture(autouse=True)
def now() -> Iterator[datetime]:
    with clock.stopped(MONDAY):
        yield MONDAY


@pytest.fixture
async def city(session: AsyncSession) -> City:
    return await build_city(session)


Report = Callable[..., Awaitable[Ticket]]


@pytest.fixture
def told(session: AsyncSession, city: City) -> Report:
    """Somebody tells that it is cold, and the job that counts it has run."""

    async def tell(caller: int, **given: Any) -> Ticket:
        agent = await city.person(session, "agent")
        ticket = await cold_home(session, agent, caller, **given)
        await reports.note_ticket(session, ticket.id)
        return ticket

    return tell


async def cold_home(session: AsyncSession, agent: Principal, caller: int, **given: Any) -> Ticket:
    defaults: dict[str, Any] = {
        "kind": TicketKind.HELP,
        "title": "暖气不热",
        "description": "我家暖气不热",
        "district": "海勃湾区",
        "subject_code": "A01-01-01",
        "caller_number": f"1384731{caller:04d}",
    }
    return await tickets.open_ticket(session, agent, **(defaults | given))


async def incidents(session: AsyncSession) -> list[Incident]:
    return list(await session.scalars(select(Incident).order_by(Incident.id)))


Propose = Callable[..., Awaitable[Incident]]


@pytest.fixture
def proposed(session: AsyncSession, told: Report) -> Propose:
    async def propose(callers: int = 5, **given: Any) -> Incident:
        for caller in range(callers):
            await told(caller, **given)
        (incident,) = await incidents(session)
        return incident

    return propose


@pytest.fixture
def active(session: AsyncSession, city: City, proposed: Propose) -> Propose:
    async def confirm(**given: Any) -> Incident:
        incident = await proposed()
        supervisor = await city.person(session, "city_supervisor")
        wanted = IncidentConfirm.model_validate(CONFIRM | given)
        return await service.confirm(session, supervisor, incident.id, wanted)

    return confirm


async def follower_count(session: AsyncSession, incident: Incident) -> int:
    return (await queries.counts_of(session, [incident.id]))[incident.id].followers
