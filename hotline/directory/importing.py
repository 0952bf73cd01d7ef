"""Bring a city's directory to what its files say: valid as a whole, or nothing changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit
from hotline.directory import queries, saving
from hotline.directory.checking import Known, faults_between
from hotline.directory.faults import DirectoryErrors, Fault
from hotline.directory.reading import CITY, DirectoryFiles, read_city, read_directory
from hotline.directory.rows import CityRow, DistrictRow, OrganizationRow
from hotline.directory.schemas import DirectoryPublished
from hotline.events import service as events
from hotline.organizations import service as organizations
from hotline.organizations.drafts import (
    Bounds,
    Changes,
    CityDraft,
    NodeDraft,
    NumberDraft,
    OrganizationDraft,
)
from hotline.organizations.models import Organization
from hotline.organizations.queries import cities, districts, organizations_of
from hotline.principal import Principal

_LOCK = 0x114_D14  # pg_advisory_xact_lock key: one import at a time


@dataclass(slots=True)
class ImportReport:
    """What an import did, by kind: city, organizations, services, vendors, …"""

    city_id: UUID
    kinds: dict[str, Changes] = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        return any(changes.changed for changes in self.kinds.values())

    def counts(self) -> dict[str, dict[str, int]]:
        """Kind → how many were created, updated, left unchanged."""
        return {
            kind: {
                "created": len(changes.created),
                "updated": len(changes.updated),
                "unchanged": len(changes.unchanged),
            }
            for kind, changes in self.kinds.items()
        }


async def import_directory(
    session: AsyncSession,
    *paths: Path,
    principal: Principal | None = None,
    city: str | None = None,
) -> ImportReport:
    """Read folders or single files and write what they say.

    What the files do not name stays as it is. `city` is the key of the city to write into; without
    it and without a `city.json` among the files, it is the only one, or the sample city.
    Raises DirectoryErrors with every fault of every file, before anything is written.
    """
    found = read_directory(paths)
    await lock_directory(session)
    root = await _root(session, found, city)
    known = await known_in(session, root, found.city)
    faults = [*found.faults, *faults_between(found, known)]
    if faults:
        raise DirectoryErrors(faults)
    report = await _write(session, found, root)
    await _announce(session, principal, report)
    return report


async def announce_published(
    session: AsyncSession, city_id: UUID, entry_keys: Sequence[str]
) -> None:
    """Every node loads the directory anew, and every console what it shows of it."""
    everyone = [row.id for row in await organizations_of(session, city_id)]
    await events.record(
        session,
        "directory.published",
        subject_id=city_id,
        payload=DirectoryPublished(entry_ids=list(entry_keys)),
        audience=everyone,
        scope="directory:read",
    )


def sample_city() -> Path:
    """The folder of the city that is shipped."""
    with as_file(files("hotline.directory") / "wuhai") as folder:
        return folder


async def _root(
    session: AsyncSession, found: DirectoryFiles, key: str | None
) -> Organization | None:
    """The city to write into; None when it is still to be made."""
    if found.faults and found.city is None and any(fault.file == CITY for fault in found.faults):
        raise DirectoryErrors(found.faults)
    rows = {row.key: row for row in await cities(session)}
    wanted = found.city.key if found.city else key
    if wanted is None and not rows:
        found.city = read_city(sample_city() / CITY)
        return None
    if wanted is None and len(rows) == 1:
        return next(iter(rows.values()))
    if wanted in rows or found.city is not None:
        return rows.get(wanted or "")
    raise DirectoryErrors([Fault(CITY, 0, "key", "须指明要导入到哪个城市")])


async def lock_directory(session: AsyncSession) -> None:
    """One change at a time until the transaction ends: aliases are unique across entries."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


async def known_in(
    session: AsyncSession, root: Organization | None, city: CityRow | None = None
) -> Known:
    """What files may refer to; what they bring along of the tree counts first."""
    nodes = await _nodes(session, root) | (_nodes_of(city) if city else {})
    top, *others = sorted(nodes.values(), key=lambda node: node.district is not None)
    held = await queries.held_by(session, root.id) if root else queries.Held()
    return Known(
        city=top.name,
        bounds=top.bounds,
        districts={node.name: node.bounds for node in others},
        suffixes=[node.entry_suffix for node in others if node.entry_suffix],
        organizations=held.organizations | {key: node.district for key, node in nodes.items()},
        belongs_to=held.belongs_to,
        entries=held.entries,
        subjects=held.subjects,
        short_codes=held.short_codes,
        places=held.places,
        offices=held.offices,
    )


@dataclass(frozen=True, slots=True)
class _Node:
    name: str
    district: str | None
    bounds: Bounds
    entry_suffix: str | None


async def _nodes(session: AsyncSession, root: Organization | None) -> dict[str, _Node]:
    rows = [root, *await districts(session, root.id)] if root else []
    return {
        row.key: _Node(row.name, row.district, Bounds(*(row.bounds or [])), row.entry_suffix)
        for row in rows
    }


def _nodes_of(city: CityRow) -> dict[str, _Node]:
    nodes = {city.key: _Node(city.name, None, Bounds(*city.bounds), None)}
    for row in city.districts:
        nodes[row.key] = _Node(row.name, row.name, Bounds(*row.bounds), row.entry_suffix)
    return nodes


async def _write(
    session: AsyncSession, found: DirectoryFiles, root: Organization | None
) -> ImportReport:
    changes = Changes()
    if found.city is not None:
        city_id, changes = await organizations.save_city(session, city_draft(found.city))
    elif root is not None:
        city_id = root.id
    report = ImportReport(city_id, {"city": changes})
    report.kinds["organizations"] = await organizations.save_organizations(
        session, city_id, [_draft(located.row) for located in found.organizations]
    )
    keys = {row.key: row.id for row in await organizations_of(session, city_id)}
    report.kinds |= await saving.save_all(session, city_id, found, keys)
    return report


async def _announce(
    session: AsyncSession, principal: Principal | None, report: ImportReport
) -> None:
    if not report.is_changed:
        return
    await announce_published(session, report.city_id, report.kinds["services"].changed)
    await audit.record(
        session,
        principal,
        "directory.imported",
        target=f"organization:{report.city_id}",
        changes=report.counts(),
    )


def city_draft(row: CityRow) -> CityDraft:
    return CityDraft(_node(row), [_node(district) for district in row.districts])


def _node(row: DistrictRow) -> NodeDraft:
    return NodeDraft(
        key=row.key,
        name=row.name,
        short_name=row.short_name,
        hours=row.hours,
        phone=row.phone,
        address=row.address,
        lat=row.lat,
        lon=row.lon,
        bounds=Bounds(*row.bounds),
        entry_suffix=row.entry_suffix,
        numbers=[NumberDraft(number.number, number.label) for number in row.numbers],
    )


def _draft(row: OrganizationRow) -> OrganizationDraft:
    renamed = {"id": "key", "tier": "level", "parent_id": "belongs_to"}
    return OrganizationDraft(
        **{renamed.get(name, name): value for name, value in row.model_dump().items()}
    )
