"""A stopped clock and a small town with vendors."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from tests.dispatch.town import Town, build_town

WEDNESDAY = datetime(2026, 11, 25, 10, 0, tzinfo=clock.LOCAL)


@pytest.fixture(autouse=True)
def now() -> Iterator[datetime]:
    with clock.stopped(WEDNESDAY):
        yield WEDNESDAY


@pytest.fixture
async def town(session: AsyncSession) -> Town:
    return await build_town(session)


@pytest.fixture
async def staffed(town: Town) -> Town:
    """Three vendors that may be sent."""
    for _ in range(3):
        await town.vendor()
    return town


def later(minutes: float) -> datetime:
    return WEDNESDAY + timedelta(minutes=minutes)
