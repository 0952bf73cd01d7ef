"""Messages, calls, codes, links, packages, database roles."""

from datetime import timedelta

import asyncpg
import pytest
from sqlalchemy import text

from hotline import clock
from hotline.db import Database, Role
from hotline.db.database import connect_arguments
from hotline.dispatch.links import VALID_FOR, make_link
from hotline.dispatch.states import LinkPurpose
from hotline.messages.limits import DEFAULT_LIMITS, may_be_texted, wait_for_number
from hotline.telephony.dial_rules import may_ring_resident
from hotline.tickets import service
from hotline.tickets.models import Ticket
from hotline.tickets.query_codes import TRIES_A_DAY, judge_code
from tests.conventions.sources import ROOT
from tests.promises.conftest import Whole
from tests.promises.matter import NUMBER, Matter

PREMIUM = ("16812345", "0473-16812345", "96888888", "+85291234567", "+12025550123", "9688123",
           "0047316800000", "+881612345678", "10086", "+8617", "110", "sip:a@b")  # fmt: skip


@pytest.mark.parametrize("number", ["+85291234567", "+8604731234567", "10086", "+12025550123", ""])
def test_c58_only_mobile_numbers_of_the_country_are_texted(number: str) -> None:
    assert may_be_texted("+8613947300000")
    assert not may_be_texted(number)


def test_c58_the_fourth_message_of_an_hour_waits() -> None:
    now = clock.now()
    sent = [now - timedelta(minutes=minutes) for minutes in (5, 20, 50)]
    assert wait_for_number(sent[:2], now, DEFAULT_LIMITS) == timedelta()
    assert wait_for_number(sent, now, DEFAULT_LIMITS) == timedelta(minutes=10)


@pytest.mark.parametrize("number", PREMIUM)
def test_c59_no_premium_and_no_foreign_number_is_rung(number: str) -> None:
    assert may_ring_resident("+8613947300000")
    assert not may_ring_resident(number)


async def test_c60_a_callers_number_alone_opens_nothing(whole: Whole, matter: Matter) -> None:
    async with whole.database.transaction() as session:
        city_id = await session.scalar(text("SELECT id FROM organization WHERE tier = 'city'"))
        judged = await judge_code(session, city_id, NUMBER, "")
        assert judged.ticket is None
        await session.rollback()


async def test_c61_after_five_tries_a_day_even_the_right_code_opens_nothing(
    whole: Whole, matter: Matter
) -> None:
    async with whole.database.transaction() as session:
        row = "SELECT id FROM ticket WHERE id::text = :id"
        found = await session.scalar(text(row), {"id": matter.open_id})

        ticket = await session.get_one(Ticket, found)
        right = service.query_code(session, ticket)
        assert len(right) == 6
        assert right.isdigit()
        city_id = ticket.city_id
        opened = await judge_code(session, city_id, NUMBER, right)
        assert opened.ticket is not None
        for _ in range(TRIES_A_DAY):
            await judge_code(session, city_id, NUMBER, "000000" if right != "000000" else "1")
        locked = await judge_code(session, city_id, NUMBER, right)
        assert (locked.ticket, locked.is_locked) == (None, True)
        await session.rollback()


async def test_c62_a_link_is_long_and_only_its_hash_is_kept(whole: Whole) -> None:
    async with whole.database.transaction() as session:
        vendor_id = await session.scalar(text("SELECT id FROM vendor LIMIT 1"))
        token = await make_link(session, vendor_id, LinkPurpose.OFFER)
        await session.flush()
        assert len(token) * 6 >= 128
        kept = await session.scalar(text("SELECT string_agg(l::text, ' ') FROM vendor_link l"))
        assert token not in kept
        assert token.encode().hex() not in kept
        await session.rollback()
    assert VALID_FOR[LinkPurpose.OFFER] <= timedelta(hours=72)


def test_c64_every_package_is_locked_by_hash() -> None:
    for lock in ("product.txt", "tracing.txt", "dev.txt", "build.txt", "node.txt"):
        content = (ROOT / "requirements" / lock).read_text().replace("\\\n", " ")
        for line in filter(None, map(str.strip, content.splitlines())):
            assert "==" in line, line[:60]
            assert "--hash=sha256:" in line, line[:60]


async def test_c66_the_service_owns_no_table_and_reports_only_read(database: Database) -> None:
    owning = "SELECT count(*) FROM pg_tables WHERE tableowner = 'hotline_app'"
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT current_user")) == Role.APP
        assert await session.scalar(text(owning)) == 0
        powers = text("SELECT bool_or(rolsuper OR rolcreaterole OR rolcreatedb) FROM pg_roles"
                      " WHERE rolname LIKE 'hotline_%'")  # fmt: skip
        assert await session.scalar(powers) is False
    for role in (Role.READ, Role.AUDIT):
        connection = await asyncpg.connect(**connect_arguments(database.url, role))
        try:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("INSERT INTO job (kind) VALUES ('x')")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("CREATE TABLE mine (n int)")
        finally:
            await connection.close()
