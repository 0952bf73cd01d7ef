"""The pages on a database of their own, with a vendor's phone in hand."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import orjson
import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.dispatch import cascade
from hotline.dispatch.models import Offer, WorkOrder
from hotline.messages.models import OutgoingMessage
from hotline.settings import Settings
from hotline.vault import vault_of
from hotline.vendor_pages import pages
from tests.dispatch.conftest import WEDNESDAY
from tests.dispatch.town import Town, build_town
from tests.tickets.serving import Served

_ACTION = re.compile(r'action="([^"]+)"')


@dataclass
class Street:
    """A town whose changes are committed, and the phones of its vendors."""

    database: Database
    served: Served
    town: Town

    def browser(self) -> httpx2.AsyncClient:
        return self.served.page_reader(pages.router)

    async def offered(self, **given: Any) -> tuple[WorkOrder, Offer]:
        async with self.database.transaction() as session:
            self.town.session = session
            order = await self.town.order(**given)
            offer = await cascade.offer_next(session, order.id)
            assert offer is not None
            return order, offer

    async def order(self, order_id: UUID) -> WorkOrder:
        async with self.database.transaction() as session:
            return await session.get_one(WorkOrder, order_id)

    async def texted(self, template: str) -> list[dict[str, str]]:
        """What filled the messages of a template, oldest first."""
        async with self.database.transaction() as session:
            return await _texted(session, template)

    async def link(self, template: str) -> str:
        return (await self.texted(template))[-1]["link"]


async def _texted(session: AsyncSession, template: str) -> list[dict[str, str]]:
    chosen = select(OutgoingMessage).where(OutgoingMessage.template == template)
    vault = vault_of(session)
    return [
        orjson.loads(
            vault.open(one.params_sealed, table="outgoing_message", column="params", row=one.id)
        )
        for one in await session.scalars(chosen.order_by(OutgoingMessage.id))
    ]


def actions(page: str) -> list[str]:
    """What can be pressed on a page."""
    return [path.rsplit("/", 1)[-1] for path in _ACTION.findall(page)]


def picture(color: str) -> bytes:
    """As a telephone takes it."""
    taken = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(taken, "JPEG")
    return taken.getvalue()


@pytest.fixture(autouse=True)
def now() -> Iterator[datetime]:
    with clock.stopped(WEDNESDAY):
        yield WEDNESDAY


@pytest.fixture
async def street(database: Database, tmp_path: Path) -> Street:
    async with database.transaction() as session:
        town = await build_town(session)
        await town.vendor()
    served = Served(database, town.city, Settings(data_dir=tmp_path))
    return Street(database, served, town)
