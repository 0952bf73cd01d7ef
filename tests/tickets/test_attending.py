"""What the hotline does with tickets by itself: each act once, at its hour, in one transaction."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.errors import IllegalMove, InvalidInput
from hotline.events.models import Event
from hotline.jobs.models import Job
from hotline.tickets import jobs, service
from hotline.tickets.attending import erase_ticket, look_after
from hotline.tickets.models import IdempotentPost, Ticket, TicketHistory
from hotline.tickets.watching import LOOK_AFTER
from tests.tickets.city import City
from tests.tickets.conftest import MONDAY, REPLY, UNIT, Go, OpenTicket


async def look(session: AsyncSession, ticket: Ticket, at: datetime) -> int:
    with clock.stopped(at):
        count = await look_after(session, ticket.id)
    await session.refresh(ticket)
    return count


async def notes(session: AsyncSession, ticket: Ticket) -> list[str | None]:
    chosen = select(TicketHistory).where(
        TicketHistory.ticket_id == ticket.id, TicketHistory.actor_id.is_(None)
    )
    rows = await session.scalars(chosen.order_by(TicketHistory.id))
    return [row.move or (row.note or "")[:2] for row in rows]


async def alarms(session: AsyncSession) -> list[str]:
    rows = await session.scalars(
        select(Event).where(Event.name == "alarm.raised").order_by(Event.created_at, Event.id)
    )
    return [row.payload["kind"] for row in rows]


async def open_jobs(session: AsyncSession, ticket: Ticket) -> list[datetime]:
    chosen = select(Job.run_at).where(Job.kind == LOOK_AFTER, Job.dedupe == str(ticket.id))
    return list(await session.scalars(chosen.where(Job.done_at.is_(None))))


async def test_a_ticket_that_is_not_signed_signs_itself(
    session: AsyncSession, at_unit: OpenTicket
) -> None:
    ticket = await at_unit(signed=False)
    assert ticket.step_due_at is not None
    assert ticket.wake_at == ticket.step_due_at + timedelta(seconds=1)
    assert await open_jobs(session, ticket) == [ticket.wake_at]
    assert await look(session, ticket, ticket.step_due_at) == 0
    assert ticket.status == "to_sign"
    assert await look(session, ticket, ticket.wake_at) == 1
    assert ticket.status == "in_progress"
    assert await notes(session, ticket) == ["auto_sign"]


async def test_every_rung_is_climbed_once(session: AsyncSession, at_unit: OpenTicket) -> None:
    ticket = await at_unit()
    climbed = []
    while ticket.wake_at is not None:
        at = ticket.wake_at
        assert await look(session, ticket, at) == 1
        assert await look(session, ticket, at) == 0
        climbed.append((ticket.rung, ticket.supervision_level))
    assert climbed == [
        ("reminder", 0), ("yellow", 0), ("red", 0), ("supervision", 1), ("leader", 2),
        ("reprimand", 3),
    ]  # fmt: skip
    assert await notes(session, ticket) == ["办理", "黄牌", "红牌", "市级", "督办", "书面"]
    assert await alarms(session) == ["red_card", "supervision", "supervision", "supervision"]
    assert await open_jobs(session, ticket) == []


async def test_rungs_that_were_slept_through_are_all_told(
    session: AsyncSession, at_unit: OpenTicket
) -> None:
    ticket = await at_unit()
    assert ticket.due_at is not None
    assert await look(session, ticket, ticket.due_at) == 3
    assert ticket.rung == "red"


async def test_a_reply_stops_the_ladder_and_a_rejected_one_goes_on(
    session: AsyncSession, at_unit: OpenTicket, go: Go
) -> None:
    ticket = await at_unit()
    assert ticket.wake_at is not None
    await look(session, ticket, ticket.wake_at)
    await go(ticket, "reply", *UNIT, **REPLY)
    assert ticket.wake_at is None
    assert await open_jobs(session, ticket) == []
    await go(ticket, "reject_reply", "dispatcher", note="没有说清楚")
    assert ticket.wake_at is not None
    await look(session, ticket, ticket.wake_at)
    assert ticket.rung == "yellow"


async def test_an_extension_moves_the_rungs_that_are_still_to_come(
    session: AsyncSession, at_unit: OpenTicket, go: Go
) -> None:
    ticket = await at_unit()
    before = ticket.wake_at
    await go(ticket, "request_extension", *UNIT, note="等配件", working_days=2)
    await go(ticket, "endorse_extension", "district_supervisor", "海勃湾区")
    await go(ticket, "grant_extension", "dispatcher")
    assert before is not None
    assert ticket.wake_at is not None
    assert ticket.wake_at > before


async def test_a_suspension_ends_on_the_day_of_review(
    session: AsyncSession, at_unit: OpenTicket, go: Go
) -> None:
    ticket = await at_unit()
    review = MONDAY + timedelta(days=10)
    await go(
        ticket, "request_suspension", *UNIT, note="等鉴定", ground="appraisal",
        review_at=review.isoformat(),
    )  # fmt: skip
    await go(ticket, "grant_suspension", "dispatcher")
    assert ticket.wake_at == review + timedelta(seconds=1)
    due_at = ticket.due_at
    assert await look(session, ticket, ticket.wake_at) == 1
    assert ticket.status == "in_progress"
    assert ticket.due_at is not None
    assert due_at is not None
    assert ticket.due_at > due_at


async def test_a_closed_ticket_is_archived_after_30_days_and_loses_its_person_when_its_time_is_over(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    ticket = await opened()
    await go(ticket, "answer", "agent", note="已答复")
    await go(ticket, "close", "agent")
    assert ticket.wake_at == MONDAY.astimezone(UTC) + timedelta(days=30, seconds=1)
    await look(session, ticket, ticket.wake_at)
    assert ticket.status == "archived"
    assert service.caller_of(session, ticket) == "+8613847312345"
    assert ticket.wake_at is None
    await erase_ticket(session, ticket.id)
    assert service.caller_of(session, ticket) is None
    assert service.address_of(session, ticket) is None
    assert "13847312345" not in service.words_of(session, ticket)
    assert ticket.wake_at is None


async def test_a_return_does_not_stop_the_clock(
    session: AsyncSession, at_unit: OpenTicket, go: Go
) -> None:
    ticket = await at_unit()
    before = ticket.wake_at
    await go(ticket, "request_return", *UNIT, note="不属于我们", statute="三定方案第二条")
    assert ticket.wake_at == before


async def test_a_redo_begins_at_the_foot_of_the_ladder(
    session: AsyncSession, replied: OpenTicket, go: Go
) -> None:
    ticket = await replied()
    ticket.rung = "red"
    await session.flush()
    await go(ticket, "accept_reply", "dispatcher")
    await go(ticket, "demand_redo", "agent", level=1, resolved=False, note="还是不热")
    await go(ticket, "restart", "dispatcher", note="重办")
    assert ticket.rung is None
    assert ticket.wake_at is not None


async def test_the_second_redo_is_supervised(
    session: AsyncSession, replied: OpenTicket, go: Go
) -> None:
    ticket = await replied()
    for level in (0, 1):
        await go(ticket, "accept_reply", "dispatcher")
        await go(ticket, "demand_redo", "agent", level=1, resolved=False, note="还是不热")
        assert ticket.supervision_level == level
        await go(ticket, "restart", "dispatcher", note="重办")
        await go(ticket, "reply", *UNIT, **REPLY)


async def test_the_sweep_finds_what_has_no_job_and_leaves_what_is_parked(
    session: AsyncSession, at_unit: OpenTicket
) -> None:
    lost, parked, waiting = await at_unit(), await at_unit(), await at_unit()
    for ticket in (lost, parked):
        ticket.wake_at = clock.now() - timedelta(hours=1)
    await session.flush()
    await session.execute(
        text("DELETE FROM job WHERE dedupe IN (:lost, :parked)"),
        {"lost": str(lost.id), "parked": str(parked.id)},
    )
    session.add(
        Job(
            kind=LOOK_AFTER, dedupe=str(parked.id), payload={}, run_at=clock.now(),
            attempt=5, max_attempts=5, parked_at=clock.now(),
        )
    )  # fmt: skip
    await session.flush()
    assert await jobs.sweep(session) == 2
    assert await jobs.sweep(session) == 2
    assert await open_jobs(session, lost) == [clock.now()]
    assert len(await open_jobs(session, parked)) == 1  # the parked one itself
    assert await open_jobs(session, waiting) == [waiting.wake_at]


async def test_old_answers_of_repeated_requests_are_let_go(
    session: AsyncSession, city: City
) -> None:
    person = await city.person(session, "agent")
    for key, days in (("old", 8), ("fresh", 6)):
        session.add(
            IdempotentPost(
                account_id=person.account_id, key=key, request_hash=b"", answer={},
                created_at=clock.now() - timedelta(days=days),
            )
        )  # fmt: skip
    await session.flush()
    await jobs.tidy(session)
    assert list(await session.scalars(select(IdempotentPost.key))) == ["fresh"]


async def test_urging_counts_and_tells_who_holds_it(
    session: AsyncSession, city: City, at_unit: OpenTicket
) -> None:
    ticket = await at_unit()
    agent = await city.person(session, "agent")
    await service.urge_ticket(session, agent, ticket.id, note="打我13847312345")
    await service.urge_ticket(session, agent, ticket.id)
    assert ticket.urge_count == 2
    row = (
        await session.scalars(
            select(TicketHistory).where(
                TicketHistory.ticket_id == ticket.id, TicketHistory.note.like("催办（第 1%")
            )
        )
    ).one()
    assert "13847312345" not in str(row.note)


async def test_what_is_finished_is_not_urged(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    ticket = await opened()
    await go(ticket, "invalidate", "agent", note="骚扰")
    with pytest.raises(IllegalMove):
        await service.urge_ticket(session, await city.person(session, "agent"), ticket.id)


async def test_supervision_is_only_raised(
    session: AsyncSession, city: City, at_unit: OpenTicket
) -> None:
    ticket = await at_unit()
    leader = await city.person(session, "city_supervisor")
    await service.supervise_ticket(session, leader, ticket.id, level=2, note="群众反映强烈")
    with pytest.raises(InvalidInput):
        await service.supervise_ticket(session, leader, ticket.id, level=2, note="再次")
    assert ticket.supervision_level == 2
    assert await alarms(session) == ["supervision"]
