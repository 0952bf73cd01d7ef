"""A stopped clock, a small city, and tickets at any point of their life."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.errors import HotlineError
from hotline.principal import Principal
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.tickets.schemas import MoveIn
from hotline.tickets.states import TicketKind
from tests.tickets.city import City, build_city

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=clock.LOCAL)


@pytest.fixture(autouse=True)
def now() -> Iterator[datetime]:
    with clock.stopped(MONDAY):
        yield MONDAY


@pytest.fixture
async def city(session: AsyncSession) -> City:
    return await build_city(session)


OpenTicket = Callable[..., Awaitable[Ticket]]
Go = Callable[..., Awaitable[Ticket]]


@pytest.fixture
def opened(session: AsyncSession, city: City) -> OpenTicket:
    """A ticket with every argument defaulted, complete enough to be sent to dispatch."""

    async def make(by: Principal | None = None, **given: Any) -> Ticket:
        defaults: dict[str, Any] = {
            "kind": TicketKind.HELP,
            "title": "暖气不热",
            "description": "我家暖气不热，电话13847312345",
            "district": "海勃湾区",
            "subject_code": "A01-01-01",
            "caller_number": "13847312345",
            "address": "海勃湾区滨河街道阳光小区3号楼2单元502室",
        }
        agent = by or await city.person(session, "agent")
        return await service.open_ticket(session, agent, **(defaults | given))

    return make


@pytest.fixture
def go(session: AsyncSession, city: City) -> Go:
    """Makes one move as somebody: `await go(ticket, "sign", "unit_handler", "unit-海勃湾区")`."""

    async def move(ticket: Ticket, name: str, role: str, key: str = "city", **given: Any) -> Ticket:
        person = await city.person(session, role, key)
        wanted = MoveIn.model_validate({"move": name, "version": ticket.version, **given})
        try:
            async with session.begin_nested():
                return await service.move_ticket(session, person, ticket.id, wanted)
        except HotlineError:
            await session.refresh(ticket)
            raise

    return move


UNIT = ("unit_handler", "unit-海勃湾区")


@pytest.fixture
def at_unit(session: AsyncSession, city: City, opened: OpenTicket, go: Go) -> OpenTicket:
    """A ticket that its unit has signed for, or waits for it to sign (`signed=False`)."""

    async def make(*, signed: bool = True, **given: Any) -> Ticket:
        ticket = await opened(**given)
        await go(ticket, "send", "agent")
        unit = city.ids["unit-海勃湾区"]
        await go(ticket, "dispatch", "dispatcher", organization_id=str(unit))
        return await go(ticket, "sign", *UNIT) if signed else ticket

    return make


@pytest.fixture
def replied(at_unit: OpenTicket, go: Go) -> OpenTicket:
    async def make(**given: Any) -> Ticket:
        ticket = await at_unit(**given)
        return await go(ticket, "reply", *UNIT, **REPLY)

    return make


REPLY = {
    "answer": "已上门处理，室温20度。",
    "resolved": True,
    "contacted_at": "2026-11-23T08:00:00+08:00",
    "signed_off_by": "张主任",
}
