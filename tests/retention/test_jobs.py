"""The nightly run comes again tomorrow, also where the storage of files is away today."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.attachments.bucket import StoreUnavailable
from hotline.attachments.models import Attachment
from hotline.calls.models import Call
from hotline.db import Database, uuid7
from hotline.jobs import service as jobs
from hotline.jobs.worker import Worker
from hotline.retention.erasing import WITH_FILES, Hands, erase_overdue
from hotline.retention.jobs import RUN, runners
from hotline.retention.kinds import Kind
from hotline.tickets import service
from hotline.tickets.attending import erase_ticket
from hotline.tickets.states import TicketKind
from tests.tickets.city import City, build_city

LONG_AGO = clock.now() - timedelta(days=4_000)


async def _refuses(_file_id: UUID) -> None:
    raise StoreUnavailable


async def _lets_go(_file_id: UUID) -> None:
    """The file of a storage that answers."""


@pytest.fixture
async def old(database: Database) -> City:
    """One ticket more than goes at once, each with a file; and a call, which has none."""
    async with database.transaction() as session:
        city = await build_city(session)
        agent = await city.person(session, "agent")
        for _ in range(WITH_FILES + 1):
            ticket = await service.open_ticket(
                session, agent, kind=TicketKind.HELP, title="暖气不热", description="暖气不热",
                district="海勃湾区",
            )  # fmt: skip
            ticket.closed_at = LONG_AGO
            session.add(Attachment(
                id=uuid7(), subject=f"ticket:{ticket.id}", name_sealed=b"x", size=1, digest=b"d",
                media_type="text/plain", extension="txt", verdict="passed",
            ))  # fmt: skip
        session.add(Call(
            provider_sid=f"CA{uuid7().hex}", organization_id=city.id, city_id=city.id,
            to_number="", from_masked="", status="ended", from_blind=b"n", ended_at=LONG_AGO,
        ))  # fmt: skip
    return city


async def _count(database: Database, chosen: str) -> int:
    async with database.transaction() as session:
        return int(await session.scalar(text(f"SELECT count(*) FROM {chosen}")) or 0)


async def test_tomorrows_run_is_set_although_the_storage_is_away(
    database: Database, old: City
) -> None:
    async with database.transaction() as session:
        await jobs.enqueue(session, RUN, dedupe=RUN)
    worker = Worker(database, runners(Hands(_refuses, erase_ticket)))
    assert await worker.run_due() == 1
    assert await _count(database, "job WHERE run_at > now() AND parked_at IS NULL") == 1
    assert await _count(database, "job WHERE done_at IS NOT NULL AND error IS NULL") == 1
    assert await _count(database, "attachment") == WITH_FILES + 1
    assert await _count(database, "ticket WHERE erased_at IS NOT NULL") == 0
    assert await _count(database, "call WHERE from_blind IS NOT NULL") == 0


async def test_tickets_go_in_small_bites_that_leave_the_storage_its_time(
    database: Database, old: City
) -> None:
    told: list[str] = []

    async def ask(_file_id: UUID) -> None:
        told.append("file")

    with pytest.raises(StoreUnavailable):
        await erase_overdue(database, Hands(_refuses, erase_ticket))
    patience: set[str | None] = set()

    async def empty(session: AsyncSession, ticket_id: UUID) -> None:
        await erase_ticket(session, ticket_id)
        patience.add(await session.scalar(text("SHOW idle_in_transaction_session_timeout")))

    done = await erase_overdue(database, Hands(ask, empty))
    assert patience == {"15min"}
    assert done[Kind.TICKETS] == len(told) == WITH_FILES + 1
    bites = "audit_entry WHERE action = 'retention.erased' AND target = 'retention:tickets'"
    assert await _count(database, bites) == 2
    assert await erase_overdue(database, Hands(_lets_go, erase_ticket)) == {}
