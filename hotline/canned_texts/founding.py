"""What the sample city's desks begin with, so that nobody faces an empty list."""

from importlib.resources import files
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.canned_texts.models import CannedText
from hotline.canned_texts.schemas import CannedTextIn


async def put_starting_texts(session: AsyncSession, city_id: UUID) -> None:
    """For a city that was made just now."""
    listing = files("hotline.canned_texts") / "starting" / "wuhai.json"
    for row in orjson.loads(listing.read_bytes()):
        wanted = CannedTextIn.model_validate(row)
        written = wanted.model_dump() | {"uses": sorted(wanted.uses)}
        session.add(CannedText(organization_id=city_id, **written))
