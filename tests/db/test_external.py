"""An external database as administrators give it: its user owns it, and nothing else."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from hotline.db import Role
from hotline.db.backup import BackupError, back_up, restore_from
from hotline.db.database import address_of, connect_arguments
from hotline.db.embedded import EmbeddedPostgres
from hotline.db.migrate import upgrade
from hotline.db.roles import RolesMissing, with_roles
from tests.conftest import administer


async def administered(server: EmbeddedPostgres, *statements: str) -> None:
    for statement in statements:
        await administer(server, statement)


async def test_whoever_may_not_make_roles_is_told_what_an_administrator_must_run(
    server: EmbeddedPostgres,
) -> None:
    await administered(
        server, "CREATE USER humble_login", "CREATE DATABASE humble OWNER humble_login"
    )
    with pytest.raises(RolesMissing, match=r"CREATE ROLE hotline_app.*GRANT hotline_migrate, "):
        async with with_roles(server.dsn("humble_login", "humble")):
            pytest.fail("it may not even make the roles")


async def test_a_user_that_owns_nothing_is_told_to_be_made_the_owner(
    server: EmbeddedPostgres,
) -> None:
    await administered(
        server, "CREATE USER guest_login CREATEROLE", "CREATE DATABASE borrowed",
        "GRANT ALL ON DATABASE borrowed TO guest_login",
    )  # fmt: skip
    with pytest.raises(RolesMissing, match='ALTER DATABASE "borrowed" OWNER TO "guest_login"'):
        async with with_roles(server.dsn("guest_login", "borrowed")):
            pytest.fail("the migrator could make no table")
    await administered(server, *(f"DROP OWNED BY {role}" for role in Role))
    await administered(server, *(f"DROP ROLE {role}" for role in Role))


async def test_nodes_that_start_together_on_an_empty_database_all_come_up(
    server: EmbeddedPostgres,
) -> None:
    """As docs/operation.md makes it: from PostgreSQL 16 on, making a role is not taking it."""
    await administered(
        server, "CREATE USER hotline_login CREATEROLE",
        "CREATE DATABASE city OWNER hotline_login",
    )  # fmt: skip
    url = server.dsn("hotline_login", "city")
    await asyncio.gather(upgrade(url), upgrade(url), upgrade(url))
    for role in Role:
        connection = await asyncpg.connect(**connect_arguments(make_url(url), role))
        try:
            assert await connection.fetchval("SELECT current_user") == role.value
        finally:
            await connection.close()


async def asked(url: str, question: str) -> object:
    connection = await asyncpg.connect(**address_of(make_url(url)))
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_a_backup_is_restored_with_the_letters_and_by_the_owner_of_before(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    """No program of the machine is needed, and the server's own order is another one."""
    await administered(
        server, "CREATE USER keeper_login CREATEDB",
        "CREATE DATABASE kept OWNER keeper_login TEMPLATE template0 LOCALE_PROVIDER builtin"
        " BUILTIN_LOCALE 'C' LC_COLLATE 'C' LC_CTYPE 'C'",
    )  # fmt: skip
    url, file = server.dsn("keeper_login", "kept"), tmp_path / "kept.dump"
    await asked(url, "CREATE TABLE sample AS SELECT 1 AS number")
    letters = "SELECT (datlocprovider, datlocale, datcollate, datctype, datdba)::text" \
        " FROM pg_database WHERE datname = 'kept'"  # fmt: skip
    before = await asked(url, letters)
    back_up(url, None, file)
    await asked(url, "UPDATE sample SET number = 2")
    await restore_from(url, None, file)
    assert await asked(url, "SELECT number FROM sample") == 1
    assert await asked(url, letters) == before


async def test_whoever_may_not_make_databases_is_told_before_anything_changes(
    server: EmbeddedPostgres, tmp_path: Path
) -> None:
    await administered(
        server, "CREATE USER modest_login", "CREATE DATABASE modest OWNER modest_login"
    )
    url = server.dsn("modest_login", "modest")
    back_up(url, None, tmp_path / "modest.dump")
    with pytest.raises(BackupError, match="CREATEDB"):
        await restore_from(url, None, tmp_path / "modest.dump")


BY_TLS = "postgresql+asyncpg://hotline@db.example.cn:5433/hotline?ssl=verify-full"


def test_a_database_by_tls_is_dumped_by_the_machine_s_own_client(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs, file = tmp_path / "bin", tmp_path / "kept.dump"
    programs.mkdir()
    client = programs / "pg_dump"
    client.write_text('#!/bin/sh\necho "$PGHOST $PGPORT $PGSSLMODE"\n')
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/bin:/usr/bin")
    back_up(BY_TLS, None, file)
    assert file.read_text() == "db.example.cn 5433 verify-full\n"


@pytest.mark.parametrize(
    "says", ["", "pg_dump: error: sslmode value invalid when SSL support is not compiled in",
             "FATAL: no pg_hba.conf entry for host, no encryption"],
)  # fmt: skip
def test_without_a_client_that_knows_tls_the_refusal_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str
) -> None:
    if says:
        client = tmp_path / "pg_dump"
        client.write_text(f"#!/bin/sh\necho '{says}' >&2\nexit 1\n")
        client.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match=r"请安装.*PostgreSQL.*install PostgreSQL's client"):
        back_up(BY_TLS, None, tmp_path / "kept.dump")
    assert [path.name for path in tmp_path.iterdir() if "kept" in path.name] == []


def test_a_client_older_than_the_database_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = tmp_path / "pg_dump"
    client.write_text("#!/bin/sh\necho 'aborting because of server version mismatch' >&2\nexit 1\n")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match=r"同版本.*older than the database"):
        back_up(BY_TLS, None, tmp_path / "kept.dump")
