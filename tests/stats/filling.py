"""Tickets and calls of today for the sample city, counted."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.organizations.models import Organization
from hotline.organizations.queries import subtree_ids
from hotline.principal import Principal
from hotline.stats import roll_up
from hotline.tickets import service
from tests.stats.counting import make_call, make_queue

KINDS = ("help", "complaint", "consult")
DISTRICTS = ("海勃湾区",) * 6 + ("乌达区",) * 3


async def fill(database: Database) -> None:
    async with database.transaction() as session:
        for number, district in enumerate(DISTRICTS):
            await open_one(session, district, kind=KINDS[number % 3])
        await _calls(session)
        await session.flush()
        await roll_up.rebuild(session)


async def open_one(session: AsyncSession, district: str, kind: str = "help") -> Any:
    city = (await session.scalars(select(Organization).where(Organization.tier == "city"))).one()
    hotline = Principal(
        None, "智能应答", frozenset({"tickets:read", "tickets:write"}), city.id,
        await subtree_ids(session, city.id),
    )  # fmt: skip
    return await service.open_ticket(
        session, hotline, kind=kind, title="暖气不热", description="家里暖气不热",
        district=district, subject_code="A01-01-01", caller_number=None, address=None,
    )  # fmt: skip


async def _calls(session: AsyncSession) -> None:
    city_id = (await session.scalars(select(Organization.city_id).limit(1))).one()
    queue = await make_queue(session, city_id)
    at = clock.now()
    lengths: Sequence[tuple[float | None, float | None]] = (
        (None, None), (5, 60), (9, 60), (40, 60), (30, None), (31, None),
    )  # fmt: skip
    for waited, talked in lengths:
        await make_call(session, queue, at, waited=waited, talked=talked)
