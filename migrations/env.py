"""Run the migrations as the owner's role, with limits that let nothing wait behind them long.

Each is a transaction of its own, so that one may build an index while everybody works on.
"""

import asyncio

from alembic import context
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import create_async_engine

from hotline.db.database import Role, server_settings
from hotline.db.migrate import every_model

METADATA = every_model()


def _ours(_object: object, name: str | None, kind: str, reflected: bool, _other: object) -> bool:
    """Month partitions are made by a function, not by a migration."""
    return not (kind == "table" and reflected and name is not None and "_p20" in name)


def _run(connection: Connection) -> None:
    event.listen(connection, "begin", _limit)
    try:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            include_schemas=True,
            include_object=_ours,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    finally:
        event.remove(connection, "begin", _limit)


def _limit(connection: Connection) -> None:
    """For each transaction alone: what is built beside everybody's work, outside of one, may wait,
    and so may whatever uses the connection afterwards.
    """
    connection.exec_driver_sql("SET LOCAL lock_timeout = '200ms'")
    connection.exec_driver_sql("SET LOCAL statement_timeout = '10min'")


async def _online() -> None:
    engine = create_async_engine(
        context.config.attributes["url"],
        connect_args={"server_settings": server_settings(Role.MIGRATE)},
    )
    async with engine.connect() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


if (given := context.config.attributes.get("connection")) is not None:
    _run(given)
else:
    asyncio.run(_online())
