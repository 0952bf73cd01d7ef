"""A city's directory as plain values, read in one go: what is kept in memory for live calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory import queries
from hotline.directory.entry import Entry
from hotline.directory.models import Place, Vendor
from hotline.directory.vendors import may_be_sent
from hotline.organizations.hours import is_open
from hotline.organizations.models import Organization
from hotline.organizations.queries import organizations_of

SHORTEST_NAME = 3
"""Characters; shorter aliases stand in too many other words."""


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """A name on the map and the district that it lies in."""

    name: str
    kind: str
    district: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """An organization as callers are told of it."""

    key: str
    name: str
    phone: str | None
    hours: str
    names: tuple[str, ...] = ()

    def is_open(self, moment: datetime) -> bool:
        return is_open(self.hours, moment)


@dataclass(frozen=True, slots=True)
class VendorFacts:
    """A vendor with what decides whether it may be sent."""

    id: str
    name: str
    status: str
    hours: str
    districts: frozenset[str]
    vetting: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a live call may need to know of the directory."""

    city_id: UUID
    organization_ids: frozenset[UUID]
    entries: tuple[Entry, ...]
    places: tuple[PlaceFacts, ...]
    units: Mapping[str, UnitFacts]
    offices: Mapping[str, Mapping[str, str]]
    vendors_by_entry: Mapping[str, tuple[VendorFacts, ...]] = field(default_factory=dict)

    def vendors_for(
        self, entry_id: str, district: str, moment: datetime
    ) -> tuple[VendorFacts, ...]:
        """Who may be sent there, those that are open now first."""
        on = clock.local(moment).date()
        serving = self.vendors_by_entry.get(entry_id, ())
        here = (vendor for vendor in serving if district in vendor.districts)
        eligible = [vendor for vendor in here if may_be_sent(vendor, entry_id, on=on)]
        return tuple(sorted(eligible, key=lambda vendor: not is_open(vendor.hours, moment)))

    def unit_named(self, text: str) -> UnitFacts | None:
        """The unit whose name, short name or alias stands in the text; the longest name wins."""
        found = [
            (len(name), unit)
            for unit in self.units.values()
            for name in unit.names
            if len(name) >= SHORTEST_NAME and name in text
        ]
        return max(found, key=lambda pair: pair[0])[1] if found else None

    def unit_for(self, entry: Entry, district: str | None) -> UnitFacts | None:
        """Who acts on the entry for somebody in that district."""
        if entry.organization_id is None:
            return None
        key = entry.organization_id
        if entry.tier == "district" and not entry.districts and district is not None:
            key = self.offices.get(key, {}).get(district, key)
        unit = self.units.get(key)
        return replace(unit, hours=entry.hours) if unit and entry.hours else unit


async def snapshot(session: AsyncSession, city_id: UUID) -> Snapshot:
    """Read the published directory of one city."""
    nodes = await organizations_of(session, city_id)
    return Snapshot(
        city_id=city_id,
        organization_ids=frozenset({city_id, *(node.id for node in nodes)}),
        entries=await queries.entries_for_matching(session, city_id),
        places=tuple(map(_place, await queries.places(session, city_id))),
        units={node.key: _unit(node) for node in nodes},
        offices=await queries.district_offices(session, city_id),
        vendors_by_entry=await _vendors(session, city_id),
    )


async def _vendors(session: AsyncSession, city_id: UUID) -> dict[str, tuple[VendorFacts, ...]]:
    served = await queries.vendor_services(session, city_id)
    by_entry: dict[str, tuple[VendorFacts, ...]] = {}
    for row in await queries.vendors(session, city_id):
        for entry_id in served.get(row.id, ()):
            by_entry[entry_id] = (*by_entry.get(entry_id, ()), _vendor(row))
    return by_entry


def _place(row: Place) -> PlaceFacts:
    return PlaceFacts(row.name, row.kind, row.district, tuple(row.aliases))


def _unit(node: Organization) -> UnitFacts:
    names = tuple(dict.fromkeys((node.name, node.short_name, *node.aliases)))
    return UnitFacts(node.key, node.short_name or node.name, node.phone, node.hours, names)


def _vendor(row: Vendor) -> VendorFacts:
    return VendorFacts(
        row.key, row.name, row.standing, row.hours, frozenset(row.districts), tuple(row.vetting)
    )
