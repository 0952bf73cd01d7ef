"""Moves on real rows: custody, clocks, requests, parts, history, events."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.errors import IllegalMove, InvalidInput, NotFound, StaleVersion
from hotline.events.models import Event
from hotline.tickets import queries, service
from hotline.tickets.errors import MoveNotNow, MoveNotYours, ParentNotOpen, UnitConflicted
from hotline.tickets.models import (
    Ticket,
    TicketHistory,
    TicketPetitioner,
    TicketReply,
    TicketVisit,
)
from hotline.tickets.schemas import MoveIn
from hotline.tickets.states import TicketKind
from tests.tickets.city import City
from tests.tickets.conftest import REPLY, UNIT, Go, OpenTicket

RETURN = {"note": "不属于我单位职责", "statute": "三定方案第五条"}


def local(moment: datetime | None) -> str:
    assert moment is not None
    return clock.local(moment).strftime("%m-%d %H:%M")


def on(text: str) -> Any:
    return clock.stopped(datetime.fromisoformat(text).replace(tzinfo=clock.LOCAL))


async def history(session: AsyncSession, ticket: Ticket) -> list[TicketHistory]:
    chosen = select(TicketHistory).where(TicketHistory.ticket_id == ticket.id)
    return list(await session.scalars(chosen.order_by(TicketHistory.id)))


async def test_a_direct_answer_is_closed_by_the_desk(opened: OpenTicket, go: Go) -> None:
    ticket = await opened()
    await go(ticket, "answer", "agent", note="已告知报修电话")
    await go(ticket, "close", "agent")
    assert ticket.status == "closed"
    assert ticket.closed_at == clock.now()


async def test_closing_twice_is_a_conflict(opened: OpenTicket, go: Go) -> None:
    ticket = await opened()
    await go(ticket, "answer", "agent", note="已告知")
    await go(ticket, "close", "agent")
    with pytest.raises(IllegalMove):
        await go(ticket, "close", "agent")


async def test_a_stale_version_moves_nothing(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened()
    agent = await city.person(session, "agent")
    stale = MoveIn(move="send", version=ticket.version + 1)
    with pytest.raises(StaleVersion):
        await service.move_ticket(session, agent, ticket.id, stale)
    assert ticket.status == "registered"


async def test_what_a_move_needs_is_asked_for(opened: OpenTicket, go: Go) -> None:
    ticket = await opened()
    with pytest.raises(InvalidInput) as raised:
        await go(ticket, "refuse", "agent")
    fields = [error["field"] for error in raised.value.params["errors"]]
    assert fields == ["note", "reason_code"]


async def test_dispatch_hands_over_and_starts_the_units_clock(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    ticket = await opened()
    await go(ticket, "send", "agent")
    with on("2026-11-24 11:00"):
        unit = city.ids["unit-海勃湾区"]
        await go(ticket, "dispatch", "dispatcher", organization_id=str(unit))
    assert (ticket.status, ticket.custody_id) == ("to_sign", unit)
    assert local(ticket.due_at) == "11-26 18:00"
    assert local(ticket.resident_due_at) == "11-25 18:00"
    assert local(ticket.step_due_at) == "11-24 17:30"
    row = (await history(session, ticket))[-1]
    assert (row.move, row.from_status, row.to_status) == ("dispatch", "to_dispatch", "to_sign")
    assert row.before["custody_id"] == str(city.id)
    assert row.after["custody_id"] == str(unit)
    assert row.actor_name == "dispatcher city"


async def test_those_who_lose_sight_are_told_before_those_who_keep_it(
    session: AsyncSession, city: City, at_unit: OpenTicket, go: Go
) -> None:
    ticket = await at_unit(district=None, address=None, kind=TicketKind.OTHER)
    await go(ticket, "request_return", *UNIT, **RETURN)
    await go(ticket, "endorse_return", "district_supervisor", "海勃湾区")
    await go(ticket, "grant_return", "dispatcher", note="同意")
    chosen = select(Event).where(Event.subject_id == str(ticket.id)).order_by(Event.id)
    last = list(await session.scalars(chosen))[-2:]
    assert [event.name for event in last] == ["ticket.withdrawn", "ticket.moved"]
    assert last[0].audience == [city.ids["unit-海勃湾区"]]
    assert last[0].payload == {"ticket_id": str(ticket.id)}
    assert last[1].audience == [city.id]
    handler = await city.person(session, *UNIT)
    with pytest.raises(NotFound):
        await queries.ticket(session, handler, ticket.id)


async def test_a_unit_signs_replies_and_never_closes(
    session: AsyncSession, at_unit: OpenTicket, go: Go
) -> None:
    ticket = await at_unit()
    assert ticket.status == "in_progress"
    await go(ticket, "reply", *UNIT, **REPLY)
    reply = await session.scalar(select(TicketReply))
    assert reply is not None
    assert (reply.resolved, reply.public_answer) == (True, "已上门处理，室温20度。")
    for move in ("accept_reply", "accept_and_close"):
        with pytest.raises(MoveNotYours):
            await go(ticket, move, *UNIT)
    await go(ticket, "accept_reply", "dispatcher")
    with pytest.raises(MoveNotYours):
        await go(ticket, "close_satisfied", *UNIT, level=5, resolved=True)


async def test_a_contact_in_the_future_is_refused(at_unit: OpenTicket, go: Go) -> None:
    ticket = await at_unit()
    with pytest.raises(InvalidInput):
        await go(ticket, "reply", *UNIT, **(REPLY | {"contacted_at": "2026-11-30T08:00:00+08:00"}))


async def test_a_rejected_reply_keeps_its_due_moment(replied: OpenTicket, go: Go) -> None:
    ticket = await replied()
    due = ticket.due_at
    await go(ticket, "reject_reply", "dispatcher", note="没有写明处理结果")
    assert (ticket.status, ticket.due_at) == ("in_progress", due)


async def test_follow_up_redo_and_escalation(
    session: AsyncSession, city: City, replied: OpenTicket, go: Go
) -> None:
    ticket = await replied()
    rated = {"level": 1, "resolved": False, "note": "还是不热"}
    for _ in range(2):
        await go(ticket, "accept_reply", "dispatcher")
        await go(ticket, "demand_redo", "agent", **rated)
        await go(ticket, "restart", "dispatcher", note="重办")
        await go(ticket, "reply", *UNIT, **REPLY)
    await go(ticket, "accept_reply", "dispatcher")
    with pytest.raises(MoveNotNow):
        await go(ticket, "demand_redo", "agent", **rated)
    await go(ticket, "escalate", "city_supervisor", note="提级办理")
    assert (ticket.status, ticket.custody_id) == ("to_dispatch", city.id)
    rounds = [visit.round for visit in await session.scalars(select(TicketVisit))]
    assert sorted(rounds) == [0, 1]


@pytest.mark.parametrize(
    ("move", "role", "level"),
    [
        ("close_satisfied", "agent", 2),
        ("demand_redo", "agent", 4),
        ("close_unreasonable", "city_supervisor", 5),
        ("record_attempt", "agent", 5),
    ],
)
async def test_the_rating_must_fit_the_outcome(
    replied: OpenTicket, go: Go, move: str, role: str, level: int
) -> None:
    ticket = await replied()
    await go(ticket, "accept_reply", "dispatcher")
    with pytest.raises(InvalidInput):
        await go(ticket, move, role, level=level, resolved=True, note="说明")


async def test_not_reached_takes_three_attempts_on_two_days(replied: OpenTicket, go: Go) -> None:
    ticket = await replied()
    await go(ticket, "accept_reply", "dispatcher")
    for _ in range(3):
        await go(ticket, "record_attempt", "agent", note="无人接听")
    with pytest.raises(MoveNotNow):
        await go(ticket, "close_unreached", "agent", note="未接通")
    with on("2026-11-24 10:00"):
        await go(ticket, "record_attempt", "agent", note="无人接听")
        await go(ticket, "close_unreached", "agent", note="未接通")
    assert ticket.status == "closed"


async def test_a_closed_ticket_is_reopened_within_thirty_days(replied: OpenTicket, go: Go) -> None:
    ticket = await replied()
    await go(ticket, "accept_reply", "dispatcher")
    await go(ticket, "close_satisfied", "agent", level=4, resolved=True)
    with on("2026-12-24 09:00"), pytest.raises(MoveNotNow):
        await go(ticket, "reopen", "agent", note="又不热了")
    with on("2026-12-20 09:00"):
        await go(ticket, "reopen", "agent", note="又不热了")
    assert (ticket.status, ticket.closed_at, ticket.redo_count) == ("redo", None, 1)


async def test_an_anonymous_ticket_is_closed_without_a_visit(replied: OpenTicket, go: Go) -> None:
    ticket = await replied(is_anonymous=True)
    with pytest.raises(MoveNotNow):
        await go(ticket, "accept_reply", "dispatcher")
    await go(ticket, "accept_and_close", "dispatcher")
    assert ticket.status == "closed"


async def test_co_handling_units_get_parts_of_their_own(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    ticket = await opened()
    await go(ticket, "send", "agent")
    lead, other = city.ids["unit-海勃湾区"], city.ids["other-海勃湾区"]
    await go(
        ticket,
        "dispatch",
        "dispatcher",
        organization_id=str(lead),
        co_handlers=[str(other)],
    )
    part = await session.scalar(select(Ticket).where(Ticket.parent_id == ticket.id))
    assert part is not None
    assert (part.status, part.custody_id) == ("to_sign", other)
    assert part.due_at is not None
    assert ticket.due_at is not None
    assert part.due_at < ticket.due_at
    assert service.words_of(session, part) == service.words_of(session, ticket)
    assert service.caller_of(session, part) == "+8613847312345"
    await go(ticket, "sign", *UNIT)
    with pytest.raises(MoveNotNow):
        await go(ticket, "reply", *UNIT, **REPLY)
    await go(part, "sign", "unit_handler", "other-海勃湾区")
    await go(part, "reply", "unit_handler", "other-海勃湾区", **REPLY)
    await go(part, "accept_part", "dispatcher")
    await go(ticket, "reply", *UNIT, **REPLY)
    assert (part.status, ticket.status) == ("closed", "replied")


async def test_a_district_dispatches_a_second_time(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    ticket = await opened()
    await go(ticket, "send", "agent")
    district = city.ids["海勃湾区"]
    await go(ticket, "dispatch", "dispatcher", organization_id=str(district))
    desk = ("district_supervisor", "海勃湾区")
    await go(ticket, "sign", *desk)
    unit = str(city.ids["unit-海勃湾区"])
    await go(ticket, "delegate", *desk, organization_id=unit)
    part = await session.scalar(select(Ticket).where(Ticket.parent_id == ticket.id))
    assert part is not None
    assert str(part.custody_id) == unit
    assert part.due_at is not None
    assert ticket.due_at is not None
    assert part.due_at < ticket.due_at
    stranger = str(city.ids["unit-乌达区"])
    with pytest.raises(InvalidInput):
        await go(ticket, "delegate", *desk, organization_id=stranger)


async def test_cancelling_the_whole_cancels_its_parts(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    ticket = await opened()
    await go(ticket, "send", "agent")
    await go(
        ticket,
        "dispatch",
        "dispatcher",
        organization_id=str(city.ids["unit-海勃湾区"]),
        co_handlers=[str(city.ids["other-海勃湾区"])],
    )
    await go(ticket, "cancel", "agent", note="来电人撤诉")
    part = await session.scalar(select(Ticket).where(Ticket.parent_id == ticket.id))
    assert part is not None
    assert part.status == "cancelled"
    assert (await history(session, part))[-1].to_status == "cancelled"


@pytest.mark.parametrize("key", ["city", "nobody"])
async def test_only_a_unit_of_the_city_is_charged(
    city: City, opened: OpenTicket, go: Go, key: str
) -> None:
    ticket = await opened()
    await go(ticket, "send", "agent")
    unit = city.ids.get(key, ticket.id)
    with pytest.raises(InvalidInput):
        await go(ticket, "dispatch", "dispatcher", organization_id=str(unit))


async def test_a_district_dispatcher_reaches_its_own_units_only(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    ticket = await opened(await city.person(session, "agent", "乌达区"), district="乌达区")
    await go(ticket, "send", "agent", "乌达区")
    there = ("dispatcher", "乌达区")
    with pytest.raises(InvalidInput):
        await go(ticket, "dispatch", *there, organization_id=str(city.ids["unit-海南区"]))
    await go(ticket, "dispatch", *there, organization_id=str(city.ids["unit-乌达区"]))
    assert ticket.status == "to_sign"


async def test_a_unit_named_in_a_complaint_never_handles_it(
    city: City, opened: OpenTicket, go: Go
) -> None:
    ticket = await opened(kind=TicketKind.COMPLAINT, description="海勃湾区供热管理中心的人不接电话")
    await go(ticket, "send", "agent")
    unit = city.ids["unit-海勃湾区"]
    with pytest.raises(UnitConflicted):
        await go(ticket, "dispatch", "dispatcher", organization_id=str(unit))
    other = city.ids["other-海勃湾区"]
    await go(ticket, "dispatch", "dispatcher", organization_id=str(other))
    assert ticket.custody_id == other


async def test_merging_makes_the_caller_a_co_petitioner(
    session: AsyncSession, opened: OpenTicket, go: Go
) -> None:
    parent = await opened()
    ticket = await opened(caller_number="13947354321")
    await go(ticket, "merge", "dispatcher", parent_id=str(parent.id))
    assert (ticket.status, ticket.merged_into_id) == ("merged", parent.id)
    joined = await session.scalar(select(TicketPetitioner))
    assert joined is not None
    assert (joined.ticket_id, joined.caller_masked) == (parent.id, "139****4321")
    assert (await history(session, parent))[-1].name == "ticket.updated"


@pytest.mark.parametrize("case", ["itself", "merged", "closed"])
async def test_merging_needs_an_open_parent(opened: OpenTicket, go: Go, case: str) -> None:
    ticket, parent, third = await opened(), await opened(), await opened()
    if case == "merged":
        await go(parent, "merge", "dispatcher", parent_id=str(third.id))
    if case == "closed":
        await go(parent, "answer", "agent", note="已告知")
        await go(parent, "close", "agent")
    target = ticket if case == "itself" else parent
    with pytest.raises(ParentNotOpen):
        await go(ticket, "merge", "dispatcher", parent_id=str(target.id))


async def test_the_hotline_signs_when_the_unit_let_its_time_pass(
    session: AsyncSession, city: City, at_unit: OpenTicket
) -> None:
    ticket = await at_unit(signed=False)
    hotline = await city.hotline(session)
    wanted = MoveIn(move="auto_sign", version=ticket.version)
    with pytest.raises(MoveNotNow):
        await service.move_ticket(session, hotline, ticket.id, wanted)
    assert ticket.step_due_at is not None
    with clock.stopped(ticket.step_due_at + timedelta(minutes=1)):
        await service.move_ticket(session, hotline, ticket.id, wanted)
    assert ticket.status == "in_progress"
    assert ticket.signed_at is not None


async def test_every_move_has_its_history_row_and_its_event(
    session: AsyncSession, replied: OpenTicket
) -> None:
    ticket = await replied()
    rows = await history(session, ticket)
    assert [row.move for row in rows] == [None, "send", "dispatch", "sign", "reply"]
    told = select(Event.name).where(
        Event.subject_id == str(ticket.id), Event.name != "ticket.withdrawn"
    )
    names = list(await session.scalars(told.order_by(Event.id)))
    assert names == ["ticket.opened"] + ["ticket.moved"] * 4
    assert [row.to_status for row in rows][-1] == "replied"


@pytest.mark.parametrize(
    "statement", ["UPDATE ticket_history SET note = 'x'", "DELETE FROM ticket_history"]
)
async def test_history_cannot_be_changed(
    session: AsyncSession, opened: OpenTicket, statement: str
) -> None:
    await opened()
    with pytest.raises(DBAPIError, match="permission denied"):
        async with session.begin_nested():
            await session.execute(text(statement))


async def test_the_words_of_a_move_are_masked(
    session: AsyncSession, opened: OpenTicket, go: Go
) -> None:
    ticket = await opened()
    await go(ticket, "answer", "agent", note="回电13847399999告知")
    note = (await history(session, ticket))[-1].note
    assert note is not None
    assert "13847399999" not in note
