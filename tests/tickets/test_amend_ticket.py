"""Putting a ticket right before it is dispatched."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.errors import IllegalMove, InvalidInput, NotFound, StaleVersion
from hotline.events.models import Event
from hotline.tickets import queries, service
from hotline.tickets.errors import MoveNotYours
from hotline.tickets.models import Ticket, TicketHistory
from hotline.tickets.schemas import TicketPatch
from tests.tickets.city import City
from tests.tickets.conftest import Go, OpenTicket


async def amend(
    session: AsyncSession, city: City, ticket: Ticket, role: str = "agent", **given: object
) -> Ticket:
    person = await city.person(session, role, "unit-海勃湾区" if "unit" in role else "city")
    patch = TicketPatch.model_validate({"version": ticket.version, **given})
    return await service.amend_ticket(session, person, ticket.id, patch)


def local(moment: datetime | None) -> str:
    assert moment is not None
    return clock.local(moment).strftime("%m-%d %H:%M")


async def test_a_subject_makes_it_complete_and_due_anew(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    ticket = await opened(subject_code=None)
    assert local(ticket.due_at) == "11-26 18:00"
    with clock.stopped(datetime(2026, 11, 24, 9, tzinfo=clock.LOCAL)):
        await amend(session, city, ticket, subject_code="A01-01-01")
    assert (ticket.subject, local(ticket.due_at)) == ("室内温度不达标", "11-25 18:00")
    assert ticket.proposed_id == city.ids["city-unit"]
    await go(ticket, "send", "agent")
    assert ticket.status == "to_dispatch"


async def test_amending_wins_no_time_for_dispatching(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    ticket = await opened()
    await go(ticket, "send", "agent")
    step = ticket.step_due_at
    with clock.stopped(datetime(2026, 11, 23, 10, tzinfo=clock.LOCAL)):
        await amend(session, city, ticket, title="整栋楼不热")
    assert (ticket.title, ticket.step_due_at) == ("整栋楼不热", step)


async def test_what_is_left_out_stays(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened()
    before = {key: getattr(ticket, key) for key in ("description", "district_id", "subject_code")}
    await amend(session, city, ticket, urgency="urgent")
    assert ticket.urgency == "urgent"
    assert before == {key: getattr(ticket, key) for key in before}
    assert service.caller_of(session, ticket) == "+8613847312345"


async def test_another_district_sees_it_now_and_the_former_no_longer(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened()
    await amend(session, city, ticket, district="乌达区")
    there = await city.person(session, "district_supervisor", "乌达区")
    here = await city.person(session, "district_supervisor", "海勃湾区")
    assert (await queries.ticket(session, there, ticket.id)).id == ticket.id
    with pytest.raises(NotFound):
        await queries.ticket(session, here, ticket.id)
    withdrawn = await session.scalar(select(Event).where(Event.name == "ticket.withdrawn"))
    assert withdrawn is not None
    assert withdrawn.audience == [city.ids["海勃湾区"]]
    row = (await session.scalars(select(TicketHistory).order_by(TicketHistory.id.desc()))).first()
    assert row is not None
    assert row.before["district_id"] == str(city.ids["海勃湾区"])
    assert row.after["district_id"] == str(city.ids["乌达区"])


async def test_an_address_is_emptied_by_null(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened()
    await amend(session, city, ticket, address=None)
    assert (ticket.address_masked, ticket.address_sealed) == (None, None)


async def test_nothing_is_amended_after_dispatch(
    session: AsyncSession, city: City, at_unit: OpenTicket
) -> None:
    ticket = await at_unit()
    with pytest.raises(IllegalMove):
        await amend(session, city, ticket, title="改写")


async def test_a_stale_patch_changes_nothing(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened()
    with pytest.raises(StaleVersion):
        await amend(session, city, ticket, version=99, title="改写")
    assert ticket.title == "暖气不热"


async def test_unknown_names_are_refused(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened()
    with pytest.raises(InvalidInput):
        await amend(session, city, ticket, subject_code="Z99-01-01")


async def test_a_unit_amends_nothing(session: AsyncSession, city: City, opened: OpenTicket) -> None:
    ticket = await opened()
    ticket.custody_id = city.ids["unit-海勃湾区"]
    await session.flush()
    with pytest.raises(MoveNotYours):
        await amend(session, city, ticket, "unit_handler", title="改写")
