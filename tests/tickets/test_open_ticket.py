"""Opening: masked and sealed words, numbers, due moments, idempotence per call and need."""

import re
from datetime import datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls.models import Call, CallStatus
from hotline.errors import InvalidInput, ScopeMissing
from hotline.events.models import Event
from hotline.tickets import queries, service
from hotline.tickets.models import Ticket, TicketHistory
from hotline.tickets.states import Status, TicketKind, Urgency
from tests.tickets.city import City
from tests.tickets.conftest import OpenTicket


def local(moment: datetime | None) -> str:
    assert moment is not None
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


async def test_a_new_ticket_is_registered_and_held_by_the_desk(
    city: City, opened: OpenTicket
) -> None:
    ticket = await opened()
    assert ticket.status == Status.REGISTERED
    assert ticket.custody_id == city.id
    assert ticket.district_id == city.ids["海勃湾区"]
    assert ticket.version == 1
    assert re.fullmatch(r"2026-1123-\d{6}", ticket.number)
    assert (ticket.subject, ticket.sla_working_days) == ("室内温度不达标", 2)


async def test_a_district_desk_holds_what_it_opens(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened(await city.person(session, "agent", "乌达区"), district="乌达区")
    assert ticket.custody_id == city.ids["乌达区"]


async def test_words_are_stored_masked_and_the_original_sealed(
    session: AsyncSession, opened: OpenTicket
) -> None:
    ticket = await opened()
    assert "13847312345" not in ticket.description
    assert "暖气不热" in ticket.description
    assert service.words_of(session, ticket) == "我家暖气不热，电话13847312345"
    assert service.caller_of(session, ticket) == "+8613847312345"
    assert ticket.caller_masked == "138****2345"
    assert "502" not in (ticket.address_masked or "")
    assert service.address_of(session, ticket) == "海勃湾区滨河街道阳光小区3号楼2单元502室"
    stored = " ".join(ticket.grams) + str(ticket.caller_sealed) + str(ticket.description_sealed)
    assert "13847312345" not in stored


async def test_an_anonymous_ticket_keeps_no_number(
    session: AsyncSession, opened: OpenTicket
) -> None:
    ticket = await opened(is_anonymous=True)
    assert (ticket.caller_sealed, ticket.caller_blind, ticket.caller_masked) == (None, None, None)
    assert re.fullmatch(r"\d{6}", service.query_code(session, ticket))


async def test_every_ticket_has_a_query_code_of_its_own(
    session: AsyncSession, opened: OpenTicket
) -> None:
    codes = {service.query_code(session, await opened()) for _ in range(5)}
    assert len(codes) == 5


async def test_numbers_are_never_given_twice(opened: OpenTicket) -> None:
    numbers = [(await opened()).number for _ in range(10)]
    assert len(set(numbers)) == 10


async def test_the_same_need_of_a_call_is_opened_once(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    call = uuid4()
    hotline = await city.hotline(session)
    first = await opened(hotline, call_id=call, need="svc-heat-low")
    again = await opened(hotline, call_id=call, need="svc-heat-low", title="又说一次")
    other = await opened(hotline, call_id=call, need="svc-light")
    assert again.id == first.id
    assert other.id != first.id
    opened_events = await session.scalar(
        select(func.count()).select_from(Event).where(Event.name == "ticket.opened")
    )
    assert opened_events == 2


async def test_what_a_person_writes_beside_a_call_is_named_with_the_call(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    agent = await city.person(session, "agent")
    call = Call(
        id=uuid4(), provider_sid="CA1", organization_id=city.id, city_id=city.id,
        to_number="+86473114", from_masked="138****0000", status=CallStatus.TALKING,
        started_at=clock.now(),
    )  # fmt: skip
    session.add(call)
    await session.flush()
    first = await opened(agent, call_id=call.id, need="svc-light")
    again = await opened(agent, call_id=call.id, need="svc-light")
    assert first.id == again.id
    assert call.ticket_ids == [str(first.id)]
    told = await session.scalars(select(Event).where(Event.name == "call.changed"))
    assert [one.payload["ticket_ids"] for one in told] == [[str(first.id)]]


async def test_a_call_that_one_does_not_see_is_not_written_to(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    call = Call(
        id=uuid4(), provider_sid="CA1", organization_id=city.id, city_id=city.id,
        district_id=city.ids["海勃湾区"], to_number="+86473114", from_masked="138****0000",
        status=CallStatus.TALKING, started_at=clock.now(),
    )  # fmt: skip
    session.add(call)
    await session.flush()
    other = await city.person(session, "agent", "乌达区")
    await opened(other, call_id=call.id, district="乌达区")
    assert call.ticket_ids == []


async def test_opening_tells_those_of_district_and_holder(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    ticket = await opened()
    event = await session.scalar(select(Event).where(Event.subject_id == str(ticket.id)))
    assert event is not None
    assert event.name == "ticket.opened"
    assert set(event.audience) == {city.id, city.ids["海勃湾区"]}
    assert event.payload["district"] == "海勃湾区"
    assert event.payload["version"] == ticket.version
    assert "moves" not in event.payload
    assert "13847312345" not in str(event.payload)


async def test_opening_is_written_into_the_history(
    session: AsyncSession, opened: OpenTicket
) -> None:
    ticket = await opened()
    row = await session.scalar(select(TicketHistory))
    assert row is not None
    assert (row.name, row.from_status, row.to_status) == ("ticket.opened", None, "registered")
    assert (row.actor_name, row.tier) == ("agent city", "city")
    assert row.after["number"] == ticket.number
    assert "13847312345" not in str(row.after)


@pytest.mark.parametrize(
    ("given", "due"),
    [
        ({}, "2026-11-25 18:00"),
        ({"subject_code": None}, "2026-11-26 18:00"),
        ({"subject_code": None, "kind": TicketKind.COMPLAINT}, "2026-11-30 18:00"),
        ({"subject_code": None, "kind": TicketKind.CONSULT}, "2026-11-24 18:00"),
        ({"urgency": Urgency.URGENT}, "2026-11-24 09:00"),
    ],
)
async def test_due_by_urgency_else_subject_else_kind(
    opened: OpenTicket, given: dict[str, object], due: str
) -> None:
    ticket = await opened(**given)
    assert local(ticket.due_at) == due
    assert local(ticket.resident_due_at) == due
    assert ticket.due_is_certain


async def test_a_due_moment_beyond_the_calendars_is_marked(opened: OpenTicket) -> None:
    with clock.stopped(datetime(2026, 12, 30, 9, tzinfo=clock.LOCAL)):
        ticket = await opened()
    assert not ticket.due_is_certain


async def test_unknown_names_are_told_all_at_once(opened: OpenTicket) -> None:
    with pytest.raises(InvalidInput) as raised:
        await opened(district="朝阳区", entry_id="svc-none", subject_code="Z99")
    fields = [error["field"] for error in raised.value.params["errors"]]
    assert fields == ["district", "entry_id", "subject_code"]


async def test_a_number_that_is_none_is_refused(opened: OpenTicket) -> None:
    with pytest.raises(InvalidInput):
        await opened(caller_number="你好")


async def test_a_unit_opens_no_tickets(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    with pytest.raises(ScopeMissing):
        await opened(await city.person(session, "unit_handler", "unit-海勃湾区"))


async def test_the_subjects_unit_is_proposed(city: City, opened: OpenTicket) -> None:
    assert (await opened()).proposed_id == city.ids["city-unit"]
    assert (await opened(subject_code=None)).proposed_id is None


async def test_what_the_caller_adds_later_leaves_the_first_words_alone(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    hotline = await city.hotline(session)
    ticket = await opened(hotline, address=None)
    before = ticket.description
    await service.add_from_caller(
        session, hotline, ticket.id, address="滨河街道阳光小区3号楼502室", note="电话13847399999"
    )
    fresh = await queries.ticket(session, hotline, ticket.id)
    assert fresh.address_masked is not None
    assert "502" not in fresh.address_masked
    assert fresh.description == before
    rows = list(await session.scalars(queries.history(hotline, ticket.id)))
    assert [row.name for row in rows] == ["ticket.opened", "ticket.updated", "ticket.commented"]
    assert "13847399999" not in str(rows[-1].note)


async def test_a_confidential_ticket_shows_no_trace_of_its_caller(
    session: AsyncSession, opened: OpenTicket
) -> None:
    from hotline.tickets.schemas import TicketOut

    ticket: Ticket = await opened(is_confidential=True)
    shown = TicketOut.of(ticket, await queries.names_of(session, [ticket]))
    assert (shown.caller_masked, shown.address_masked) == (None, None)
    assert service.caller_of(session, ticket) == "+8613847312345"
