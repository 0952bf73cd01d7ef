"""Every SELECT on the directory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from hotline.directory.entry import Entry
from hotline.directory.models import (
    DirectoryEntry,
    DistrictOffice,
    EntryPhrase,
    Place,
    ShortCode,
    Subject,
    Vendor,
    VendorService,
)
from hotline.errors import NotFound
from hotline.organizations.models import Organization
from hotline.organizations.queries import organizations_of
from hotline.principal import Principal


@dataclass(frozen=True, slots=True)
class Listing:
    """An entry with its phrases and who is responsible."""

    entry: DirectoryEntry
    organization: Organization | None
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryFilter:
    q: str = ""
    category: str | None = None
    kind: str | None = None
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What a city's directory holds, by key, for files that refer to it."""

    organizations: dict[str, str | None] = field(default_factory=dict)
    belongs_to: dict[str, str | None] = field(default_factory=dict)
    entries: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    subjects: frozenset[str] = frozenset()
    short_codes: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()


def visible_to(principal: Principal) -> Select[DirectoryEntry]:
    """The published entries of the principal's city."""
    return select(DirectoryEntry).where(
        DirectoryEntry.city_id == _city(principal), DirectoryEntry.status == "published"
    )


async def page(
    session: AsyncSession, principal: Principal, wanted: EntryFilter, *, after: int, limit: int
) -> Sequence[Listing]:
    """Published entries in the order of the directory, after a position."""
    chosen = visible_to(principal).where(DirectoryEntry.position > after, *_conditions(wanted))
    rows = await session.scalars(chosen.order_by(DirectoryEntry.position).limit(limit))
    return await _listings(session, rows.all())


async def listing(session: AsyncSession, principal: Principal, key: str) -> Listing:
    found = await session.scalar(visible_to(principal).where(DirectoryEntry.key == key))
    if found is None:
        raise NotFound
    return (await _listings(session, [found]))[0]


async def entries_for_matching(session: AsyncSession, city_id: UUID) -> tuple[Entry, ...]:
    """Every published entry as a plain value, in the order of the directory."""
    chosen = select(DirectoryEntry).where(
        DirectoryEntry.city_id == city_id, DirectoryEntry.status == "published"
    )
    rows = await session.scalars(chosen.order_by(DirectoryEntry.position))
    return tuple(map(entry_value, await _listings(session, rows.all())))


async def entry_by_key(session: AsyncSession, city_id: UUID, key: str) -> Entry | None:
    found = await session.scalar(
        select(DirectoryEntry).where(DirectoryEntry.city_id == city_id, DirectoryEntry.key == key)
    )
    return entry_value((await _listings(session, [found]))[0]) if found is not None else None


def entry_value(listed: Listing) -> Entry:
    row = listed.entry
    return Entry(
        id=row.key,
        kind=row.kind,
        category=row.category,
        name=row.name,
        aliases=listed.aliases,
        organization_id=listed.organization.key if listed.organization else None,
        tier=row.tier,
        districts=tuple(row.districts),
        summary=row.summary,
        details=row.details,
        procedure=tuple(row.procedure),
        documents=tuple(row.documents),
        fee=row.fee,
        time_limit=row.time_limit,
        channels=tuple(row.channels),
        forms=tuple(row.forms),
        audience=tuple(row.audience),
        keywords=tuple(row.keywords),
        urgency=row.urgency,
        handoff=row.handoff,
        updated=row.updated_on.isoformat(),
        hours=row.hours,
        contacts=tuple(row.contacts),
        places=tuple(row.places),
    )


async def district_office(
    session: AsyncSession, organization_key: str, district: str
) -> Organization | None:
    """Who does the work of an organization in a district; None when nobody else is named."""
    principal_body, office = aliased(Organization), aliased(Organization)
    return await session.scalar(
        select(office)
        .join(DistrictOffice, DistrictOffice.office_id == office.id)
        .join(principal_body, principal_body.id == DistrictOffice.organization_id)
        .where(principal_body.key == organization_key, DistrictOffice.district == district)
    )


async def responsible_for(
    session: AsyncSession, entry: Entry, district: str | None
) -> Organization | None:
    """The organization that acts on an entry for a caller in that district."""
    if entry.organization_id is None:
        return None
    if entry.tier == "district" and not entry.districts and district is not None:
        office = await district_office(session, entry.organization_id, district)
        if office is not None:
            return office
    return await session.scalar(
        select(Organization).where(Organization.key == entry.organization_id)
    )


async def subjects(session: AsyncSession, city_id: UUID) -> Sequence[Subject]:
    chosen = select(Subject).where(Subject.city_id == city_id)
    return (await session.scalars(chosen.order_by(Subject.position))).all()


async def subject_by_code(session: AsyncSession, city_id: UUID, code: str) -> Subject | None:
    return await session.scalar(
        select(Subject).where(Subject.city_id == city_id, Subject.code == code)
    )


async def short_codes(session: AsyncSession, city_id: UUID) -> Sequence[ShortCode]:
    chosen = select(ShortCode).where(ShortCode.city_id == city_id)
    return (await session.scalars(chosen.order_by(ShortCode.position))).all()


async def places(session: AsyncSession, city_id: UUID) -> Sequence[Place]:
    chosen = select(Place).where(Place.city_id == city_id)
    return (await session.scalars(chosen.order_by(Place.position))).all()


async def vendors(session: AsyncSession, city_id: UUID) -> Sequence[Vendor]:
    chosen = select(Vendor).where(Vendor.city_id == city_id)
    return (await session.scalars(chosen.order_by(Vendor.position))).all()


async def vendor_services(session: AsyncSession, city_id: UUID) -> dict[UUID, list[str]]:
    """Vendor id → the keys of the entries that it serves, in its own order."""
    chosen = (
        select(VendorService.vendor_id, DirectoryEntry.key)
        .join(DirectoryEntry, DirectoryEntry.id == VendorService.entry_id)
        .where(DirectoryEntry.city_id == city_id)
        .order_by(VendorService.vendor_id, VendorService.position)
    )
    served: dict[UUID, list[str]] = {}
    for vendor_id, key in await session.execute(chosen):
        served.setdefault(vendor_id, []).append(key)
    return served


async def district_offices(session: AsyncSession, city_id: UUID) -> dict[str, dict[str, str]]:
    """Key of an organization → district → key of its office there."""
    body, office = aliased(Organization), aliased(Organization)
    chosen = (
        select(body.key, DistrictOffice.district, office.key)
        .join(body, body.id == DistrictOffice.organization_id)
        .join(office, office.id == DistrictOffice.office_id)
        .where(DistrictOffice.city_id == city_id)
        .order_by(DistrictOffice.position)
    )
    offices: dict[str, dict[str, str]] = {}
    for key, district, office_key in await session.execute(chosen):
        offices.setdefault(key, {})[district] = office_key
    return offices


async def held_by(session: AsyncSession, city_id: UUID) -> Held:
    """What files of this city may refer to."""
    nodes = {node.id: node for node in await organizations_of(session, city_id)}
    chosen = select(DirectoryEntry.key, DirectoryEntry.kind)
    kinds = (await session.execute(chosen.where(DirectoryEntry.city_id == city_id))).all()
    phrases = await _phrases_by_key(session, city_id)
    return Held(
        organizations={node.key: node.district for node in nodes.values()},
        belongs_to={node.key: _key_above(node, nodes) for node in nodes.values()},
        entries={key: (kind, phrases.get(key, ())) for key, kind in kinds},
        subjects=frozenset(row.code for row in await subjects(session, city_id)),
        short_codes=frozenset(row.number for row in await short_codes(session, city_id)),
        places=frozenset(row.name for row in await places(session, city_id)),
        offices=frozenset(await district_offices(session, city_id)),
    )


def _key_above(node: Organization, nodes: Mapping[UUID, Organization]) -> str | None:
    return nodes[node.belongs_to_id].key if node.belongs_to_id else None


async def _phrases_by_key(session: AsyncSession, city_id: UUID) -> dict[str, tuple[str, ...]]:
    chosen = (
        select(DirectoryEntry.key, EntryPhrase.text)
        .join(DirectoryEntry, DirectoryEntry.id == EntryPhrase.entry_id)
        .where(DirectoryEntry.city_id == city_id)
        .order_by(EntryPhrase.entry_id, EntryPhrase.position)
    )
    found: dict[str, list[str]] = {}
    for key, phrase in await session.execute(chosen):
        found.setdefault(key, []).append(phrase)
    return {key: tuple(phrases) for key, phrases in found.items()}


async def _listings(session: AsyncSession, rows: Sequence[DirectoryEntry]) -> list[Listing]:
    chosen = select(EntryPhrase.entry_id, EntryPhrase.text).where(
        EntryPhrase.entry_id.in_([row.id for row in rows])
    )
    phrases: dict[UUID, list[str]] = {}
    ordered = chosen.order_by(EntryPhrase.entry_id, EntryPhrase.position)
    for entry_id, phrase in await session.execute(ordered):
        phrases.setdefault(entry_id, []).append(phrase)
    owners = {row.organization_id for row in rows if row.organization_id}
    bodies = {
        body.id: body
        for body in await session.scalars(select(Organization).where(Organization.id.in_(owners)))
    }
    return [
        Listing(
            row,
            bodies[row.organization_id] if row.organization_id else None,
            tuple(phrases.get(row.id, ())),
        )
        for row in rows
    ]


def _conditions(wanted: EntryFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.q:
        conditions.append(_says(wanted.q))
    if wanted.category:
        below = DirectoryEntry.category.startswith(f"{wanted.category}/", autoescape=True)
        conditions.append(or_(DirectoryEntry.category == wanted.category, below))
    if wanted.kind:
        conditions.append(DirectoryEntry.kind == wanted.kind)
    if wanted.district:
        everywhere = func.jsonb_array_length(DirectoryEntry.districts) == 0
        conditions.append(or_(everywhere, DirectoryEntry.districts.contains([wanted.district])))
    return conditions


def _says(q: str) -> ColumnElement[bool]:
    phrase = exists().where(
        EntryPhrase.entry_id == DirectoryEntry.id, EntryPhrase.text.contains(q, autoescape=True)
    )
    return or_(
        DirectoryEntry.name.contains(q, autoescape=True),
        DirectoryEntry.category.contains(q, autoescape=True),
        phrase,
    )


def _city(principal: Principal) -> ScalarSelect[UUID]:
    return (
        select(Organization.city_id)
        .where(Organization.id == principal.organization_id)
        .scalar_subquery()
    )
