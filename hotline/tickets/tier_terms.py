"""A tier's own limits and office hours: set, read beside what it inherits, and as they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit
from hotline.errors import InvalidInput, NotFound
from hotline.organizations import queries as organizations
from hotline.organizations.models import Organization, Tier
from hotline.principal import Principal
from hotline.tickets.limits import faults
from hotline.tickets.models import TierTerms
from hotline.tickets.timetables import Inherited, inherited_by, read_office

LATEST = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """What a tier has set itself, none or the newest; and what holds where it has set nothing."""

    organization_id: UUID
    own: TierTerms | None
    above: Inherited


async def set_terms(
    session: AsyncSession,
    principal: Principal,
    organization_id: UUID,
    *,
    limits: Mapping[str, Any],
    office: Sequence[Sequence[str]],
) -> TierTerms:
    """A tier's own limits and office hours, for clocks that start from now on."""
    tier = await tier_of(session, principal, organization_id)
    wrong = [{"field": f"limits.{place}", "message": told} for place, told in faults(limits)]
    try:
        if office:
            read_office(office)
    except ValueError:
        wrong.append({"field": "office", "message": "办公时间须按先后填写，不能重叠"})
    if wrong:
        raise InvalidInput(errors=wrong)
    terms = TierTerms(
        organization_id=tier.id,
        set_by_id=principal.account_id,
        limits=dict(limits),
        office=[list(period) for period in office],
    )
    session.add(terms)
    await audit.record(session, principal, "terms.changed", target=f"organization:{tier.id}")
    return terms


async def standing_terms(
    session: AsyncSession, principal: Principal, organization_id: UUID
) -> Standing:
    tier = await tier_of(session, principal, organization_id)
    newest = next(iter(await terms_history(session, tier.id, limit=1)), None)
    return Standing(tier.id, newest, await inherited_by(session, tier.id))


async def terms_history(
    session: AsyncSession, organization_id: UUID, *, limit: int = LATEST
) -> Sequence[TierTerms]:
    """Of an organization that `tier_of` has let through; the newest first."""
    chosen = select(TierTerms).where(TierTerms.organization_id == organization_id)
    return (await session.scalars(chosen.order_by(TierTerms.id.desc()).limit(limit))).all()


async def tier_of(
    session: AsyncSession, principal: Principal, organization_id: UUID | None
) -> Organization:
    """An organization of the principal's subtree; without one, the city as a whole."""
    if organization_id is None:
        organization_id = await organizations.city_of(session, principal.organization_id)
    if organization_id not in principal.subtree:
        raise NotFound
    tier = await organizations.organization(session, organization_id)
    if tier.tier == Tier.UNIT:
        raise InvalidInput(errors=[{"field": "organization_id", "message": "只能是市或区"}])
    return tier
