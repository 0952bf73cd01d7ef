"""Every SELECT on calls."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.calls.models import Call, CallStatus, WebhookReceipt
from hotline.errors import NotFound
from hotline.principal import Principal


def visible_to(principal: Principal) -> Select[Call]:
    """Calls whose district lies in the subtree; the city sees all of its own."""
    return select(Call).where(
        or_(
            Call.district_id.in_(principal.subtree),
            Call.organization_id.in_(principal.subtree),
            Call.city_id.in_(principal.subtree),
        )
    )


def page(
    principal: Principal,
    *,
    live: bool | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Select[Call]:
    """Newest first, after the call that `after` names."""
    chosen = visible_to(principal)
    if live is not None:
        ended = Call.status == CallStatus.ENDED
        chosen = chosen.where(~ended if live else ended)
    if after is not None:
        chosen = chosen.where(tuple_(Call.started_at, Call.id) < after)
    return chosen.order_by(Call.started_at.desc(), Call.id.desc()).limit(limit)


async def call(session: AsyncSession, principal: Principal, call_id: UUID) -> Call:
    found = await session.scalar(visible_to(principal).where(Call.id == call_id))
    if found is None:
        raise NotFound
    return found


async def locked_call(session: AsyncSession, provider_sid: str) -> Call | None:
    """The call of a webhook, locked for the length of the turn."""
    return await session.scalar(
        select(Call)
        .where(Call.provider_sid == provider_sid)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def receipt(session: AsyncSession, key: str) -> WebhookReceipt | None:
    """What was answered to this very webhook, if it was here before."""
    return await session.scalar(
        select(WebhookReceipt)
        .where(WebhookReceipt.key == key)
        .order_by(WebhookReceipt.created_at)
        .limit(1)
    )
