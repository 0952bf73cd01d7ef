"""A small city with tickets whose days pass; every fixture of ticket tests serves here too."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from hotline import clock
from hotline.db import Database, Role, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.settings import Settings, Switch
from hotline.vault import load_vault
from tests.city import City, free_port, running
from tests.conftest import administer
from tests.tickets.conftest import MONDAY, at_unit, city, go, opened, replied

__all__ = ["at_unit", "city", "go", "opened", "replied"]


@pytest.fixture
def monday() -> Iterator[None]:
    """The clock stands on Monday, 23 November 2026, at nine."""
    with clock.stopped(MONDAY):
        yield


@pytest.fixture
async def database_of(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[Database]:
    """The sample city's own database, for the service and for the test."""
    template, folder = sample_template
    name = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    database = await open_database(postgres.dsn(database=name), Role.APP, pool_size=3, raw_size=1)
    database.carry(vault=load_vault(folder, None))
    yield database
    await database.close()


@pytest.fixture
async def serving(database_of: Database, sample_template: tuple[str, Path]) -> AsyncIterator[City]:
    """The running service on that database."""
    settings = Settings(data_dir=sample_template[1], port=free_port(), semantic=Switch.OFF)
    address = database_of.url.render_as_string(hide_password=False)
    async with running(settings, address) as started:
        yield started
