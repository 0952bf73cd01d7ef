"""Reports are counted once, of those who may be counted, and propose one incident."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.events.models import Event
from hotline.incidents import reports, service
from hotline.incidents.models import IncidentReport, IncidentStatus
from hotline.incidents.schemas import IncidentDismiss, RulesIn
from hotline.jobs.models import Job
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketKind
from tests.incidents.conftest import Propose, Report, cold_home, incidents
from tests.tickets.city import City, build_city


async def counted(session: AsyncSession) -> int:
    return await session.scalar(select(func.count()).select_from(IncidentReport)) or 0


async def events(session: AsyncSession, name: str) -> list[Event]:
    return list(await session.scalars(select(Event).where(Event.name == name)))


async def test_the_fifth_caller_proposes_an_incident_and_raises_the_alarm(
    session: AsyncSession, city: City, told: Report
) -> None:
    for caller in range(4):
        await told(caller)
    assert await incidents(session) == []
    await told(4)
    (incident,) = await incidents(session)
    assert (incident.status, incident.kind, incident.area) == ("proposed", "outage", "海勃湾区")
    assert incident.title == "海勃湾区：室内温度不达标"
    (proposed,) = await events(session, "incident.proposed")
    assert set(proposed.audience) == {city.id, city.ids["海勃湾区"]}
    assert proposed.payload["caller_count"] == 5
    (alarm,) = await events(session, "alarm.raised")
    assert (alarm.payload["kind"], alarm.payload["district"]) == ("incident", "海勃湾区")
    assert set(alarm.audience) == {city.id, city.ids["海勃湾区"]}
    assert "5位" in alarm.payload["text"]


async def test_a_sixth_caller_joins_the_incident(
    session: AsyncSession, proposed: Propose, told: Report
) -> None:
    incident = await proposed()
    await told(5)
    assert await incidents(session) == [incident]
    mine = select(func.count()).where(IncidentReport.incident_id == incident.id)
    assert await session.scalar(mine) == 6


async def test_the_same_caller_five_times_is_one_caller(
    session: AsyncSession, told: Report
) -> None:
    for _ in range(5):
        await told(1)
    assert await counted(session) == 5
    assert await incidents(session) == []


async def test_a_job_that_runs_twice_counts_once(session: AsyncSession, told: Report) -> None:
    ticket = await told(1)
    await reports.note_ticket(session, ticket.id)
    assert await counted(session) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"kind": TicketKind.CONSULT},
        {"kind": TicketKind.SERVICE},
        {"is_anonymous": True},
        {"is_confidential": True},
        {"subject_code": None},
    ],
)
async def test_questions_informants_and_what_is_about_nothing_are_not_counted(
    given: dict[str, object], session: AsyncSession, told: Report
) -> None:
    await told(1, **given)
    assert await counted(session) == 0


async def test_callers_of_two_districts_are_not_one_area(
    session: AsyncSession, told: Report
) -> None:
    for caller in range(4):
        await told(caller)
        await told(caller + 10, district="乌达区")
    assert await incidents(session) == []


async def test_a_dismissed_incident_is_quiet_for_the_window_and_no_longer(
    session: AsyncSession, city: City, proposed: Propose, told: Report, now: datetime
) -> None:
    incident = await proposed()
    supervisor = await city.person(session, "city_supervisor")
    await service.dismiss(session, supervisor, incident.id, IncidentDismiss())
    for caller in range(10, 16):
        await told(caller)
    assert [one.status for one in await incidents(session)] == [IncidentStatus.DISMISSED]
    with clock.stopped(now + timedelta(minutes=31)):
        for caller in range(20, 25):
            await told(caller)
    assert [one.status for one in await incidents(session)] == ["dismissed", "proposed"]


async def test_what_was_told_before_a_close_raises_nothing_after_it(
    session: AsyncSession, city: City, active: Propose, told: Report
) -> None:
    incident = await active()
    supervisor = await city.person(session, "city_supervisor")
    wanted = service.IncidentClose(message="已经恢复")
    await service.close(session, supervisor, incident.id, wanted)
    for caller in range(10, 14):
        await told(caller)
    assert len(await incidents(session)) == 1
    await told(14)
    assert len(await incidents(session)) == 2


async def test_reports_that_complete_it_at_the_same_moment_propose_it_once(
    database: Database,
) -> None:
    async with database.transaction() as session:
        city = await build_city(session)
        agent = await city.person(session, "agent")
        told = [await cold_home(session, agent, caller) for caller in range(8)]
    for ticket in told[:4]:
        await note(database, ticket)
    await asyncio.gather(*(note(database, ticket) for ticket in told[4:]))
    async with database.transaction() as session:
        (incident,) = await incidents(session)
        mine = select(func.count()).where(IncidentReport.incident_id == incident.id)
        assert await session.scalar(mine) == 8


async def note(database: Database, ticket: Ticket) -> None:
    async with database.transaction() as session:
        await reports.note_ticket(session, ticket.id)


async def test_a_districts_own_numbers_count_there(
    session: AsyncSession, city: City, told: Report
) -> None:
    supervisor = await city.person(session, "city_supervisor")
    own = RulesIn.model_validate({"rules": [{"kind": "outage", "callers": 2, "minutes": 30}]})
    await service.set_rules(session, supervisor, city.ids["乌达区"], own)
    for caller in range(2):
        await told(caller)
        await told(caller, district="乌达区")
    (incident,) = await incidents(session)
    assert incident.district_id == city.ids["乌达区"]


async def test_opening_a_ticket_plans_the_count(session: AsyncSession, told: Report) -> None:
    ticket = await told(1)
    chosen = select(Job.payload).where(Job.kind == "incidents.note_ticket")
    assert {"ticket_id": str(ticket.id)} in list(await session.scalars(chosen))
