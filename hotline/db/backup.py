"""Back up to one file and restore from it, with PostgreSQL's own programs (custom format)."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import asyncpg
from sqlalchemy.engine import URL, make_url

from hotline.db.database import address_of
from hotline.db.embedded import EmbeddedPostgres
from hotline.db.postgres_binaries import shipped_program
from hotline.db.roles import RolesMissing, with_roles

# Those of the database that was just closed to connections: nobody else has that mark.
_END_CONNECTIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity JOIN pg_database USING (datname)
WHERE NOT datallowconn
"""


_LETTERS = """
SELECT format('ENCODING %L LC_COLLATE %L LC_CTYPE %L ', pg_encoding_to_char(encoding), datcollate,
              datctype) || CASE datlocprovider
           WHEN 'b' THEN format('LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', locale)
           WHEN 'i' THEN format('LOCALE_PROVIDER icu ICU_LOCALE %L', locale)
           ELSE 'LOCALE_PROVIDER libc' END
FROM pg_database AS here,
     coalesce(to_jsonb(here)->>'datlocale', to_jsonb(here)->>'daticulocale') AS locale
WHERE datname = current_database()
"""


_WANTS_TLS = ("SSL support is not compiled in", "no encryption")


class BackupError(Exception):
    """What the program said, in one line; nothing was replaced."""


def back_up(url: str, server: EmbeddedPostgres | None, target: Path) -> None:
    """Write a consistent picture of the whole database; the file appears whole or not at all."""
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            _run("pg_dump", ["--format=custom"], make_url(url), server, stdout=file.fileno())
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


async def restore_from(url: str, server: EmbeddedPostgres | None, source: Path) -> None:
    """Restore beside the database and change places once all of the file has been read.

    A damaged file, or one that does not fit, leaves everything as it was. Raises BackupError.
    """
    now = make_url(url)
    beside = now.set(database=f"{now.database}_restoring")
    old = f"{now.database}_replaced"
    await _make_roles(url)
    await _administer(now, f'DROP DATABASE IF EXISTS "{beside.database}" WITH (FORCE)',
                      await _made_alike(now, str(beside.database)))  # fmt: skip
    try:
        with source.open("rb") as file:
            _run("pg_restore", ["--exit-on-error"], beside, server, stdin=file.fileno())
    except BackupError:
        await _administer(now, f'DROP DATABASE "{beside.database}" WITH (FORCE)')
        raise
    await _begin_epoch(beside)
    await _administer(
        now,
        f'ALTER DATABASE "{now.database}" WITH ALLOW_CONNECTIONS false',
        _END_CONNECTIONS,
        f'ALTER DATABASE "{now.database}" RENAME TO "{old}"',
        f'ALTER DATABASE "{beside.database}" RENAME TO "{now.database}"',
        f'DROP DATABASE "{old}" WITH (FORCE)',
    )


async def _make_roles(url: str) -> None:
    """No dump of a database holds them, and a new server has none."""
    with suppress(RolesMissing):  # the restore itself says so, where the file needs any
        async with with_roles(url):
            return


async def _made_alike(url: URL, name: str) -> str:
    """With the letters and the order of the one that it will replace, not the server's own."""
    connection = await asyncpg.connect(**address_of(url))
    try:
        like = await connection.fetchval(_LETTERS)
    finally:
        await connection.close()
    return f'CREATE DATABASE "{name}" TEMPLATE template0 {like}'


async def _begin_epoch(url: URL) -> None:
    """Consoles that saw more than the backup holds must not go on from there."""
    connection = await asyncpg.connect(**address_of(url))
    try:
        if await connection.fetchval("SELECT to_regclass('event_position') IS NOT NULL"):
            await connection.execute("UPDATE event_position SET epoch = gen_random_uuid()")
    finally:
        await connection.close()


async def _administer(url: URL, *statements: str) -> None:
    """As the connecting user, from the cluster's own database: one's own cannot be renamed."""
    connection = await asyncpg.connect(**address_of(url) | {"database": "postgres"})
    try:
        for statement in statements:
            await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError as error:
        raise BackupError("数据库用户不能建数据库：请管理员执行 ALTER ROLE … CREATEDB") from error
    finally:
        await connection.close()


def _run(
    name: str, options: list[str], url: URL, server: EmbeddedPostgres | None, *,
    stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL,
) -> None:  # fmt: skip
    program = _program(name, server, url)
    environment = os.environ | _libpq(url)
    done = subprocess.run(  # noqa: S603 (our own program with our own options)
        [str(program), *options, "--dbname", str(url.database)],
        env=environment,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode != 0:
        raise _failure(name, done.returncode, done.stderr.decode(errors="replace"))


def _failure(name: str, code: int, said: str) -> BackupError:
    if any(one in said for one in _WANTS_TLS):
        return _without_tls(name)
    if "server version mismatch" in said:
        return BackupError(
            f"本机的 {name} 比数据库旧，请安装与数据库同版本的 PostgreSQL 客户端。"
            f" The {name} here is older than the database: install the client of its version."
        )
    lines = said.strip().splitlines()
    return BackupError(lines[0] if lines else f"{name} ended with {code}")


def _program(name: str, server: EmbeddedPostgres | None, url: URL) -> Path | str:
    """Ours needs nothing of the machine, but knows no TLS."""
    if server is not None:
        return server.program(name)
    ours, theirs = shipped_program(name), shutil.which(name)
    if url.query.get("ssl", "disable") != "disable":
        if theirs is None:
            raise _without_tls(name)
        return theirs
    program = ours or theirs
    if program is None:
        raise BackupError(f"没有安装 {name}。{name} is not installed.")
    return program


def _without_tls(name: str) -> BackupError:
    return BackupError(
        f"数据库用 TLS 连接，随附的 {name} 不会；请安装与数据库同版本的 PostgreSQL 客户端，"
        "地址里写明 ?ssl=verify-full。"
        f" The {name} that ships knows no TLS: install PostgreSQL's client of the database's"
        " version, and put ?ssl=verify-full into the address."
    )


def _libpq(url: URL) -> dict[str, str]:
    """The address as PostgreSQL's own programs read it from the environment."""
    there = address_of(url)
    hosts, ports = there["host"], there["port"]
    several = isinstance(hosts, list)
    named = {
        "PGHOST": ",".join(hosts) if several else hosts or "",
        "PGPORT": ",".join(map(str, ports)) if several else str(ports),
        "PGUSER": there["user"] or "",
        "PGPASSWORD": there["password"] or "",
        "PGSSLMODE": there.get("ssl", ""),
        "PGTARGETSESSIONATTRS": there.get("target_session_attrs", ""),
    }
    return {name: value for name, value in named.items() if value}
