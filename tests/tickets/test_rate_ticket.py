"""回访 and 好差评: who asks, how often, and what the resident's word does."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Role, open_database
from hotline.errors import IllegalMove, NotFound
from hotline.settings import Settings
from hotline.tickets import pages, service
from hotline.tickets.links import VALID_FOR, Purpose, make_link
from hotline.tickets.models import Ticket, TicketLink, TicketVisit
from hotline.tickets.read_outcomes import read_outcomes
from hotline.tickets.service import Rating
from hotline.tickets.states import Channel, TicketKind
from hotline.vault import Vault
from tests.conftest import NewDatabase
from tests.tickets.city import City, build_city
from tests.tickets.conftest import MONDAY, REPLY, UNIT, Go, OpenTicket
from tests.tickets.serving import Served

HAPPY = Rating(level=5, is_resolved=True, unit_level=4, agent_level=5)
ANGRY = Rating(level=1, is_resolved=False, words="还是不热，打13847312345")


@pytest.fixture
def to_visit(replied: OpenTicket, go: Go) -> OpenTicket:
    async def make(**given: Any) -> Ticket:
        return await go(await replied(**given), "accept_reply", "dispatcher")

    return make


async def test_a_satisfied_resident_closes_it_by_link(
    session: AsyncSession, to_visit: OpenTicket, city: City
) -> None:
    ticket = await to_visit()
    token = await make_link(session, ticket, Purpose.RATING)
    shown = await service.rateable(session, token)
    assert (shown.number, shown.answer) == (ticket.number, REPLY["answer"])
    await service.rate_by_link(session, token, HAPPY)
    assert ticket.status == "closed"
    leader = await city.person(session, "city_supervisor")
    visit = (await read_outcomes(session, leader, ticket.id)).visits[0]
    assert (visit.level, visit.unit_level, visit.agent_level) == (5, 4, 5)
    assert (visit.channel, visit.visitor, visit.resolved) == ("link", None, True)


async def test_a_dissatisfied_resident_waits_for_a_person_who_judges(
    session: AsyncSession, to_visit: OpenTicket, go: Go
) -> None:
    ticket = await to_visit()
    token = await make_link(session, ticket, Purpose.RATING)
    await service.rate_by_link(session, token, ANGRY)
    assert ticket.status == "to_visit"
    note = await session.scalar(select(TicketVisit.note).where(TicketVisit.ticket_id == ticket.id))
    assert note is not None
    assert "13847312345" not in note
    await go(ticket, "demand_redo", "agent", level=1, resolved=False, note="属实")
    assert ticket.status == "redo"


async def test_a_link_works_once_for_three_days_and_only_the_newest(
    session: AsyncSession, to_visit: OpenTicket
) -> None:
    ticket = await to_visit()
    old = await make_link(session, ticket, Purpose.RATING)
    new = await make_link(session, ticket, Purpose.RATING)
    with pytest.raises(NotFound):
        await service.rateable(session, old)
    with clock.stopped(MONDAY + VALID_FOR + timedelta(seconds=1)), pytest.raises(NotFound):
        await service.rateable(session, new)
    await service.rate_by_link(session, new, ANGRY)
    with pytest.raises(NotFound):
        await service.rate_by_link(session, new, HAPPY)
    assert ticket.status == "to_visit"


async def test_the_token_is_stored_nowhere(session: AsyncSession, to_visit: OpenTicket) -> None:
    ticket = await to_visit()
    token = await make_link(session, ticket, Purpose.RATING)
    link = (await session.scalars(select(TicketLink).order_by(TicketLink.id.desc()))).first()
    assert link is not None
    assert token.encode() not in link.token_hash
    assert len(token) >= 32


async def test_nothing_is_rated_before_the_reply_was_accepted(
    session: AsyncSession, replied: OpenTicket
) -> None:
    ticket = await replied()
    with pytest.raises(NotFound):
        await service.rate_ticket(session, ticket.id, HAPPY, channel=Channel.ROBOT)


async def test_only_tries_in_vain_count_towards_unreached(
    session: AsyncSession, to_visit: OpenTicket, go: Go
) -> None:
    ticket = await to_visit()
    await service.rate_ticket(session, ticket.id, ANGRY, channel=Channel.ROBOT)
    for day in (0, 0, 1):
        with clock.stopped(MONDAY + timedelta(days=day)):
            with pytest.raises(IllegalMove):
                await go(ticket, "close_unreached", "agent", note="无人接听")
            await go(ticket, "record_attempt", "agent", note="无人接听")
    with clock.stopped(MONDAY + timedelta(days=1)):
        await go(ticket, "close_unreached", "agent", note="无人接听")
    assert ticket.status == "closed"


async def test_two_redos_then_the_leader_decides(
    session: AsyncSession, to_visit: OpenTicket, go: Go
) -> None:
    ticket = await to_visit()
    for _ in range(2):
        await go(ticket, "demand_redo", "agent", level=2, resolved=False, note="没有解决")
        await go(ticket, "restart", "dispatcher", note="重办")
        await go(ticket, "reply", *UNIT, **REPLY)
        await go(ticket, "accept_reply", "dispatcher")
    with pytest.raises(IllegalMove):
        await go(ticket, "demand_redo", "agent", level=2, resolved=False, note="没有解决")
    assert ticket.supervision_level == 1
    await go(ticket, "escalate", "city_supervisor", note="提级办理")
    assert ticket.status == "to_dispatch"


async def test_the_outcomes_tell_replies_requests_and_petitioners(
    session: AsyncSession, city: City, at_unit: OpenTicket, opened: OpenTicket, go: Go
) -> None:
    ticket = await at_unit()
    other = await opened(caller_number="13900001111")
    secret = await opened(caller_number="13900002222", is_confidential=True)
    for joined in (other, secret):
        await go(joined, "merge", "dispatcher", parent_id=str(ticket.id))
    await session.refresh(ticket)
    await go(ticket, "request_extension", *UNIT, note="等配件", working_days=2)
    await go(ticket, "reply", *UNIT, **REPLY)
    person = await city.person(session, *UNIT)
    told = await read_outcomes(session, person, ticket.id)
    assert [one.public_answer for one in told.replies] == [REPLY["answer"]]
    assert [one.outcome for one in told.requests] == ["lapsed"]
    assert [one.caller_masked for one in told.petitioners] == ["139****1111", None]


@pytest.fixture(scope="module")
async def served(
    new_database: NewDatabase, vault: Vault, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    database = await open_database(await new_database(), Role.APP)
    database.carry(vault=vault)
    async with database.transaction() as session:
        city = await build_city(session)
    yield Served(database, city, Settings(data_dir=tmp_path_factory.mktemp("rated")))
    await database.close()


async def link_of(served: Served) -> tuple[Ticket, str]:
    async with served.database.transaction() as session:
        agent = await served.city.person(session, "agent")
        ticket = await service.open_ticket(
            session, agent, kind=TicketKind.HELP, title="<b>暖气</b>", description="不热"
        )
        ticket.status = "to_visit"
        return ticket, await make_link(session, ticket, Purpose.RATING)


async def status_of(served: Served, ticket: Ticket) -> str:
    async with served.database.transaction() as session:
        return (await session.get_one(Ticket, ticket.id)).status


async def test_looking_at_the_page_changes_nothing_and_posting_acts_once(served: Served) -> None:
    ticket, token = await link_of(served)
    browser = served.page_reader(pages.router)
    shown = await browser.get(f"/r/{token}")
    assert shown.status_code == 200
    assert "no-store" in shown.headers["cache-control"]
    assert "&lt;b&gt;暖气" in shown.text
    assert await status_of(served, ticket) == "to_visit"
    incomplete = await send(browser, token, level="5")
    assert incomplete.status_code == 422
    done = await send(browser, token, level="5", resolved="yes")
    assert done.status_code == 200
    assert await status_of(served, ticket) == "closed"
    assert (await send(browser, token, level="1", resolved="no")).status_code == 404


async def test_another_site_cannot_send_the_form(served: Served) -> None:
    ticket, token = await link_of(served)
    browser = served.page_reader(pages.router)
    forged = await browser.post(
        f"/r/{token}", data={"level": "5", "resolved": "yes"},
        headers={"Origin": "http://evil.example"},
    )  # fmt: skip
    assert forged.status_code == 403
    assert await status_of(served, ticket) == "to_visit"


async def send(browser: httpx2.AsyncClient, token: str, **form: str) -> httpx2.Response:
    return await browser.post(f"/r/{token}", data=form)
