"""What the members of dimensions are called."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts.queries import names_of
from hotline.directory.models import DirectoryEntry, Subject, Vendor
from hotline.organizations.models import Organization
from hotline.organizations.queries import organizations_by_id
from hotline.stats.measures import NONE
from hotline.stats.wording import Words

_PLAIN = frozenset({"kind", "channel"})


async def member_names(
    session: AsyncSession,
    city_id: UUID,
    dimension: str,
    members: Collection[str],
    *,
    words: Words,
) -> dict[str, str]:
    """By member; one without a name is called by its key."""
    found = {member: member for member in members}
    if NONE in found:
        found[NONE] = words.texts.get(f"none.{dimension}") or words.t("none")
    asked = [member for member in members if member != NONE]
    if dimension in _PLAIN:
        return found | {one: words.texts.get(f"{dimension}.{one}", one) for one in asked}
    if dimension in ("subject", "subject_class", "entry"):
        return found | await _directory_names(session, city_id, dimension, asked)
    return {**found, **await _names(session, dimension, asked)}


async def groups_of(
    session: AsyncSession, members: Collection[str], *, words: Words
) -> dict[str, str]:
    """Districts, departments of the city and utilities are never ranked in one list."""
    nodes = await organizations_by_id(session, [UUID(one) for one in members if one != NONE])
    return {
        str(key): words.t("group_of.utility")
        if node.kind == "utility"
        else node.district or words.t("group_of.city")
        for key, node in nodes.items()
    }


async def _names(session: AsyncSession, dimension: str, members: list[str]) -> Mapping[str, str]:
    if dimension == "agent":
        people = await names_of(session, [UUID(member) for member in members])
        return {str(key): name for key, name in people.items()}
    if dimension == "vendor":
        return await _vendors(session, members)
    return await _organizations(session, dimension, members)


async def _organizations(
    session: AsyncSession, dimension: str, members: list[str]
) -> Mapping[str, str]:
    nodes = await organizations_by_id(session, [UUID(member) for member in members])
    return {str(key): _called(node, dimension) for key, node in nodes.items()}


async def _vendors(session: AsyncSession, members: list[str]) -> Mapping[str, str]:
    chosen = select(Vendor.id, Vendor.name).where(Vendor.id.in_(map(UUID, members)))
    return {str(key): name for key, name in await session.execute(chosen)}


def _called(node: Organization, dimension: str) -> str:
    return node.district if dimension == "district" and node.district else node.name


async def _directory_names(
    session: AsyncSession, city_id: UUID, dimension: str, members: list[str]
) -> dict[str, str]:
    if dimension == "entry":
        chosen = select(DirectoryEntry.key, DirectoryEntry.name).where(
            DirectoryEntry.city_id == city_id, DirectoryEntry.key.in_(members)
        )
    else:
        chosen = select(Subject.code, Subject.name).where(
            Subject.city_id == city_id, Subject.code.in_(members)
        )
    return {row[0]: row[1] for row in await session.execute(chosen)}
