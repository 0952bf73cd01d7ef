"""Fixtures that every test may use: one PostgreSQL, one migrated template, cheap copies of it."""

import asyncio
import base64
import gc
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import hypothesis
import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db import Database, Role, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.db.migrate import upgrade
from hotline.installation import prepare
from hotline.logs import configure_logs
from hotline.settings import Settings, Switch
from hotline.vault import Vault
from tests.city import City, free_port, running

configure_logs("warning", as_json=False)
# The same cases at every run: what fails once fails again.
hypothesis.settings.register_profile("same", derandomize=True, database=None)
hypothesis.settings.load_profile("same")

_TEMPLATE = "hotline_template"


def pytest_collection_finish() -> None:
    """What is loaded by now lives to the end: looking it through for garbage is waste."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


_IS_BUSY = """
SELECT count(*) FILTER (WHERE done_at IS NOT NULL) < 10
    OR count(*) FILTER (WHERE done_at IS NULL AND run_at <= now()) > 0 FROM job
"""
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path_factory.mktemp("pg"), durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def template(postgres: EmbeddedPostgres) -> str:
    """The name of a database with the newest schema and no rows."""
    await administer(postgres, f"CREATE DATABASE {_TEMPLATE}")
    await upgrade(postgres.dsn(database=_TEMPLATE))
    return _TEMPLATE


@pytest.fixture(scope="session")
def vault() -> Vault:
    return Vault({0: b"k" * 32}, current=0)


@pytest.fixture(scope="session")
def vault_key() -> str:
    """The same key as `vault`, as the environment would give it."""
    return base64.b64encode(b"k" * 32).decode()


NewDatabase = Callable[[], Awaitable[str]]


@pytest.fixture(scope="session")
async def new_database(postgres: EmbeddedPostgres, template: str) -> NewDatabase:
    """Makes an empty migrated database and gives its address: for tests that really commit."""

    async def make() -> str:
        name = f"hotline_{next(_numbers)}"
        await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
        return postgres.dsn(database=name)

    return make


@pytest.fixture(scope="session")
async def shared_database(new_database: NewDatabase, vault: Vault) -> AsyncIterator[Database]:
    """One database for all tests that roll back."""
    database = await open_database(await new_database(), Role.APP, pool_size=3, raw_size=2)
    database.carry(vault=vault)
    yield database
    await database.close()


@pytest.fixture
async def session(shared_database: Database) -> AsyncIterator[AsyncSession]:
    """A session whose transaction is rolled back at the end of the test."""
    async with shared_database.engine.connect() as connection:
        outer = await connection.begin()
        async with AsyncSession(
            connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            info=dict(shared_database.carried),
        ) as session:
            yield session
        await outer.rollback()


@pytest.fixture
async def database(new_database: NewDatabase, vault: Vault) -> AsyncIterator[Database]:
    """A database of the test's own, for real commits."""
    own = await open_database(await new_database(), Role.APP)
    own.carry(vault=vault)
    yield own
    await own.close()


@pytest.fixture(scope="session")
def new_name() -> Callable[[], str]:
    """Names for databases that a test makes from another template."""
    return lambda: f"hotline_{next(_numbers)}"


@pytest.fixture(scope="session")
async def sample_template(
    postgres: EmbeddedPostgres, new_database: NewDatabase, tmp_path_factory: Any
) -> tuple[str, Path]:
    """A database with the sample city in it, and the data directory with its log-ins."""
    folder = tmp_path_factory.mktemp("sample")
    settings = Settings(data_dir=folder)
    await administer(postgres, "CREATE DATABASE hotline_sample TEMPLATE hotline_template")
    await prepare(settings, postgres.dsn(database="hotline_sample"), lambda _line: None)
    await _live_in(settings, postgres, "hotline_sample")
    return "hotline_sample", folder


@pytest.fixture
async def city(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[City]:
    template, folder = sample_template
    name = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    settings = Settings(data_dir=folder, port=free_port(), semantic=Switch.OFF)
    async with running(settings, postgres.dsn(database=name)) as started:
        yield started


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parent.parent


async def _live_in(settings: Settings, postgres: EmbeddedPostgres, name: str) -> None:
    """What a city does in its first moments is done once, before it is copied.

    Raises TimeoutError.
    """
    own = settings.model_copy(update={"port": free_port(), "semantic": Switch.OFF})
    async with asyncio.timeout(120), running(own, postgres.dsn(database=name)):
        connection = await connect_to(postgres, name)
        while await connection.fetchval(_IS_BUSY):  # noqa: ASYNC110 (rows of the database)
            await asyncio.sleep(0.2)
        await connection.close()
    await administer(postgres, "DELETE FROM job WHERE done_at IS NOT NULL", name)


async def administer(
    postgres: EmbeddedPostgres, statement: str, database: str = "postgres"
) -> None:
    connection = await connect_to(postgres, database)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def connect_to(postgres: EmbeddedPostgres, name: str) -> asyncpg.Connection:
    url = make_url(postgres.dsn(database=name))
    return await asyncpg.connect(
        host=str(url.query["host"]), user=url.username, database=url.database
    )
