"""The sample city's database for tests of the waiting line, with real commits."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hotline.db import Database, Role, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.settings import Settings, Switch
from hotline.vault import load_vault
from tests.city import City, free_port, running
from tests.conftest import administer


@pytest.fixture
async def sample(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[tuple[Database, Database]]:
    """Two nodes on one database of the sample city."""
    template, folder = sample_template
    name = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    nodes = []
    for _ in range(2):
        node = await open_database(postgres.dsn(database=name), Role.APP, pool_size=8, raw_size=1)
        node.carry(vault=load_vault(folder, None))
        nodes.append(node)
    yield nodes[0], nodes[1]
    for node in nodes:
        await node.close()


@pytest.fixture
async def city_address(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> str:
    name = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {sample_template[0]}")
    return postgres.dsn(database=name)


@pytest.fixture
async def city(city_address: str, sample_template: tuple[str, Path]) -> AsyncIterator[City]:
    settings = Settings(data_dir=sample_template[1], port=free_port(), semantic=Switch.OFF)
    async with running(settings, city_address) as started:
        yield started


@pytest.fixture
async def rows(city_address: str) -> AsyncIterator[Callable[[str], Awaitable[list[Any]]]]:
    """Runs a statement on the service's own database and gives its rows."""
    database = await open_database(city_address, Role.APP, pool_size=1, raw_size=1)

    async def run(statement: str) -> list[Any]:
        async with database.transaction() as session:
            done = await session.execute(text(statement))
            return list(done.all()) if done.returns_rows else []

    yield run
    await database.close()
