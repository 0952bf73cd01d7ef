"""Bring a database to the newest schema."""

import asyncio
import importlib
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

import hotline
from hotline.db.base import Base
from hotline.db.database import Role, server_settings
from hotline.db.roles import with_roles

MONTHS_AHEAD = 3
TRIES = 60
PAUSE_SECONDS = 0.5
_LOCK_NOT_AVAILABLE = "55P03"

log = structlog.get_logger()


async def upgrade(url: str, revision: str = "head") -> None:
    """Make the roles, run what is missing, and make the month partitions to come.

    Whoever comes meanwhile waits, and finds it done.
    """
    async with with_roles(url):
        engine = create_async_engine(
            url,
            hide_parameters=True,
            connect_args={"server_settings": server_settings(Role.MIGRATE)},
        )
        try:
            async with engine.connect() as connection:
                await _between_readers(connection, revision)
                await connection.execute(
                    text("SELECT ensure_month_partitions(:months)"), {"months": MONTHS_AHEAD}
                )
                await connection.commit()
        finally:
            await engine.dispose()


async def _between_readers(connection: AsyncConnection, revision: str) -> None:
    """Whoever waits for a table makes everybody wait behind: rather step back and try again."""
    for _ in range(TRIES):
        try:
            await connection.run_sync(_run, revision)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
                raise
            log.warning("migration.waits_for_readers")
            await connection.rollback()
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return
    await connection.run_sync(_run, revision)


def every_model() -> MetaData:
    """The metadata with every `models` module, and every `…_models` one, loaded."""
    for file in sorted(Path(hotline.__file__).parent.glob("*/*models.py")):
        importlib.import_module(f"hotline.{file.parent.name}.{file.stem}")
    return Base.metadata


def migrations_folder() -> Path:
    """In the wheel beside the package's modules, in a checkout beside the package."""
    package = Path(hotline.__file__).parent
    inside = package / "migrations"
    return inside if inside.is_dir() else package.parent / "migrations"


def _run(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
