"""Every SELECT on canned texts."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.canned_texts.models import CannedText
from hotline.db.arrays import one_of
from hotline.errors import NotFound
from hotline.organizations import queries as organizations
from hotline.organizations.models import Organization
from hotline.principal import Principal

_LAST = 10


async def visible_to(session: AsyncSession, principal: Principal) -> Select[CannedText]:
    """Those of the principal's organization, of all above it, and of all that it looks after."""
    above = await organizations.path_ids(session, principal.organization_id)
    return select(CannedText).where(CannedText.organization_id.in_(principal.subtree | set(above)))


async def all_for(session: AsyncSession, principal: Principal) -> Sequence[CannedText]:
    """One's own first, then upwards, then those below; those with a digit before the others."""
    above = await organizations.path_ids(session, principal.organization_id)
    steps = {organization_id: step for step, organization_id in enumerate(above)}
    found = await session.scalars(await visible_to(session, principal))

    def place(one: CannedText) -> tuple[int, int, str]:
        return steps.get(one.organization_id, len(above)), one.slot or _LAST, one.key

    return sorted(found, key=place)


async def own_text(session: AsyncSession, principal: Principal, text_id: UUID) -> CannedText:
    """For a change: one that the principal's subtree keeps, locked."""
    chosen = select(CannedText).where(
        CannedText.id == text_id, one_of(CannedText.organization_id, principal.subtree)
    )
    found = await session.scalar(chosen.with_for_update(key_share=True))
    if found is None:
        raise NotFound
    return found


async def usable_text(session: AsyncSession, principal: Principal, text_id: UUID) -> CannedText:
    chosen = (await visible_to(session, principal)).where(CannedText.id == text_id)
    found = await session.scalar(chosen)
    if found is None:
        raise NotFound
    return found


async def wait_for_turn(session: AsyncSession, organization_id: UUID) -> None:
    """One writer of an organization's texts after the other: keys and digits are taken once."""
    chosen = select(Organization.id).where(Organization.id == organization_id)
    await session.execute(chosen.with_for_update(key_share=True))


async def rivals(
    session: AsyncSession, organization_id: UUID, wanted: CannedText
) -> Sequence[CannedText]:
    """Others of the same organization with the same key or the same digit."""
    same = CannedText.key == wanted.key
    if wanted.slot is not None:
        same |= CannedText.slot == wanted.slot
    chosen = select(CannedText).where(
        CannedText.organization_id == organization_id, CannedText.id != wanted.id, same
    )
    return (await session.scalars(chosen)).all()
