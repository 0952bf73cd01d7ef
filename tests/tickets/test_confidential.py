"""An informant stays hidden: redacted before dispatch, opened by two persons, never counted few."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.audit.models import AuditEntry
from hotline.db import Role, open_database
from hotline.errors import Conflict, IllegalMove, InvalidInput, ScopeMissing, TooManyAttempts
from hotline.settings import Settings
from hotline.tickets import queries, revealing, service, words
from hotline.tickets.models import Ticket
from hotline.tickets.redacting import confirm_redaction, propose_redaction
from hotline.tickets.revealing import StillSealed, agree_unsealing, ask_unsealing, reveal
from hotline.tickets.states import Sealed, TicketKind
from hotline.vault import Vault
from tests.conftest import NewDatabase
from tests.tickets.city import City, build_city
from tests.tickets.conftest import MONDAY, Go, OpenTicket
from tests.tickets.serving import Served

WORDS = "我叫张伟，住阳光小区3号楼，电话13847312345，我家对面的化工厂夜里排污"
SECRET = {"is_confidential": True, "kind": TicketKind.REPORT, "description": WORDS}
WHY = "核实举报内容"


async def secret_at_desk(opened: OpenTicket, go: Go) -> Ticket:
    return await go(await opened(**SECRET), "send", "agent")


async def test_it_is_dispatched_only_after_a_person_has_looked_through_the_words(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    ticket = await secret_at_desk(opened, go)
    unit = str(city.ids["other-海勃湾区"])
    with pytest.raises(IllegalMove):
        await go(ticket, "dispatch", "dispatcher", organization_id=unit)
    dispatcher = await city.person(session, "dispatcher")
    proposal = await propose_redaction(session, dispatcher, ticket.id)
    assert {span.kind.value for span in proposal.spans} >= {"name", "phone", "address"}
    start = WORDS.index("我家对面")
    await confirm_redaction(
        session, dispatcher, ticket.id, hidden=[(start, start + 4)], title=None,
        version=ticket.version,
    )  # fmt: skip
    await go(ticket, "dispatch", "dispatcher", organization_id=unit)
    for told in ("张伟", "13847312345", "138", "3号楼", "我家对面"):
        assert told not in ticket.description
    assert "化工厂夜里排污" in ticket.description
    assert service.words_of(session, ticket) == WORDS


async def test_a_part_of_it_shows_the_redacted_words_too(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    ticket = await secret_at_desk(opened, go)
    dispatcher = await city.person(session, "dispatcher")
    start = WORDS.index("我家对面")
    await confirm_redaction(
        session, dispatcher, ticket.id, hidden=[(start, start + 4)], title=None,
        version=ticket.version,
    )  # fmt: skip
    await go(
        ticket, "dispatch", "dispatcher", organization_id=str(city.ids["other-海勃湾区"]),
        co_handlers=[str(city.ids["unit-海勃湾区"])],
    )  # fmt: skip
    child = (await session.scalars(select(Ticket).where(Ticket.parent_id == ticket.id))).one()
    assert child.description == ticket.description


async def test_only_the_desk_redacts_and_only_within_the_words(
    session: AsyncSession, city: City, opened: OpenTicket, go: Go
) -> None:
    ticket = await secret_at_desk(opened, go)
    with pytest.raises(ScopeMissing):
        await propose_redaction(session, await city.person(session, "agent"), ticket.id)
    dispatcher = await city.person(session, "dispatcher")
    with pytest.raises(InvalidInput):
        await confirm_redaction(
            session, dispatcher, ticket.id, hidden=[(0, 999)], title=None, version=ticket.version
        )
    plain = await opened()
    with pytest.raises(Conflict):
        await propose_redaction(session, dispatcher, plain.id)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 15)), max_size=5))
def test_nobody_uncovers_what_the_machine_hid(chosen: list[tuple[int, int]]) -> None:
    shown = words.redacted(WORDS, [(start, start + length) for start, length in chosen])
    assert "13847312345" not in shown
    assert "张伟" not in shown


async def test_two_persons_open_it_for_four_hours_and_only_for_who_asked(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened(**SECRET)
    agent = await city.person(session, "agent")
    leader = await city.person(session, "city_supervisor")
    with pytest.raises(StillSealed):
        await reveal(session, agent, ticket.id, fields=[Sealed.CALLER], reason=WHY)
    asked = await ask_unsealing(session, agent, ticket.id, reason=WHY)
    with pytest.raises(StillSealed):
        await reveal(session, agent, ticket.id, fields=[Sealed.CALLER], reason=WHY)
    await agree_unsealing(session, leader, ticket.id, asked.id)
    shown = await reveal(session, agent, ticket.id, fields=[Sealed.CALLER], reason=WHY)
    assert shown == {Sealed.CALLER: "+8613847312345"}
    with pytest.raises(StillSealed):
        await reveal(session, leader, ticket.id, fields=[Sealed.CALLER], reason=WHY)
    with clock.stopped(MONDAY + timedelta(hours=4, seconds=1)), pytest.raises(StillSealed):
        await reveal(session, agent, ticket.id, fields=[Sealed.CALLER], reason=WHY)
    actions = list(
        await session.scalars(select(AuditEntry.action).order_by(AuditEntry.at, AuditEntry.id))
    )
    assert actions == ["ticket.unsealing_asked", "ticket.unsealing_agreed", "ticket.revealed"]


async def test_nobody_agrees_with_himself_and_no_agent_agrees(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened(**SECRET)
    leader = await city.person(session, "city_supervisor")
    asked = await ask_unsealing(session, leader, ticket.id, reason=WHY)
    with pytest.raises(revealing.OwnUnsealing):
        await agree_unsealing(session, leader, ticket.id, asked.id)
    with pytest.raises(ScopeMissing):
        await agree_unsealing(session, await city.person(session, "agent"), ticket.id, asked.id)


async def test_a_reveal_shows_what_was_asked_for_thirty_times_an_hour(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened()
    agent = await city.person(session, "agent")
    for _ in range(30):
        shown = await reveal(session, agent, ticket.id, fields=[Sealed.ADDRESS], reason=WHY)
    assert shown == {Sealed.ADDRESS: "海勃湾区滨河街道阳光小区3号楼2单元502室"}
    with pytest.raises(TooManyAttempts):
        await reveal(session, agent, ticket.id, fields=[Sealed.ADDRESS], reason=WHY)
    other = await city.person(session, "dispatcher")
    assert await reveal(session, other, ticket.id, fields=[Sealed.WORDS], reason=WHY)
    with clock.stopped(MONDAY + timedelta(hours=1, seconds=1)):
        assert await reveal(session, agent, ticket.id, fields=[Sealed.CALLER], reason=WHY)


async def test_few_confidential_tickets_are_not_counted(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    leader = await city.person(session, "city_supervisor")
    await opened()
    for _ in range(4):
        await opened(**SECRET)
    assert await queries.counts(session, leader) == {"registered": 1}
    await opened(**SECRET)
    assert await queries.counts(session, leader) == {"registered": 6}


@pytest.fixture(scope="module")
async def served(
    new_database: NewDatabase, vault: Vault, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    database = await open_database(await new_database(), Role.APP)
    database.carry(vault=vault)
    async with database.transaction() as session:
        city = await build_city(session)
    yield Served(database, city, Settings(data_dir=tmp_path_factory.mktemp("sealed")))
    await database.close()


async def opened_by_api(agent: httpx2.AsyncClient, **more: object) -> UUID:
    body = {"kind": "report", "title": "排污", "description": WORDS, "district": "海勃湾区",
            "subject_code": "A01-01-01", "caller_number": "13847312345"}  # fmt: skip
    answer = await agent.post("/api/v1/tickets", json=body | more)
    assert answer.status_code == 201
    return UUID(answer.json()["id"])


async def test_the_whole_way_over_the_api(served: Served) -> None:
    agent, leader = await served.client("agent"), await served.client("city_supervisor")
    dispatcher = await served.client("dispatcher")
    ticket_id = await opened_by_api(agent, confidential=True)
    url = f"/api/v1/tickets/{ticket_id}"
    wish = {"fields": ["caller_number"], "reason": WHY}
    assert (await agent.post(f"{url}/reveal", json=wish)).json()["code"] == "still_sealed"
    assert (await agent.post(f"{url}/reveal", json={"fields": ["address"]})).status_code == 422
    asked = (await agent.post(f"{url}/unsealings", json={"reason": WHY})).json()
    agreement = f"{url}/unsealings/{asked['id']}/agreement"
    assert (await agent.post(agreement)).status_code == 403
    assert (await leader.post(agreement)).status_code == 200
    shown = await agent.post(f"{url}/reveal", json=wish)
    assert shown.json()["caller_number"] == "+8613847312345"
    proposal = (await dispatcher.post(f"{url}/redaction-proposal")).json()
    assert proposal["text"] == WORDS
    confirmed = await dispatcher.put(
        f"{url}/redaction", json={"hidden": [[0, 4]], "version": proposal["version"]}
    )
    assert confirmed.json()["description"].startswith("***")
    async with served.database.transaction() as session:
        results = await session.scalars(
            select(AuditEntry.result).where(AuditEntry.action == "ticket.revealed")
        )
        assert sorted(results) == ["ok", "refused"]


async def test_no_list_search_event_or_timeline_holds_the_informant(served: Served) -> None:
    agent = await served.client("agent")
    ticket_id = await opened_by_api(agent, confidential=True, address="阳光小区3号楼")
    pages = [
        f"/api/v1/tickets/{ticket_id}",
        f"/api/v1/tickets/{ticket_id}/timeline",
        f"/api/v1/tickets/{ticket_id}/outcomes",
        f"/api/v1/tickets/{ticket_id}/messages",
        "/api/v1/tickets",
    ]
    for page in pages:
        answer = await agent.get(page)
        assert answer.status_code == 200
        for canary in ("13847312345", "138****2345", "张伟", "3号楼"):
            assert canary not in answer.text, (page, canary)
    found = (await agent.get("/api/v1/tickets", params={"q": "化工厂夜里排污"})).json()["items"]
    assert [one["confidential"] for one in found if one["confidential"]] == []
