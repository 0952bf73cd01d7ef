"""Tell consoles that accounts have changed: ids alone, each fetches what it may see."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.dispatch.settlement_schemas import AccountsChanged
from hotline.events import service as events
from hotline.organizations.models import Tier
from hotline.organizations.queries import organizations_of

SCOPE = "settlement:read"


async def tell_accounts_changed(
    session: AsyncSession, city_id: UUID, settlement_id: UUID | None
) -> None:
    """To the city and its districts: vendors work in several of them."""
    nodes = await organizations_of(session, city_id)
    await events.record(
        session,
        "accounts.changed",
        subject_id=settlement_id or city_id,
        payload=AccountsChanged(settlement_id=settlement_id),
        audience=[node.id for node in nodes if node.tier in (Tier.CITY, Tier.DISTRICT)],
        scope=SCOPE,
    )
