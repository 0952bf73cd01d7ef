"""What an incident is about and where: entries, class, area."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory import queries as directory
from hotline.directory.entry import Entry
from hotline.directory.models import DirectoryEntry, Subject
from hotline.errors import InvalidInput
from hotline.incidents import queries, words
from hotline.matching.districts import Gazetteer
from hotline.matching.families import family_key
from hotline.organizations import queries as organizations
from hotline.organizations.models import Organization
from hotline.principal import Principal


@dataclass(frozen=True, slots=True)
class About:
    entry_keys: list[str]
    families: list[str]


def family_of(row: DirectoryEntry) -> str:
    entry = Entry(row.key, row.kind, row.category, row.name, districts=tuple(row.districts))
    return family_key(entry)


async def subject_name(session: AsyncSession, city_id: UUID, code: str | None) -> str | None:
    chosen = select(Subject.name).where(Subject.city_id == city_id, Subject.code == code)
    return await session.scalar(chosen)


async def read_entries(session: AsyncSession, city_id: UUID, keys: Collection[str]) -> About:
    """The entries that a supervisor named. Raises InvalidInput for one that is not there."""
    known = await queries.entries_by_key(session, city_id, keys)
    if set(keys) - set(known):
        raise InvalidInput(errors=[{"field": "entry_ids", "message": "没有这一项"}])
    families = {family_of(row) for row in known.values()}
    return About(sorted(known), sorted(families))


async def read_area(
    session: AsyncSession, principal: Principal, city_id: UUID, area: str, district_id: UUID | None
) -> UUID | None:
    """The district node that hears of the area; None for the whole city.

    A place that the directory does not know stays in the district where it was. Raises
    InvalidInput for an area outside what the principal is charged with.
    """
    city = await organizations.organization(session, city_id)
    node_id = district_id
    if area in (words.text("city_wide"), city.name, city.short_name):
        node_id = None
    elif (node := await _district_of(session, city_id, area)) is not None:
        node_id = node.id
    if (node_id or city_id) not in principal.subtree:
        raise InvalidInput(errors=[{"field": "area", "message": "不在您的辖区"}])
    return node_id


async def _district_of(session: AsyncSession, city_id: UUID, area: str) -> Organization | None:
    named = await organizations.district_node(session, city_id, area)
    if named is not None:
        return named
    heard = Gazetteer.build(await directory.places(session, city_id)).district_of(area)
    return await organizations.district_node(session, city_id, heard.district) if heard else None
