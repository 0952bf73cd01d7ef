"""Whoever reads the ledger sees what belongs to the tickets and calls that they see."""

from uuid import uuid4

import pytest
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls import queries as calls
from hotline.calls.models import Call
from hotline.consents import book
from hotline.consents.book import Reach, Sought
from hotline.consents.service import Answered, note
from hotline.consents.states import Answer, Channel, Purpose
from hotline.db import uuid7
from hotline.principal import Principal
from hotline.tickets import queries as tickets
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketKind
from hotline.tickets.words import blind_number
from tests.tickets.city import City, build_city

HERE, THERE = "海勃湾区", "乌达区"
NUMBER, OTHER = "13947311001", "13947311002"


@pytest.fixture
async def city(session: AsyncSession) -> City:
    return await build_city(session)


async def test_a_district_reads_its_own_and_the_city_reads_all(
    session: AsyncSession, city: City
) -> None:
    here, there = [await _opened(session, city, place) for place in (HERE, THERE)]
    for ticket in (here, there):
        await _note(session, city, f"ticket:{ticket.id}", Purpose.SMS, ticket)
    mine = await _read(session, await city.person(session, "district_supervisor", HERE), city)
    assert [row.ticket_number for row in mine] == [here.number]
    whole = await _read(session, await city.person(session, "city_supervisor"), city)
    assert [row.ticket_number for row in whole] == [there.number, here.number]
    assert whole[0].caller_masked == "139****1001"


async def test_a_call_without_a_ticket_is_read_by_whoever_sees_the_call(
    session: AsyncSession, city: City
) -> None:
    call = Call(
        provider_sid=f"CA{uuid7().hex}", organization_id=city.ids[THERE], city_id=city.id,
        district_id=city.ids[THERE], to_number="", from_masked="", status="ended",
    )  # fmt: skip
    session.add(call)
    await session.flush()
    await _note(session, city, f"call:{call.id}", Purpose.RECORDING)
    there = await _read(session, await city.person(session, "district_supervisor", THERE), city)
    assert [(row.ticket_id, row.call_id) for row in there] == [(None, call.id)]
    here = await _read(session, await city.person(session, "district_supervisor", HERE), city)
    assert here == []


async def test_what_a_number_said_of_itself_needs_a_ticket_of_it_that_one_sees(
    session: AsyncSession, city: City
) -> None:
    ticket = await _opened(session, city, HERE)
    await _note(session, city, f"wish:{uuid7()}", Purpose.SMS, ticket)
    await _note(session, city, f"wish:{uuid7()}", Purpose.SMS)
    here = await _read(session, await city.person(session, "district_supervisor", HERE), city)
    assert [row.ticket_id for row in here] == [ticket.id]
    there = await _read(session, await city.person(session, "district_supervisor", THERE), city)
    assert there == []


async def test_nobody_looks_up_who_asked_to_stay_unknown(session: AsyncSession, city: City) -> None:
    secret = await _opened(session, city, HERE, confidential=True)
    await _note(session, city, f"ticket:{secret.id}", Purpose.SMS, secret)
    reader = await city.person(session, "city_supervisor")
    listed = await _read(session, reader, city)
    assert [(row.ticket_id, row.caller_masked) for row in listed] == [(secret.id, None)]
    by_number = Sought(number_blind=blind_number(session, NUMBER))
    assert await _read(session, reader, city, by_number) == []


async def test_it_is_narrowed_by_matter_number_purpose_and_answer(
    session: AsyncSession, city: City
) -> None:
    first, other = await _opened(session, city, HERE), await _opened(session, city, HERE, OTHER)
    await _note(session, city, f"ticket:{first.id}", Purpose.SMS, first, answer=Answer.WITHDRAWN)
    await _note(
        session, city, f"ticket:{first.id}", Purpose.ROBOT_CALL, first, answer=Answer.REFUSED
    )
    await _note(session, city, f"ticket:{other.id}", Purpose.SMS, other)
    reader = await city.person(session, "city_supervisor")
    for sought, expected in (
        (Sought(subjects=[f"ticket:{first.id}"]), {"withdrawn", "refused"}),
        (Sought(subjects=()), set()),
        (Sought(number_blind=blind_number(session, NUMBER)), {"withdrawn", "refused"}),
        (Sought(purpose=Purpose.SMS), {"withdrawn", "given"}),
        (Sought(answer=Answer.REFUSED), {"refused"}),
    ):
        assert {row.answer for row in await _read(session, reader, city, sought)} == expected


async def test_pages_join_without_a_gap(session: AsyncSession, city: City) -> None:
    ticket = await _opened(session, city, HERE)
    for _ in range(5):
        await _note(session, city, f"ticket:{ticket.id}", Purpose.SMS, ticket)
    reader = await city.person(session, "city_supervisor")
    whole = [row.id for row in await _read(session, reader, city)]
    first = await _read(session, reader, city, limit=2)
    rest = await _read(session, reader, city, Sought(after=first[-1].id))
    assert [row.id for row in [*first, *rest]] == whole
    assert len(whole) == 5


async def _opened(
    session: AsyncSession, city: City, district: str, number: str = NUMBER, **more: bool
) -> Ticket:
    agent = await city.person(session, "agent")
    kind = TicketKind.REPORT if more.get("confidential") else TicketKind.HELP
    ticket = await service.open_ticket(
        session, agent, kind=kind, title="暖气不热", description="暖气不热", district=district,
        subject_code="A01-01-01", caller_number=number, need=str(uuid4()),
    )  # fmt: skip
    if more.get("confidential"):
        ticket.confidential = True
    await session.flush()
    return ticket


async def _note(
    session: AsyncSession, city: City, subject: str, purpose: Purpose,
    ticket: Ticket | None = None, *, answer: Answer = Answer.GIVEN,
) -> None:  # fmt: skip
    blind = ticket.caller_blind if ticket else None
    await note(session, Answered(city.id, subject, purpose, answer, Channel.AGENT, blind))
    await session.flush()


async def _read(
    session: AsyncSession, reader: Principal, city: City, sought: Sought | None = None,
    limit: int = 50,
) -> list[Row[tuple[object, ...]]]:  # fmt: skip
    reach = Reach(
        city.id,
        tickets.visible_to(reader).with_only_columns(Ticket.id),
        calls.visible_to(reader).with_only_columns(Call.id),
    )
    return list(await book.page(session, reach, sought or Sought(), limit=limit))
