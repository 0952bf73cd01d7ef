"""Return, extension, suspension: asked for, endorsed, ruled."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.errors import InvalidInput
from hotline.tickets.errors import MoveNotNow
from hotline.tickets.models import (
    Ticket,
    TicketHistory,
    TicketRequest,
)
from tests.tickets.conftest import UNIT, Go, OpenTicket

RETURN = {"note": "不属于我单位职责", "statute": "三定方案第五条"}


def local(moment: datetime | None) -> str:
    assert moment is not None
    return clock.local(moment).strftime("%m-%d %H:%M")


def on(text: str) -> Any:
    return clock.stopped(datetime.fromisoformat(text).replace(tzinfo=clock.LOCAL))


async def history(session: AsyncSession, ticket: Ticket) -> list[TicketHistory]:
    chosen = select(TicketHistory).where(TicketHistory.ticket_id == ticket.id)
    return list(await session.scalars(chosen.order_by(TicketHistory.id)))


async def test_two_returns_and_no_third(at_unit: OpenTicket, go: Go) -> None:
    ticket = await at_unit()
    for _ in range(2):
        await go(ticket, "request_return", *UNIT, **RETURN)
        await go(ticket, "refuse_return", "dispatcher", note="属于你单位")
    assert ticket.status == "in_progress"
    with pytest.raises(MoveNotNow):
        await go(ticket, "request_return", *UNIT, **RETURN)


async def test_a_return_does_not_stop_the_clock(at_unit: OpenTicket, go: Go) -> None:
    ticket = await at_unit()
    due = ticket.due_at
    await go(ticket, "request_return", *UNIT, **RETURN)
    await go(ticket, "refuse_return", "dispatcher", note="属于你单位")
    assert ticket.due_at == due


async def test_the_district_speaks_before_the_city_grants(at_unit: OpenTicket, go: Go) -> None:
    ticket = await at_unit(signed=False)
    await go(ticket, "request_return", *UNIT, **RETURN)
    with pytest.raises(MoveNotNow):
        await go(ticket, "grant_return", "dispatcher", note="同意")
    await go(ticket, "endorse_return", "district_supervisor", "海勃湾区")
    await go(ticket, "grant_return", "dispatcher", note="同意")
    assert ticket.status == "to_dispatch"


async def test_after_the_return_limit_a_unit_keeps_it(at_unit: OpenTicket, go: Go) -> None:
    ticket = await at_unit()
    with on("2026-11-25 09:00"), pytest.raises(MoveNotNow):
        await go(ticket, "request_return", *UNIT, **RETURN)


async def test_one_extension_that_the_city_grants(
    session: AsyncSession, at_unit: OpenTicket, go: Go
) -> None:
    ticket = await at_unit()
    assert local(ticket.due_at) == "11-25 18:00"
    asked = {"note": "等配件", "working_days": 2}
    await go(ticket, "request_extension", *UNIT, **asked)
    with pytest.raises(MoveNotNow):
        await go(ticket, "grant_extension", "dispatcher")
    await go(ticket, "endorse_extension", "district_supervisor", "海勃湾区")
    await go(ticket, "grant_extension", "dispatcher")
    assert local(ticket.due_at) == "11-27 18:00"
    assert local(ticket.resident_due_at) == "11-27 18:00"
    request = await session.scalar(select(TicketRequest))
    assert request is not None
    assert (request.outcome, request.working_days) == ("granted", 2)
    with pytest.raises(MoveNotNow):
        await go(ticket, "request_extension", *UNIT, **asked)


async def test_an_extension_longer_than_the_limit_is_refused(at_unit: OpenTicket, go: Go) -> None:
    ticket = await at_unit()
    with pytest.raises(InvalidInput):
        await go(ticket, "request_extension", *UNIT, note="等配件", working_days=3)


async def test_no_extension_after_the_due_moment(at_unit: OpenTicket, go: Go) -> None:
    ticket = await at_unit()
    with on("2026-11-25 18:01"), pytest.raises(MoveNotNow):
        await go(ticket, "request_extension", *UNIT, note="等配件", working_days=1)


async def test_a_suspension_pauses_both_clocks(at_unit: OpenTicket, go: Go) -> None:
    ticket = await at_unit()
    asked = {"note": "等鉴定", "ground": "appraisal", "review_at": "2026-12-01T09:00:00+08:00"}
    await go(ticket, "request_suspension", *UNIT, **asked)
    await go(ticket, "grant_suspension", "dispatcher")
    assert ticket.status == "suspended"
    with on("2026-11-24 09:00"):
        await go(ticket, "resume", *UNIT)
    assert ticket.status == "in_progress"
    assert local(ticket.due_at) == "11-26 18:00"
    assert local(ticket.resident_due_at) == "11-26 18:00"
    assert ticket.suspended_at is None


@pytest.mark.parametrize("wrong", [{"ground": "busy"}, {"review_at": "2026-11-01T09:00:00+08:00"}])
async def test_a_suspension_needs_a_ground_and_a_review(
    at_unit: OpenTicket, go: Go, wrong: dict[str, str]
) -> None:
    ticket = await at_unit()
    asked = {"note": "等鉴定", "ground": "appraisal", "review_at": "2026-12-01T09:00:00+08:00"}
    with pytest.raises(InvalidInput):
        await go(ticket, "request_suspension", *UNIT, **(asked | wrong))
