"""Statistics are read from a copy of the database where there is one, and never written there."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from hotline.db import Database, Role, open_database
from hotline.db.embedded import EmbeddedPostgres
from hotline.db.standby import AGAIN_SECONDS, Standby
from hotline.installation import reports_database
from hotline.settings import Settings, Switch
from tests.city import City, free_port, running
from tests.conftest import administer

DAYS = "from=2026-11-01&to=2026-11-25"
READ = (
    f"kpis?{DAYS}", f"pivot?{DAYS}&rows=district&kpi=received", "topics", "forecast",
    f"series?{DAYS}&kpi=received", f"heat?{DAYS}", "staffing",
    f"repeat-callers?{DAYS}", f"kpis.xlsx?{DAYS}", f"report.pdf?{DAYS}",
)  # fmt: skip
HIDE = "UPDATE directory_entry SET status = 'withdrawn'"


@pytest.fixture
async def copied(
    postgres: EmbeddedPostgres, sample_template: tuple[str, Path], new_name: Any
) -> AsyncIterator[tuple[City, str]]:
    """A city, and its copy, in whose directory nothing is published."""
    template, folder = sample_template
    name, copy = new_name(), new_name()
    for one in (name, copy):
        await administer(postgres, f"CREATE DATABASE {one} TEMPLATE {template}")
    service = await open_database(postgres.dsn(database=copy), Role.APP, pool_size=1, raw_size=1)
    async with service.transaction() as session:
        await session.execute(text(HIDE))
    await service.close()
    settings = Settings(
        data_dir=folder, port=free_port(), semantic=Switch.OFF,
        replica_url=SecretStr(postgres.dsn(database=copy)),
    )  # fmt: skip
    async with running(settings, postgres.dsn(database=name)) as city:
        yield city, copy


async def test_reports_are_read_from_the_copy_and_from_the_city_while_it_is_away(
    copied: tuple[City, str], postgres: EmbeddedPostgres
) -> None:
    city, copy = copied
    supervisor = await city.signed_in("supervisor-city")
    for asked in READ:
        answer = await supervisor.get(f"/api/v1/stats/{asked}")
        assert answer.status_code == 200, f"{asked}: {answer.text[:300]}"
    async with asyncio.timeout(AGAIN_SECONDS + 60):  # one that answered late rests for a minute
        while await _fresh(supervisor) is not None:  # noqa: ASYNC110 (the service's state)
            await asyncio.sleep(1)
    await administer(postgres, f"ALTER DATABASE {copy} ALLOW_CONNECTIONS false")
    await administer(
        postgres, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{copy}'"
    )
    assert await _fresh(supervisor) is not None


async def test_a_copy_that_cannot_be_reached_at_the_start_is_done_without(tmp_path: Path) -> None:
    nowhere = SecretStr(f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    assert await reports_database(Settings(data_dir=tmp_path, replica_url=nowhere)) is None
    assert await reports_database(Settings(data_dir=tmp_path)) is None


async def test_it_is_looked_for_again_every_minute_and_only_then(database: Database) -> None:
    found: list[Database | None] = [None, database]
    now = [0.0]

    async def find() -> Database | None:
        return found.pop(0)

    standby = Standby(find, now=lambda: now[0])
    assert await standby.here() is None
    now[0] = AGAIN_SECONDS - 1
    assert await standby.here() is None
    now[0] = AGAIN_SECONDS
    assert await standby.here() is database
    assert await standby.here() is database


async def test_one_that_was_lost_is_left_alone_for_a_minute(database: Database) -> None:
    now = [0.0]

    async def find() -> Database | None:
        return database

    standby = Standby(find, now=lambda: now[0])
    assert await standby.here() is database
    standby.lost()
    now[0] = AGAIN_SECONDS - 1
    assert await standby.here() is None
    now[0] = AGAIN_SECONDS
    assert await standby.here() is database


async def _fresh(supervisor: httpx2.AsyncClient) -> float | None:
    """The share of entries that were looked at lately; None of an empty directory."""
    answer = (await supervisor.get(f"/api/v1/stats/kpis?{DAYS}")).json()
    found = next(one for one in answer["items"] if one["key"] == "entries_fresh")
    value: float | None = found["now"]["value"]
    return value
