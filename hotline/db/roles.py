"""The four roles, made before the first migration; names are those of the whole cluster."""

import asyncpg
from sqlalchemy.engine import make_url

from hotline.db.database import Role, address_of

_MAKE_ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role}; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$
"""


class RolesMissing(Exception):
    """The connecting user may not make the roles and they are not there."""


async def ensure_roles(url: str) -> None:
    """Make the roles, let the connecting user take each, and let the migrator own the schema."""
    parsed = make_url(url)
    connection = await asyncpg.connect(**address_of(parsed), timeout=10)
    try:
        await _make(connection, str(parsed.database))
    except asyncpg.InsufficientPrivilegeError as error:
        raise RolesMissing(
            "the database user may not create roles; let an administrator run: "
            + "; ".join(f"CREATE ROLE {role.value}" for role in Role)
            + f"; and GRANT them to {parsed.username}"
        ) from error
    finally:
        await connection.close()


async def _make(connection: asyncpg.Connection, database: str) -> None:
    for role in Role:
        await connection.execute(_MAKE_ROLE.format(role=role.value))
        member = "SELECT pg_has_role(current_user, $1, 'MEMBER')"
        if not await connection.fetchval(member, role.value):
            await connection.execute(f"GRANT {role.value} TO current_user")
    quoted = '"' + database.replace('"', '""') + '"'
    await connection.execute(
        f"GRANT CREATE, CONNECT ON DATABASE {quoted} TO {Role.MIGRATE.value};"
        f"GRANT CREATE, USAGE ON SCHEMA public TO {Role.MIGRATE.value}"
    )
    trusted = "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"
    if not await connection.fetchval(trusted):
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
