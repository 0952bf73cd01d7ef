"""A hall on the embedded carrier, shared by the tests of a file: each finds it empty."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hotline.db import Role, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.settings import Settings, Switch
from hotline.vault import load_vault
from tests.city import free_port, running
from tests.conftest import administer
from tests.queueing.hall import Hall

SPEED = 20.0


@pytest.fixture(scope="module")
async def shared_hall(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[Hall]:
    template, folder = sample_template
    name = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    settings = Settings(
        data_dir=folder, port=free_port(), semantic=Switch.OFF, carrier_speed=SPEED,
        phone=Switch.ON,
    )  # fmt: skip
    dsn = postgres.dsn(database=name)
    database = await open_database(dsn, Role.APP, pool_size=2, raw_size=1)
    database.carry(vault=load_vault(folder, None))
    async with running(settings, dsn) as city:
        yield Hall(city, database)
    await database.close()


@pytest.fixture
async def hall(shared_hall: Hall) -> AsyncIterator[Hall]:
    yield shared_hall
    await shared_hall.end()
