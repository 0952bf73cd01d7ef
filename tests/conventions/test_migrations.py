"""Migrations make exactly what the models say, in one line of descent."""

import ast
import re

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from hotline.db import Role
from hotline.db.database import server_settings
from hotline.db.embedded import EmbeddedPostgres
from hotline.db.migrate import migrations_folder
from tests.conventions.sources import ROOT, name_of

DATED = re.compile(r"20\d\d_\d\d_\d\d_[a-z0-9_]+\.py")
VERSIONS = ROOT / "migrations" / "versions"


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()))
    return config


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(configuration()).get_heads()) == 1


def test_every_migration_is_named_by_its_date() -> None:
    names = [path.name for path in VERSIONS.glob("*.py")]
    assert names
    assert [name for name in names if not DATED.fullmatch(name)] == []


async def test_the_migrated_schema_is_that_of_the_models(
    postgres: EmbeddedPostgres, template: str
) -> None:
    engine = create_async_engine(
        postgres.dsn(database=template),
        connect_args={"server_settings": server_settings(Role.MIGRATE)},
    )
    async with engine.connect() as connection:
        await connection.run_sync(_check)
    await engine.dispose()


def _check(connection: Connection) -> None:
    """Raises with the list of differences."""
    config = configuration()
    config.attributes["connection"] = connection
    command.check(config)


def test_migrations_wait_for_nobody_long() -> None:
    environment = (ROOT / "migrations" / "env.py").read_text()
    assert re.search(r"lock_timeout = '[1-9]\d*(s|ms)'", environment)
    assert "statement_timeout" in environment


def test_no_migration_imports_a_model() -> None:
    """Models move on; a migration stays what it was."""
    importing = [
        name_of(path)
        for path in sorted(VERSIONS.glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".models")
    ]
    assert importing == []
