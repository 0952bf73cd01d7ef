"""What a caller's code lets them do with their ticket by phone."""

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.conversation.pressing import press_ticket, presses_for
from hotline.conversation.talk import Press
from hotline.tickets import queries
from hotline.tickets.service import Rating, rate_ticket
from hotline.tickets.states import Channel, TicketKind, Urgency
from tests.tickets.city import City
from tests.tickets.conftest import Go, OpenTicket


async def test_an_open_ticket_may_be_urged_and_taken_back(
    session: AsyncSession, opened: OpenTicket, city: City
) -> None:
    ticket, machine = await opened(), await city.hotline(session)
    assert await presses_for(session, machine, ticket) == (Press.URGE, Press.CANCEL)
    await press_ticket(session, machine, ticket.id, Press.URGE, "来电人催办。")
    assert ticket.urge_count == 1
    await press_ticket(session, machine, ticket.id, Press.CANCEL, "来电人要求撤销。")
    assert ticket.status == "cancelled"
    assert await presses_for(session, machine, ticket) == ()


async def test_a_report_of_a_danger_is_not_taken_back(
    session: AsyncSession, opened: OpenTicket, city: City
) -> None:
    ticket = await opened(kind=TicketKind.REPORT, urgency=Urgency.URGENT)
    machine = await city.hotline(session)
    assert await presses_for(session, machine, ticket) == (Press.URGE,)


async def test_a_closed_ticket_is_done_again(
    session: AsyncSession, replied: OpenTicket, go: Go, city: City
) -> None:
    ticket = await go(await replied(), "accept_reply", "dispatcher")
    happy = Rating(level=5, is_resolved=True)
    await rate_ticket(session, ticket.id, happy, channel=Channel.ROBOT)
    machine = await city.hotline(session)
    assert await presses_for(session, machine, ticket) == (Press.REOPEN,)
    await press_ticket(session, machine, ticket.id, Press.REOPEN, "来电人要求重办。又坏了")
    assert (ticket.status, ticket.redo_count) == ("redo", 1)


async def test_a_wish_that_comes_too_late_is_kept_as_a_remark(
    session: AsyncSession, opened: OpenTicket, city: City
) -> None:
    ticket, machine = await opened(), await city.hotline(session)
    await press_ticket(session, machine, ticket.id, Press.REOPEN, "来电人要求重办。")
    assert ticket.status == "registered"
    leader = await city.person(session, "city_supervisor")
    written = await session.scalars(queries.history(leader, ticket.id))
    assert "来电人要求重办。" in [row.note for row in written]
