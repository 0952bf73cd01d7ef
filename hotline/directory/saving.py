"""Write rows that have been checked: make what is new, change what differs, keep the order."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import uuid7
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
from hotline.directory.reading import DirectoryFiles
from hotline.directory.rows import PlaceRow, Row, ServiceRow, ShortCodeRow, SubjectRow, VendorRow
from hotline.directory.versions import Provenance, record_versions
from hotline.organizations.drafts import Changes

Model = TypeVar("Model", DirectoryEntry, Vendor, Subject, ShortCode, Place, DistrictOffice)
Keys = Mapping[str, UUID]
IMPORTED = Provenance()


async def save_all(
    session: AsyncSession,
    city_id: UUID,
    found: DirectoryFiles,
    organizations: Keys,
    provenance: Provenance = IMPORTED,
) -> dict[str, Changes]:
    """Everything but the tree; `organizations` gives the ids of the city's nodes by key."""
    rows = [located.row for located in found.services]
    services, entries = await save_services(
        session, city_id, rows, organizations, provenance=provenance
    )
    vendors = await _save_vendors(
        session, city_id, [located.row for located in found.vendors], entries
    )
    subjects = [_subject(located.row, organizations) for located in found.taxonomy]
    codes = [_short_code(located.row) for located in found.shortcodes]
    places = [_place(located.row) for located in found.places]
    offices = [
        {"organization_id": organizations[key], "district": district}
        | {"office_id": organizations[office]}
        for key, by_district in found.offices.items()
        for district, office in by_district.items()
    ]
    return {
        "services": services,
        "vendors": vendors,
        "taxonomy": (await _save(session, Subject, city_id, subjects, ("code",)))[0],
        "shortcodes": (await _save(session, ShortCode, city_id, codes, ("number",)))[0],
        "places": (await _save(session, Place, city_id, places, ("district", "name")))[0],
        "district_offices": (
            await _save(session, DistrictOffice, city_id, offices, ("organization_id", "district"))
        )[0],
    }


async def _save(
    session: AsyncSession,
    model: type[Model],
    city_id: UUID,
    rows: Sequence[Mapping[str, Any]],
    key: tuple[str, ...],
) -> tuple[Changes, dict[str, Model]]:
    """Returns the changes, and every row of the city by the last field of its key."""
    known = await _rows_of(session, model, city_id, key)
    position = max((row.position for row in known.values()), default=0)
    changes = Changes()
    for values in rows:
        place = tuple(values[name] for name in key)
        if place in known:
            kept = changes.updated if _write(session, known[place], values) else changes.unchanged
            kept.append(str(place[-1]))
        else:
            position += 1
            row = known[place] = model(id=uuid7(), city_id=city_id, position=position, **values)
            session.add(row)
            changes.created.append(str(place[-1]))
    await session.flush()
    return changes, {str(place[-1]): row for place, row in known.items()}


async def _rows_of(
    session: AsyncSession, model: type[Model], city_id: UUID, key: tuple[str, ...]
) -> dict[tuple[Any, ...], Model]:
    held = await session.scalars(select(model).where(model.city_id == city_id))
    return {tuple(getattr(row, name) for name in key): row for row in held}


def _write(session: AsyncSession, row: object, values: Mapping[str, Any]) -> bool:
    """Whether the values differ from those that the row had."""
    for column, value in values.items():
        setattr(row, column, value)
    return session.is_modified(row)


async def save_services(
    session: AsyncSession,
    city_id: UUID,
    rows: Sequence[ServiceRow],
    organizations: Keys,
    *,
    provenance: Provenance,
) -> tuple[Changes, dict[str, UUID]]:
    """Write entries; each that differs from what it was gets a version."""
    values = [_entry(row, organizations) for row in rows]
    changes, entries = await _save(session, DirectoryEntry, city_id, values, ("key",))
    wanted = {entries[row.id].id: list(row.aliases) for row in rows}
    changed = await _save_lists(session, EntryPhrase, wanted)
    _note_changed(changes, {key: entries[key] for key in entries if entries[key].id in changed})
    new = [entries[key] for key in changes.changed]
    await record_versions(session, new, {row.id: row for row in rows}, provenance)
    await session.flush()
    return changes, {key: entry.id for key, entry in entries.items()}


async def _save_vendors(
    session: AsyncSession, city_id: UUID, rows: Sequence[VendorRow], entries: Keys
) -> Changes:
    values = [_vendor(row) for row in rows]
    changes, vendors = await _save(session, Vendor, city_id, values, ("key",))
    wanted = {vendors[row.id].id: [entries[key] for key in row.service_ids] for row in rows}
    changed = await _save_lists(session, VendorService, wanted)
    _note_changed(changes, {key: vendors[key] for key in vendors if vendors[key].id in changed})
    await session.flush()
    return changes


async def _save_lists(
    session: AsyncSession,
    model: type[EntryPhrase] | type[VendorService],
    wanted: Mapping[UUID, Sequence[Any]],
) -> frozenset[UUID]:
    """Replace the lists that differ from those wanted; returns their owners."""
    owner, value = ("entry_id", "text") if model is EntryPhrase else ("vendor_id", "entry_id")
    owner_column, value_column = getattr(model, owner), getattr(model, value)
    held: dict[UUID, list[Any]] = {}
    chosen = select(owner_column, value_column).where(owner_column.in_(list(wanted)))
    for key, content in await session.execute(chosen.order_by(owner_column, model.position)):
        held.setdefault(key, []).append(content)
    changed = [key for key, contents in wanted.items() if held.get(key, []) != list(contents)]
    rows = [
        {owner: key, "position": position, value: content}
        for key in changed
        for position, content in enumerate(wanted[key])
    ]
    if changed:
        await session.execute(delete(model).where(owner_column.in_(changed)))
    if rows:
        await session.execute(insert(model), rows)
    return frozenset(changed)


def _note_changed(
    changes: Changes, owners: Mapping[str, DirectoryEntry] | Mapping[str, Vendor]
) -> None:
    """A row whose list changed is updated, even when its own columns stayed the same."""
    for key, row in owners.items():
        row.updated_at = clock.now()
        if key in changes.unchanged:
            changes.unchanged.remove(key)
            changes.updated.append(key)


def _entry(row: ServiceRow, organizations: Keys) -> dict[str, Any]:
    values = _columns(row, but=("id", "aliases", "organization_id", "updated"))
    return values | {
        "key": row.id,
        "organization_id": organizations[row.organization_id] if row.organization_id else None,
        "updated_on": date.fromisoformat(row.updated),
    }


def _vendor(row: VendorRow) -> dict[str, Any]:
    values = _columns(row, but=("id", "service_ids", "joined"))
    return values | {"key": row.id, "joined_on": date.fromisoformat(row.joined)}


def _subject(row: SubjectRow, organizations: Keys) -> dict[str, Any]:
    values = _columns(row, but=("parent", "default_organization_id"))
    return values | {
        "parent_code": row.parent,
        "default_organization_id": organizations[row.default_organization_id],
    }


def _short_code(row: ShortCodeRow) -> dict[str, Any]:
    values = _columns(row, but=("emergency", "merged_into_12345"))
    return values | {"is_emergency": row.emergency, "is_merged": row.merged_into_12345}


def _place(row: PlaceRow) -> dict[str, Any]:
    return row.model_dump()


def _columns(row: Row, *, but: Iterable[str]) -> dict[str, Any]:
    return row.model_dump(exclude=set(but))
