"""Nothing in the ledger leads from a confidential ticket to its caller, nor back."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls.models import Call
from hotline.consents import api
from hotline.consents.service import Answered, note
from hotline.consents.states import Answer, Channel, Purpose
from hotline.db import Database, uuid7
from hotline.privacy import mask_text
from hotline.settings import Settings
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketKind
from tests.tickets.city import City, build_city
from tests.tickets.serving import Served

NUMBER, PLACE = "13947311801", "海勃湾区"


@dataclass
class Known:
    """A plain and a confidential ticket of one telephone, told of in one call each."""

    served: Served
    plain: Ticket
    secret: Ticket

    async def searched(self, **sought: str) -> list[dict[str, Any]]:
        reader = await self.served.client("city_supervisor")
        answer = await reader.post("/api/v1/consents/search", json=sought)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def listed(self, ticket: Ticket) -> set[str]:
        reader = await self.served.client("city_supervisor")
        answer = await reader.get(f"/api/v1/tickets/{ticket.id}/consents")
        return {one["subject"] for one in answer.json()["items"]}


@pytest.fixture
async def known(database: Database, tmp_path: Path) -> Known:
    async with database.transaction() as session:
        city = await build_city(session)
        plain = await _opened(session, city, TicketKind.HELP, await _call(session, city))
        secret = await _opened(session, city, TicketKind.REPORT, await _call(session, city))
        secret.confidential = True
        for ticket in (plain, secret):
            await _note(session, ticket, f"ticket:{ticket.id}")
            await _note(session, ticket, f"call:{ticket.call_id}", Purpose.ROBOT_CALL)
        await _note(session, plain, f"wish:{uuid7()}")
    served = Served(database, city, Settings(data_dir=tmp_path), api.router)
    return Known(served, plain, secret)


async def test_a_confidential_ticket_leads_to_nothing_else_of_its_caller(known: Known) -> None:
    found = await known.searched(ticket_number=known.secret.number)
    assert {(one["ticket_number"], one["caller_masked"]) for one in found} == {
        (known.secret.number, None)
    }
    mine = {f"ticket:{known.secret.id}", f"call:{known.secret.call_id}"}
    assert {one["subject"] for one in found} == mine
    assert await known.listed(known.secret) == mine


async def test_neither_a_plain_ticket_nor_the_number_leads_to_the_confidential_one(
    known: Known,
) -> None:
    for sought in ({"ticket_number": known.plain.number}, {"phone": NUMBER}):
        found = await known.searched(**sought)
        assert {one["ticket_number"] for one in found} == {known.plain.number}
        assert len(found) == 3
    subjects = await known.listed(known.plain)
    assert len(subjects) == 3
    assert not subjects & {f"ticket:{known.secret.id}", f"call:{known.secret.call_id}"}


async def test_one_call_that_opened_both_names_neither(known: Known) -> None:
    async with known.served.database.transaction() as session:
        await session.execute(
            text("UPDATE ticket SET call_id = :call WHERE id = :id"),
            {"call": known.plain.call_id, "id": known.secret.id},
        )
    call = f"call:{known.plain.call_id}"
    for ticket in (known.plain, known.secret):
        found = await known.searched(ticket_number=ticket.number)
        assert [one["ticket_number"] for one in found if one["subject"] == call] == [None]


async def test_a_reason_shows_no_end_of_a_number_there_and_is_cut_to_its_length(
    known: Known,
) -> None:
    writer = await known.served.client("agent")
    for ticket, shown in ((known.plain, "139****1801"), (known.secret, "***")):
        path = f"/api/v1/tickets/{ticket.id}/consents/withdraw"
        wanted = {"purpose": "sms", "reason": f"原号{NUMBER}，不再要"}
        done = await writer.post(path, json=wanted)
        assert done.json()["items"][-1]["reason"] == f"原号{shown}，不再要"
    wanted = {"purpose": "robot_call", "reason": "不" * 190 + " a@qq.com"}
    assert len(mask_text(wanted["reason"])) > 200
    path = f"/api/v1/tickets/{known.plain.id}/consents/withdraw"
    done = await writer.post(path, json=wanted)
    assert done.status_code == 200, done.text
    assert len(done.json()["items"][-1]["reason"]) == 200


async def _call(session: AsyncSession, city: City) -> UUID:
    call = Call(
        provider_sid=f"CA{uuid7().hex}", organization_id=city.ids[PLACE], city_id=city.id,
        district_id=city.ids[PLACE], to_number="", from_masked="", status="ended",
    )  # fmt: skip
    session.add(call)
    await session.flush()
    return call.id


async def _opened(session: AsyncSession, city: City, kind: TicketKind, call_id: UUID) -> Ticket:
    ticket = await service.open_ticket(
        session, await city.person(session, "agent"), kind=kind, title="暖气不热",
        description="暖气不热", district=PLACE, subject_code="A01-01-01", caller_number=NUMBER,
        call_id=call_id, need=str(uuid7()),
    )  # fmt: skip
    await session.flush()
    return ticket


async def _note(
    session: AsyncSession, ticket: Ticket, subject: str, purpose: Purpose = Purpose.SMS
) -> None:
    await note(session, Answered(
        ticket.city_id, subject, purpose, Answer.GIVEN, Channel.AGENT, ticket.caller_blind
    ))  # fmt: skip
