"""The sample city's database for tests of the waiting line, with real commits."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from hotline.db import Database, Role, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.vault import load_vault
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
