"""The audit: written with what it records, linked, and telling of every change."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from hotline import audit
from hotline.audit import queries
from hotline.audit.chain import Flaw
from hotline.audit.service import verify
from hotline.db import Database, Role, uuid7
from hotline.db.database import server_settings
from hotline.principal import Principal

WHO = Principal(uuid7(), "安全管理员", frozenset(), uuid7(), frozenset())


async def write(database: Database, count: int = 5) -> None:
    for number in range(count):
        async with database.transaction() as session:
            await audit.record(
                session,
                WHO,
                "role.granted",
                target=f"account:{number}",
                reason="值班",
                grade=number,
            )


async def tamper(database: Database, *statements: str) -> None:
    """As an intruder who owns the tables."""
    settings = server_settings(Role.MIGRATE)
    engine = create_async_engine(database.url, connect_args={"server_settings": settings})
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


async def test_a_whole_chain_holds(database: Database) -> None:
    await write(database)
    async with database.transaction() as session:
        seen = await verify(session)
    assert (seen.entry_count, seen.flaw) == (5, None)


async def test_entries_of_transactions_side_by_side_are_linked_one_after_another(
    database: Database,
) -> None:
    await asyncio.gather(*(write(database, 5) for _ in range(5)))
    async with database.transaction() as session:
        seen = await verify(session)
    assert (seen.entry_count, seen.flaw) == (25, None)


@pytest.mark.parametrize(
    ("statements", "flaw", "seq"),
    [
        (["UPDATE audit_entry SET reason = '' WHERE target = 'account:2'"], Flaw.ALTERED, 3),
        (["UPDATE audit_entry SET details = '{}' WHERE target = 'account:2'"], Flaw.ALTERED, 3),
        (
            [
                "DELETE FROM audit_link WHERE seq = 2",
                "DELETE FROM audit_entry WHERE target = 'account:1'",
            ],
            Flaw.MISSING,
            2,
        ),
        (
            [
                "UPDATE audit_entry SET target = 'x' WHERE target = 'account:1'",
                "UPDATE audit_entry SET target = 'account:1' WHERE target = 'account:2'",
                "UPDATE audit_entry SET target = 'account:2' WHERE target = 'x'",
            ],
            Flaw.ALTERED,
            2,
        ),
        (
            [
                "INSERT INTO audit_entry SELECT gen_random_uuid(), at, account_id, session_id,"
                " organization_id, name, action, 'account:9', result, reason, address, details"
                " FROM audit_entry LIMIT 1"
            ],
            Flaw.UNLINKED,
            None,
        ),
    ],
    ids=["altered", "details", "deleted", "swapped", "slipped in"],
)
async def test_tampering_is_found(
    database: Database, statements: list[str], flaw: Flaw, seq: int | None
) -> None:
    await write(database)
    await tamper(database, *statements)
    async with database.transaction() as session:
        seen = await verify(session)
    assert (seen.flaw, seen.seq) == (flaw, seq)


@pytest.mark.parametrize("table", ["audit_entry", "audit_link"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_the_application_cannot_change_the_audit(
    database: Database, table: str, statement: str
) -> None:
    column = "reason = ''" if table == "audit_entry" else "seq = 9"
    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.transaction() as session:
            await session.execute(text(statement.format(table, column)))


async def test_nothing_is_recorded_of_what_was_rolled_back(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as session:
            await audit.record(session, WHO, "role.granted")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    async with database.transaction() as session:
        assert (await verify(session)).entry_count == 0


async def test_a_savepoint_that_is_rolled_back_leaves_no_entry(database: Database) -> None:
    async with database.transaction() as session:
        await audit.record(session, WHO, "role.granted")
        savepoint = await session.begin_nested()
        await audit.record(session, WHO, "role.revoked")
        await savepoint.rollback()
    async with database.transaction() as session:
        seen = await verify(session)
        entries = (await session.scalars(queries.unlinked())).all()
    assert (seen.entry_count, seen.flaw, entries) == (1, None, [])


async def test_an_audit_administrator_sees_its_own_subtree_and_nobody_s(
    database: Database,
) -> None:
    elsewhere = Principal(uuid7(), "别处", frozenset(), uuid7(), frozenset())
    async with database.transaction() as session:
        await audit.record(session, WHO, "role.granted")
        await audit.record(session, elsewhere, "role.granted")
        await audit.record(session, None, "session.refused", result=audit.Result.REFUSED)
    reader = Principal(
        uuid7(), "", frozenset(), WHO.organization_id, frozenset({WHO.organization_id})
    )
    async with database.transaction() as session:
        rows = (await session.scalars(queries.page_before(reader, None, 10))).all()
    assert [row.action for row in rows] == ["session.refused", "role.granted"]
