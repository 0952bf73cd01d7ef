"""Write a city's directory as files: what was imported comes out the same."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory import queries
from hotline.directory.entry import Entry
from hotline.directory.models import Vendor
from hotline.directory.reading import CITY, OFFICES
from hotline.directory.rows import OPTIONAL, OrganizationRow, PlaceRow, VendorRow
from hotline.organizations.models import Organization, Tier
from hotline.organizations.queries import hotline_numbers, organizations_of


async def export_directory(session: AsyncSession, city_id: UUID, folder: Path) -> list[Path]:
    """Write every file of the city into the folder; returns them."""
    nodes = await organizations_of(session, city_id)
    keys = {node.id: node.key for node in nodes}
    units = [node for node in nodes if node.tier == Tier.UNIT]
    contents = {
        CITY: _document(await _city(session, city_id), indent=2) + "\n",
        "organizations.jsonl": _lines(_organization(unit, keys) for unit in units),
        "services.jsonl": _lines(await _services(session, city_id)),
        "vendors.jsonl": _lines(await _vendors(session, city_id)),
        "taxonomy.jsonl": _lines(await _taxonomy(session, city_id, keys)),
        "shortcodes.jsonl": _lines(await _short_codes(session, city_id)),
        "places.jsonl": _lines(
            _like(PlaceRow, row) for row in await queries.places(session, city_id)
        ),
        OFFICES: _document(await queries.district_offices(session, city_id), indent=1),
    }
    await asyncio.to_thread(_write, folder, contents)
    return [folder / name for name in contents]


def _write(folder: Path, contents: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")


def _organization(row: Organization, keys: Mapping[UUID, str]) -> dict[str, Any]:
    own = {
        "id": row.key,
        "tier": row.level,
        "parent_id": keys[row.belongs_to_id] if row.belongs_to_id else None,
    }
    return _like(OrganizationRow, row, **own)


async def _services(session: AsyncSession, city_id: UUID) -> list[dict[str, Any]]:
    entries = await queries.entries_for_matching(session, city_id)
    return [content_of(entry) for entry in entries]


def content_of(entry: Entry) -> dict[str, Any]:
    """The line of the file that the entry came from."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(entry).items()
        if value or name not in OPTIONAL
    }


async def _vendors(session: AsyncSession, city_id: UUID) -> list[dict[str, Any]]:
    served = await queries.vendor_services(session, city_id)
    return [
        _like(VendorRow, row, **_papers(row), service_ids=served.get(row.id, []))
        for row in await queries.vendors(session, city_id)
    ]


def _papers(row: Vendor) -> dict[str, Any]:
    return {
        "id": row.key,
        "joined": row.joined_on.isoformat(),
        "price_list": _ordered(row.price_list, "service_id", "unit", "price_min", "price_max"),
        "vetting": _ordered(row.vetting, "document", "number", "expires"),
    }


async def _taxonomy(
    session: AsyncSession, city_id: UUID, keys: Mapping[UUID, str]
) -> list[dict[str, Any]]:
    return [
        {
            "code": row.code,
            "level": row.level,
            "parent": row.parent_code,
            "name": row.name,
            "examples": row.examples,
            "default_organization_id": keys[row.default_organization_id],
            "sla_working_days": row.sla_working_days,
        }
        for row in await queries.subjects(session, city_id)
    ]


async def _short_codes(session: AsyncSession, city_id: UUID) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "name": row.name,
            "handles": row.handles,
            "emergency": row.is_emergency,
            "merged_into_12345": row.is_merged,
        }
        for row in await queries.short_codes(session, city_id)
    ]


async def _city(session: AsyncSession, city_id: UUID) -> dict[str, Any]:
    nodes = await organizations_of(session, city_id)
    numbers: dict[UUID, list[dict[str, str]]] = {}
    for row in await hotline_numbers(session, city_id):
        listed = {"number": row.number, "label": row.label}
        numbers.setdefault(row.organization_id, []).append(listed)
    root, *districts = [
        _node(node, numbers.get(node.id, [])) for node in nodes if node.tier != Tier.UNIT
    ]
    return root | {"districts": districts}


def _node(row: Organization, numbers: list[dict[str, str]]) -> dict[str, Any]:
    names = ("key", "name", "short_name", "hours", "phone", "address", "lat", "lon", "bounds")
    suffix = {"entry_suffix": row.entry_suffix} if row.tier == Tier.DISTRICT else {}
    return {name: getattr(row, name) for name in names} | suffix | {"numbers": numbers}


def _like(schema: type[Any], row: object, **given: Any) -> dict[str, Any]:
    """The row's values under the names of the file, in their order."""
    return {
        name: given[name] if name in given else getattr(row, name) for name in schema.model_fields
    }


def _ordered(records: Iterable[Mapping[str, Any]], *names: str) -> list[dict[str, Any]]:
    """JSONB forgets the order of fields."""
    return [{name: record[name] for name in names} for record in records]


def _lines(records: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def _document(content: Mapping[str, Any], *, indent: int) -> str:
    return json.dumps(content, ensure_ascii=False, indent=indent)
