"""Every SELECT on the tree."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import CTE, Select, Text, bindparam, cast, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.errors import NotFound
from hotline.organizations.models import HotlineNumber, Organization, Tier, Wording
from hotline.principal import Principal


def visible_to(principal: Principal) -> Select[Organization]:
    """The city of the principal, whole: whom to turn to is no secret inside a city."""
    city = select(Organization.city_id).where(Organization.id == principal.organization_id)
    return select(Organization).where(Organization.city_id == city.scalar_subquery())


def page(
    principal: Principal, *, q: str = "", district: str | None = None, after: int = -1, limit: int
) -> Select[Organization]:
    """Organizations in the order of the directory, after `position`."""
    chosen = visible_to(principal).where(Organization.position > after)
    if q:
        aliases = cast(Organization.aliases, Text)
        chosen = chosen.where(
            or_(
                Organization.name.contains(q, autoescape=True),
                aliases.contains(q, autoescape=True),
            )
        )
    if district is not None:
        chosen = chosen.where(Organization.district == district)
    return chosen.order_by(Organization.position).limit(limit)


async def subtree_ids(session: AsyncSession, organization_id: UUID) -> frozenset[UUID]:
    """The ids of the organization and of all below it."""
    return await subtree_of_all(session, [organization_id])


async def subtree_of_all(
    session: AsyncSession, organization_ids: Collection[UUID]
) -> frozenset[UUID]:
    """The ids at or below any of the organizations."""
    below = below_any(select(Organization.id).where(Organization.id.in_(organization_ids)))
    return frozenset(await session.scalars(select(below.c.id)))


def below_any(ids: Select[UUID]) -> CTE:
    """The ids at or below those that are selected; UNION ends even in a damaged tree."""
    below = ids.cte(recursive=True)
    return below.union(select(Organization.id).join(below, Organization.parent_id == below.c.id))


async def path_ids(session: AsyncSession, organization_id: UUID) -> list[UUID]:
    """The ids from the organization up to its city."""
    path = (
        select(Organization.id, Organization.parent_id, literal(0).label("steps"))
        .where(Organization.id == organization_id)
        .cte(recursive=True)
    )
    path = path.union_all(
        select(Organization.id, Organization.parent_id, path.c.steps + 1).join(
            path, Organization.id == path.c.parent_id
        )
    )
    return list(await session.scalars(select(path.c.id).order_by(path.c.steps)))


async def organization(session: AsyncSession, organization_id: UUID) -> Organization:
    found = await session.get(Organization, organization_id)
    if found is None:
        raise NotFound
    return found


async def organization_by_key(session: AsyncSession, key: str) -> Organization | None:
    return await session.scalar(select(Organization).where(Organization.key == key))


async def organizations_by_id(
    session: AsyncSession, ids: Collection[UUID]
) -> dict[UUID, Organization]:
    rows = await session.scalars(select(Organization).where(Organization.id.in_(ids)))
    return {row.id: row for row in rows}


async def city_of(session: AsyncSession, organization_id: UUID) -> UUID:
    """The id of the root above the organization."""
    return (await organization(session, organization_id)).city_id


async def cities(session: AsyncSession) -> Sequence[Organization]:
    """The roots, oldest first."""
    chosen = select(Organization).where(Organization.tier == Tier.CITY)
    return (await session.scalars(chosen.order_by(Organization.created_at))).all()


async def organizations_of(session: AsyncSession, city_id: UUID) -> Sequence[Organization]:
    """All nodes of a city, in the order of its directory."""
    chosen = select(Organization).where(Organization.city_id == city_id)
    return (await session.scalars(chosen.order_by(Organization.position))).all()


async def districts(session: AsyncSession, city_id: UUID) -> Sequence[Organization]:
    """The district nodes of a city, in order."""
    chosen = select(Organization).where(
        Organization.city_id == city_id, Organization.tier == Tier.DISTRICT
    )
    return (await session.scalars(chosen.order_by(Organization.position))).all()


async def district_node(
    session: AsyncSession, city_id: UUID, district: str | None
) -> Organization | None:
    """The node of a district by its Chinese name."""
    return await session.scalar(
        select(Organization).where(
            Organization.city_id == city_id,
            Organization.tier == Tier.DISTRICT,
            Organization.district == district,
        )
    )


async def organization_by_number(session: AsyncSession, number: str) -> Organization | None:
    """Whose hotline number that is, as dialled; None when it is nobody's."""
    return await session.scalar(_BY_NUMBER, {"dialled": number})


_BY_NUMBER = (
    select(Organization)
    .join(HotlineNumber, HotlineNumber.organization_id == Organization.id)
    .where(HotlineNumber.number == bindparam("dialled"))
)


async def hotline_numbers(session: AsyncSession, city_id: UUID) -> Sequence[HotlineNumber]:
    chosen = (
        select(HotlineNumber)
        .join(Organization, Organization.id == HotlineNumber.organization_id)
        .where(Organization.city_id == city_id)
    )
    return (await session.scalars(chosen.order_by(HotlineNumber.number))).all()


async def wording(session: AsyncSession, organization_id: UUID) -> dict[str, str]:
    """Key → text as the organization says it: its own, else that of the nearest above it."""
    path = await path_ids(session, organization_id)
    newest = (
        select(Wording)
        .where(Wording.organization_id.in_(path))
        .ext(distinct_on(Wording.organization_id, Wording.key))
        .order_by(Wording.organization_id, Wording.key, Wording.version.desc())
    )
    rows = sorted(await session.scalars(newest), key=lambda row: -path.index(row.organization_id))
    return {row.key: row.text for row in rows}


async def own_wording(session: AsyncSession, organization_id: UUID) -> dict[str, str]:
    """Key → text of the organization itself."""
    newest = (
        select(Wording)
        .where(Wording.organization_id == organization_id)
        .ext(distinct_on(Wording.key))
        .order_by(Wording.key, Wording.version.desc())
    )
    return {row.key: row.text for row in await session.scalars(newest)}


async def wording_history(
    session: AsyncSession, organization_id: UUID, key: str
) -> Sequence[Wording]:
    """All versions of one text, newest first."""
    chosen = select(Wording).where(Wording.organization_id == organization_id, Wording.key == key)
    return (await session.scalars(chosen.order_by(Wording.version.desc()))).all()
