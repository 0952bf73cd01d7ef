"""A town with a number, for messages that come and go."""

import pytest

from hotline.db import Database
from hotline.organizations.models import HotlineNumber
from tests.tickets.city import City, build_city


@pytest.fixture
async def town(database: Database) -> City:
    async with database.transaction() as session:
        city = await build_city(session)
        session.add(HotlineNumber(number="+86473114", organization_id=city.id, label="114"))
        return city
