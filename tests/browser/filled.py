"""A sample city with some days of calls, tickets, shifts and an incident in it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hotline.db.embedded import EmbeddedPostgres
from hotline.settings import Settings, Switch
from hotline.vault import load_vault
from scripts.load_month import Amounts, fill_month
from tests.city import City, free_port, running
from tests.conftest import administer

FEW_DAYS = Amounts(days=30, calls=40, tickets=15)


@pytest.fixture(scope="session")
async def filled_template(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> str:
    template, folder = sample_template
    name: str = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
    await fill_month(postgres.dsn(database=name), load_vault(folder, None), FEW_DAYS)
    return name


@pytest.fixture(scope="module")
async def filled_city(
    postgres: EmbeddedPostgres,
    filled_template: str,
    sample_template: tuple[str, Path],
    new_name: Any,
) -> AsyncIterator[City]:
    """The running service on a copy of it, shared by the tests of a file."""
    name = new_name()
    await administer(postgres, f"CREATE DATABASE {name} TEMPLATE {filled_template}")
    settings = Settings(data_dir=sample_template[1], port=free_port(), semantic=Switch.OFF)
    async with running(settings, postgres.dsn(database=name)) as started:
        yield started
