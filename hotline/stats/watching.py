"""Tell supervisors when far more calls come than were forecast: once for a wave."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls import service as calls
from hotline.organizations.models import Organization, Tier
from hotline.organizations.queries import cities, districts
from hotline.stats import outlook
from hotline.stats.schemas import LoadPart
from hotline.stats.wording import Language, words_of

AGAIN_AFTER = timedelta(hours=1)


async def watch_load(
    session: AsyncSession, told: Mapping[str, str], now: datetime
) -> dict[str, str]:
    """`told` is when each organization's last wave was; what it becomes is given back."""
    kept = {key: at for key, at in told.items() if now - datetime.fromisoformat(at) < AGAIN_AFTER}
    for city in await cities(session):
        for node in (city, *await districts(session, city.id)):
            if str(node.id) in kept:
                continue
            load = await outlook.load_today(session, node.id)
            if load.is_above and load.last_hour is not None:
                await _tell(session, node, load.last_hour)
                kept[str(node.id)] = now.isoformat()
    return kept


async def _tell(session: AsyncSession, node: Organization, hour: LoadPart) -> None:
    is_district = node.tier == Tier.DISTRICT
    text = words_of(Language.CHINESE).t(
        "alarm.load", area=node.name, seen=hour.seen, expected=round(hour.expected)
    )
    await calls.raise_alarm(
        session, kind="load", text=text, city_id=node.city_id, node=node if is_district else None
    )
