"""A supervisor confirms, changes, dismisses and closes; every follower is told once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.errors import InvalidInput, NotFound, StaleVersion
from hotline.events.models import Event
from hotline.incidents import queries, service
from hotline.incidents.jobs import check_end, tell_follower
from hotline.incidents.models import Incident, IncidentFollower
from hotline.incidents.schemas import IncidentClose, IncidentConfirm, IncidentDismiss, IncidentPatch
from hotline.jobs.models import Job
from hotline.messages.models import OutgoingMessage
from hotline.organizations.models import Organization
from hotline.tickets import service as tickets
from hotline.tickets import service as tickets_service
from hotline.tickets.models import Ticket, TicketHistory
from hotline.tickets.schemas import MoveIn
from hotline.tickets.states import TicketKind
from tests.incidents.conftest import CONFIRM, Propose, Report, follower_count, incidents
from tests.tickets.city import City

CLOSE = IncidentClose(message="供热已经恢复，请您查看室温。")


async def call_from(session: AsyncSession, city: City, number: str | None) -> Call:
    root = await session.get_one(Organization, city.id)
    sid = f"CA{number or 'hidden'}"
    call, _ = await calls.receive_call(
        session, root, provider_sid=sid, caller=number, called="+86473114"
    )
    return call


async def followers(session: AsyncSession, incident: Incident) -> list[IncidentFollower]:
    chosen = select(IncidentFollower).where(IncidentFollower.incident_id == incident.id)
    return list(await session.scalars(chosen.order_by(IncidentFollower.id)))


async def confirm(
    session: AsyncSession, city: City, incident: Incident, role: str = "city_supervisor",
    key: str = "city", **given: Any,
) -> Incident:  # fmt: skip
    supervisor = await city.person(session, role, key)
    wanted = IncidentConfirm.model_validate(CONFIRM | given)
    return await service.confirm(session, supervisor, incident.id, wanted)


async def test_confirmed_it_is_spoken_and_its_reporters_follow(
    session: AsyncSession, city: City, active: Propose
) -> None:
    incident = await active()
    (spoken,) = await queries.spoken_in(session, city.id)
    assert spoken.announcement == f"{CONFIRM['announcement']}。"
    assert spoken.district == "海勃湾区"
    assert await follower_count(session, incident) == 5
    with pytest.raises(service.IncidentConfirmed):
        await confirm(session, city, incident)


async def test_the_supervisor_of_the_district_may_and_another_districts_sees_nothing(
    session: AsyncSession, city: City, proposed: Propose
) -> None:
    incident = await proposed()
    with pytest.raises(NotFound):
        await confirm(session, city, incident, "district_supervisor", "乌达区")
    for area in ("全市", "乌达区"):
        with pytest.raises(InvalidInput):
            await confirm(session, city, incident, "district_supervisor", "海勃湾区", area=area)
    done = await confirm(session, city, incident, "district_supervisor", "海勃湾区")
    assert done.status == "active"


async def test_an_incident_of_the_whole_city_is_spoken_everywhere(
    session: AsyncSession, city: City, proposed: Propose, told: Report
) -> None:
    incident = await confirm(session, city, await proposed(), area="全市")
    (spoken,) = await queries.spoken_in(session, city.id)
    assert (incident.district_id, spoken.district) == (None, None)
    for caller in range(10, 16):
        await told(caller, district="乌达区")
    assert await incidents(session) == [incident]


async def test_a_change_is_told_to_the_district_that_it_leaves(
    session: AsyncSession, city: City, active: Propose
) -> None:
    incident = await active()
    supervisor = await city.person(session, "city_supervisor")
    await service.amend(session, supervisor, incident.id, IncidentPatch(area="乌达区"))
    chosen = select(Event).where(Event.name == "incident.updated")
    (event,) = await session.scalars(chosen)
    assert set(event.audience) == {city.id, city.ids["海勃湾区"], city.ids["乌达区"]}
    assert event.payload["district"] == "乌达区"


async def test_a_stale_version_changes_nothing(
    session: AsyncSession, city: City, active: Propose
) -> None:
    incident = await active()
    supervisor = await city.person(session, "city_supervisor")
    stale = IncidentPatch(title="新标题", version=incident.version - 1)
    with pytest.raises(StaleVersion):
        await service.amend(session, supervisor, incident.id, stale)
    assert incident.title == CONFIRM["title"]


async def test_only_a_proposal_is_dismissed_and_only_an_active_incident_closed(
    session: AsyncSession, city: City, proposed: Propose
) -> None:
    incident = await proposed()
    supervisor = await city.person(session, "city_supervisor")
    with pytest.raises(service.IncidentNotActive):
        await service.close(session, supervisor, incident.id, CLOSE)
    await confirm(session, city, incident)
    with pytest.raises(service.IncidentConfirmed):
        await service.dismiss(session, supervisor, incident.id, IncidentDismiss())
    await service.close(session, supervisor, incident.id, CLOSE)
    with pytest.raises(service.IncidentNotActive):
        await service.close(session, supervisor, incident.id, CLOSE)
    with pytest.raises(service.IncidentNotOpen):
        await service.amend(session, supervisor, incident.id, IncidentPatch(title="晚了"))
    assert await queries.spoken_in(session, city.id) == ()


async def test_a_number_follows_once_however_it_is_written(
    session: AsyncSession, city: City, active: Propose
) -> None:
    incident = await active()
    reporter = await call_from(session, city, "+8613847310000")
    fresh = await call_from(session, city, "+8613900000009")
    for call in (reporter, fresh, fresh):
        await service.follow(session, call, incident.id)
    assert await follower_count(session, incident) == 6
    last = (await followers(session, incident))[-1]
    assert b"13900000009" not in last.number_sealed
    hidden = await call_from(session, city, None)
    await service.follow(session, hidden, incident.id)
    assert await follower_count(session, incident) == 6


async def test_a_close_makes_one_job_for_each_follower(
    session: AsyncSession, city: City, active: Propose
) -> None:
    incident = await active()
    await service.follow(session, await call_from(session, city, "+8613900000009"), incident.id)
    supervisor = await city.person(session, "city_supervisor")
    await service.close(session, supervisor, incident.id, CLOSE)
    planned = await session.scalars(
        select(Job.payload).where(Job.kind == "incidents.tell_follower")
    )
    ids = {str(one.id) for one in await followers(session, incident)}
    assert {job["follower_id"] for job in planned} == ids
    assert len(ids) == 6


async def test_one_close_texts_everybody_and_closes_what_still_waits_at_the_desk(
    session: AsyncSession, city: City, active: Propose
) -> None:
    incident = await active()
    await service.follow(session, await call_from(session, city, "+8613900000009"), incident.id)
    supervisor = await city.person(session, "city_supervisor")
    first, *_, follower = await followers(session, incident)
    sent = await session.get_one(Ticket, first.ticket_id)
    move = MoveIn.model_validate({"move": "send", "version": sent.version})
    await tickets_service.move_ticket(session, supervisor, sent.id, move)
    await service.close(session, supervisor, incident.id, CLOSE)
    for one in [first, *await followers(session, incident)]:
        await tell_follower(session, one.id)
    told = await followers(session, incident)
    assert {one.means for one in told} == {"message"}
    texted = list(
        await session.scalars(
            select(OutgoingMessage).where(OutgoingMessage.template == "sms_incident_closed")
        )
    )
    assert len(texted) == len(told) == 6
    linked = [
        await session.get_one(Ticket, one.ticket_id) for one in told if one.ticket_id is not None
    ]
    assert [ticket.status for ticket in linked] == ["closed"] * 5
    assert follower.ticket_id is None
    owed = select(Ticket).where(Ticket.kind == TicketKind.OTHER)
    assert list(await session.scalars(owed)) == []


async def test_whoever_works_on_a_ticket_gets_a_remark_and_a_land_line_a_call_back(
    session: AsyncSession, city: City, active: Propose
) -> None:
    incident = await active()
    await service.follow(session, await call_from(session, city, "+864732345678"), incident.id)
    supervisor = await city.person(session, "city_supervisor")
    reporter, *_, follower = await followers(session, incident)
    ticket = await session.get_one(Ticket, reporter.ticket_id)
    unit = city.ids["unit-海勃湾区"]
    for wish in ({"move": "send"}, {"move": "dispatch", "organization_id": unit}):
        move = MoveIn.model_validate({**wish, "version": ticket.version})
        ticket = await tickets_service.move_ticket(session, supervisor, ticket.id, move)
    await service.close(session, supervisor, incident.id, CLOSE)
    for one in (reporter, reporter, follower, follower):
        await tell_follower(session, one.id)
    assert (reporter.means, follower.means) == ("message", "call_back")
    assert ticket.status == "to_sign"
    remarks = select(TicketHistory.note).where(
        TicketHistory.ticket_id == ticket.id, TicketHistory.name == "ticket.commented"
    )
    (remark,) = await session.scalars(remarks)
    assert CLOSE.message in (remark or "")
    (owed,) = await session.scalars(select(Ticket).where(Ticket.kind == TicketKind.OTHER))
    assert CLOSE.message in owed.description
    assert tickets.caller_of(session, owed) == "+864732345678"
    assert owed.district_id == city.ids["海勃湾区"]


async def test_who_follows_what_has_just_ended_is_told_all_the_same(
    session: AsyncSession, city: City, active: Propose
) -> None:
    incident = await active()
    supervisor = await city.person(session, "city_supervisor")
    await service.close(session, supervisor, incident.id, CLOSE)
    await service.follow(session, await call_from(session, city, "+8613900000009"), incident.id)
    late = (await followers(session, incident))[-1]
    jobs = select(Job.payload).where(Job.kind == "incidents.tell_follower")
    assert {"follower_id": str(late.id)} in list(await session.scalars(jobs))


async def test_past_its_expected_end_supervisors_are_asked(
    session: AsyncSession, city: City, proposed: Propose, now: datetime
) -> None:
    incident = await proposed()
    with pytest.raises(InvalidInput):
        await confirm(session, city, incident, expected_end=now - timedelta(minutes=1))
    at = now + timedelta(hours=2)
    await confirm(session, city, incident, expected_end=at)
    planned = select(Job).where(Job.kind == "incidents.check_end")
    assert [job.run_at for job in await session.scalars(planned)] == [at]
    with clock.stopped(at):
        await check_end(session, incident.id)
    chosen = select(Event.payload).where(Event.name == "alarm.raised").order_by(Event.id)
    *_, alarm = await session.scalars(chosen)
    assert "已过预计恢复时间" in alarm["text"]
    supervisor = await city.person(session, "city_supervisor")
    await service.close(session, supervisor, incident.id, CLOSE)
    assert list(await session.scalars(planned)) == []
