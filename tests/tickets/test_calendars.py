"""Imported holidays, tiers' own days, limits and office hours; recounting of what is open."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.errors import InvalidInput, NotFound
from hotline.jobs.models import Job
from hotline.tickets import calendars
from hotline.tickets.models import Ticket, TicketHistory
from hotline.tickets.states import Urgency
from hotline.tickets.watching import LOOK_AFTER
from tests.tickets.city import City
from tests.tickets.conftest import UNIT, Go, OpenTicket

NOTICE: dict[str, Any] = {
    "year": 2027,
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-02", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-03", "isOffDay": True},
        {"name": "元旦", "date": "2026-12-27", "isOffDay": False},
        {"name": "元旦", "date": "2027-01-04", "isOffDay": True},
    ],
}


def local(moment: datetime | None) -> str:
    assert moment is not None
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


def on(text: str) -> Any:
    return clock.stopped(datetime.fromisoformat(text).replace(tzinfo=clock.LOCAL))


async def wakes_at(session: AsyncSession, ticket: Ticket) -> datetime:
    chosen = select(Job.run_at).where(Job.kind == LOOK_AFTER, Job.dedupe == str(ticket.id))
    return (await session.scalars(chosen.where(Job.done_at.is_(None)))).one()


async def last_row(session: AsyncSession, ticket: Ticket) -> TicketHistory:
    chosen = select(TicketHistory).where(TicketHistory.ticket_id == ticket.id)
    row = (await session.scalars(chosen.order_by(TicketHistory.id.desc()))).first()
    assert row is not None
    return row


async def test_an_import_recounts_open_tickets_and_keeps_both_moments(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    leader = await city.person(session, "city_supervisor")
    with on("2026-12-30 10:00"):
        ticket = await opened()  # two working days: 31 December and 1 January, as far as known
        assert (local(ticket.due_at), ticket.due_is_certain) == ("2027-01-01 18:00", False)
        version = ticket.version
        imported = await calendars.import_notice(session, leader, NOTICE)
    assert (imported.year, imported.day_count, imported.moved_count) == (2027, 5, 1)
    await session.refresh(ticket)
    assert (local(ticket.due_at), ticket.due_is_certain) == ("2027-01-05 18:00", True)
    assert local(ticket.resident_due_at) == "2027-01-05 18:00"
    assert ticket.version > version
    row = await last_row(session, ticket)
    assert row.name == "ticket.updated"
    assert row.before["due_at"].startswith("2027-01-01")
    assert row.after["due_at"].startswith("2027-01-05")


async def test_a_make_up_day_brings_due_moments_forward(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    leader = await city.person(session, "city_supervisor")
    with on("2026-12-25 10:00"):
        ticket = await opened()
        assert local(ticket.due_at) == "2026-12-29 18:00"
        await calendars.import_notice(session, leader, NOTICE)
    await session.refresh(ticket)
    assert local(ticket.due_at) == "2026-12-28 18:00"  # Sunday 27 is worked


async def test_wall_clocks_and_what_is_over_do_not_move(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    leader = await city.person(session, "city_supervisor")
    with on("2026-12-30 10:00"):
        urgent = await opened(urgency=Urgency.URGENT)
        closed = await opened()
        await go(closed, "answer", "agent", note="已告知")
        await go(closed, "close", "agent")
        before = (urgent.due_at, closed.due_at)
        imported = await calendars.import_notice(session, leader, NOTICE)
    for ticket in (urgent, closed):
        await session.refresh(ticket)
    assert imported.moved_count == 0
    assert (urgent.due_at, closed.due_at) == before


async def test_what_the_hotline_will_do_moves_with_the_due_moment(
    session: AsyncSession, city: City, at_unit: OpenTicket
) -> None:
    """The reminder comes at half of the time: later, where the last day of the year is off too."""
    leader = await city.person(session, "city_supervisor")
    with on("2026-12-30 10:00"):
        ticket = await at_unit()
        before = await wakes_at(session, ticket)
        eve = {"name": "元旦", "date": "2026-12-31", "isOffDay": True}
        await calendars.import_notice(session, leader, NOTICE | {"days": [*NOTICE["days"], eve]})
    await session.refresh(ticket)
    assert ticket.wake_at == await wakes_at(session, ticket) > before


async def test_a_corrected_notice_counts_anew_and_the_history_tells_both(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    leader = await city.person(session, "city_supervisor")
    longer = {"name": "元旦", "date": "2027-01-05", "isOffDay": True}
    with on("2026-12-30 10:00"):
        ticket = await opened()
        for notice in (NOTICE, NOTICE, NOTICE | {"days": [*NOTICE["days"], longer]}):
            await calendars.import_notice(session, leader, notice)
    await session.refresh(ticket)
    assert local(ticket.due_at) == "2027-01-06 18:00"
    chosen = select(TicketHistory).where(
        TicketHistory.ticket_id == ticket.id, TicketHistory.name == "ticket.updated"
    )
    told = (await session.scalars(chosen.order_by(TicketHistory.id))).all()
    assert [(row.before["due_at"][:10], row.after["due_at"][:10]) for row in told] == [
        ("2027-01-01", "2027-01-05"), ("2027-01-05", "2027-01-06"),
    ]  # fmt: skip
    assert {row.note for row in told} == {"日历更新：2027年"}


async def test_files_of_two_years_meet_at_the_turn_of_the_year_in_either_order(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    """The notice of 2027 makes 27 December 2026 a working day; that of 2026 does not undo it."""
    leader = await city.person(session, "city_supervisor")
    this_year = {
        "year": 2026,
        "days": [{"name": "临时放假", "date": "2026-12-30", "isOffDay": True}],
    }
    with on("2026-12-25 10:00"):
        await calendars.import_notice(session, leader, NOTICE)
        await calendars.import_notice(session, leader, this_year)
        short, long = await opened(), await opened(kind="complaint", subject_code=None)
    assert local(short.due_at) == "2026-12-28 18:00"  # 27 and 28
    assert local(long.due_at) == "2027-01-05 18:00"  # 27, 28, 29, 31 December and 5 January


async def test_what_is_with_a_unit_is_recounted_too(
    session: AsyncSession, city: City, at_unit: OpenTicket
) -> None:
    leader = await city.person(session, "city_supervisor")
    with on("2026-12-30 10:00"):
        ticket = await at_unit()
        await calendars.import_notice(session, leader, NOTICE)
    await session.refresh(ticket)
    assert local(ticket.due_at) == "2027-01-05 18:00"


async def test_new_tickets_go_by_the_imported_notice(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    leader = await city.person(session, "city_supervisor")
    with on("2026-12-30 10:00"):
        await calendars.import_notice(session, leader, NOTICE)
        ticket = await opened()
    assert (local(ticket.due_at), ticket.due_is_certain) == ("2027-01-05 18:00", True)


async def test_a_district_has_days_of_its_own(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    chief = await city.person(session, "district_supervisor", "乌达区")
    own = {"year": 2026, "days": [{"name": "那达慕", "date": "2026-11-24", "isOffDay": True}]}
    await calendars.import_notice(session, chief, own, organization_id=city.ids["乌达区"])
    there = await opened(await city.person(session, "agent", "乌达区"), district="乌达区")
    here = await opened()
    assert local(there.due_at) == "2026-11-26 18:00"
    assert local(here.due_at) == "2026-11-25 18:00"


async def test_nobody_imports_for_those_above_or_beside(session: AsyncSession, city: City) -> None:
    chief = await city.person(session, "district_supervisor", "乌达区")
    for organization_id in (None, city.ids["海勃湾区"]):
        with pytest.raises(NotFound):
            await calendars.import_notice(session, chief, NOTICE, organization_id=organization_id)


async def test_a_faulty_notice_changes_nothing(session: AsyncSession, city: City) -> None:
    leader = await city.person(session, "city_supervisor")
    with pytest.raises(InvalidInput) as raised:
        await calendars.import_notice(session, leader, {"year": 2027, "days": []})
    assert raised.value.params["errors"][0]["field"] == "days"
    assert (await calendars.known_years(session, leader)).imported == ()


async def test_a_missing_year_is_told(session: AsyncSession, city: City) -> None:
    leader = await city.person(session, "city_supervisor")
    assert (await calendars.known_years(session, leader)).missing == (2027,)
    await calendars.import_notice(session, leader, NOTICE)
    known = await calendars.known_years(session, leader)
    assert (known.imported, known.missing) == ((2027,), ())


async def test_a_unit_has_no_calendar(session: AsyncSession, city: City) -> None:
    leader = await city.person(session, "city_supervisor")
    with pytest.raises(InvalidInput):
        await calendars.import_notice(session, leader, NOTICE, organization_id=city.ids[UNIT[1]])
