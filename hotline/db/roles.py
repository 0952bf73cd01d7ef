"""The four roles, made before the first migration; names are those of the whole cluster."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy.engine import URL, make_url

from hotline.db.database import Role, address_of

_LOCK = 0x114_0B7  # pg_try_advisory_lock key, fixed for ever
_PAUSE_SECONDS = 0.2
_TELLS_TAKING_APART = 16
_MAKE_ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role}; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""
_OWNER_MAY_MAKE = """
SELECT has_database_privilege($1, current_database(), 'CREATE')
   AND has_schema_privilege($1, 'public', 'CREATE')
"""


class RolesMissing(Exception):
    """The connecting user may not make or take the roles: says what an administrator must run."""


@asynccontextmanager
async def with_roles(url: str) -> AsyncIterator[None]:
    """The roles are there, the connecting user may take each, the migrator may make tables.

    Nodes that start together come in one after the other.
    """
    parsed = make_url(url)
    connection = await asyncpg.connect(**address_of(parsed), timeout=10)
    try:
        await _alone(connection)
        await _ensure(connection, parsed)
        yield
    finally:
        await connection.close()


async def _alone(connection: asyncpg.Connection) -> None:
    """Asked again and again: a statement that waits would itself be waited for by an index that
    a migration builds beside everybody's work.
    """
    while True:
        if await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
            return
        await asyncio.sleep(_PAUSE_SECONDS)


async def _ensure(connection: asyncpg.Connection, url: URL) -> None:
    try:
        for role in Role:
            await connection.execute(_MAKE_ROLE.format(role=role.value))
            await _take(connection, role)
        await _let_make_tables(connection, _quoted(str(url.database)))
    except asyncpg.InsufficientPrivilegeError as error:
        raise RolesMissing(_what_to_run(url)) from error
    if not await connection.fetchval(_OWNER_MAY_MAKE, Role.MIGRATE.value):
        raise RolesMissing(_what_to_run(url))


async def _take(connection: asyncpg.Connection, role: Role) -> None:
    """From PostgreSQL 16 on, whoever makes a role is its administrator but may not yet take it."""
    is_new = connection.get_server_version().major >= _TELLS_TAKING_APART
    right = "SET" if is_new else "MEMBER"
    may = await connection.fetchval("SELECT pg_has_role($1, $2)", role.value, right)
    if not may:
        await connection.execute(f"GRANT {role.value} TO current_user")


async def _let_make_tables(connection: asyncpg.Connection, database: str) -> None:
    """A GRANT by somebody who does not own what is granted warns only, and changes nothing."""
    if not await connection.fetchval(_OWNER_MAY_MAKE, Role.MIGRATE.value):
        await connection.execute(
            f"GRANT CREATE, CONNECT ON DATABASE {database} TO {Role.MIGRATE.value};"
            f"GRANT CREATE, USAGE ON SCHEMA public TO {Role.MIGRATE.value}"
        )
    trusted = "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"
    if not await connection.fetchval(trusted):
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")


def _what_to_run(url: URL) -> str:
    user, database = _quoted(str(url.username)), _quoted(str(url.database))
    roles = ", ".join(role.value for role in Role)
    made = "；".join(f"CREATE ROLE {role.value}" for role in Role)
    return (
        "数据库用户的权限不够，请管理员在该数据库里执行（已有的角色不必再建）："
        f"{made}；GRANT {roles} TO {user}；ALTER DATABASE {database} OWNER TO {user}；"
        "CREATE EXTENSION IF NOT EXISTS pg_trgm"
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
