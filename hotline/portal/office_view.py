"""Offices by where they stand: the city's, each district's, the subdistricts'. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from hotline.directory.entry import Entry
from hotline.portal.catalog import Catalog, Office


@dataclass(frozen=True, slots=True)
class Section:
    """Offices under one heading: a key of the texts, or the name of a district."""

    key: str
    district: str | None
    offices: tuple[Office, ...]


@dataclass(frozen=True, slots=True)
class DistrictView:
    """A district: its own versions of services, its offices, its subdistricts."""

    entries: tuple[Entry, ...]
    offices: tuple[Office, ...]
    subdistricts: tuple[Office, ...]


_CITY_KINDS = ("government", "public_institution", "utility")


def sections(catalog: Catalog) -> tuple[Section, ...]:
    units = [office for office in catalog.offices.values() if office.tier == "unit"]
    made = [Section(kind, None, _those(units, kind=kind, district=None)) for kind in _CITY_KINDS]
    for district in catalog.districts:
        within = tuple(office for office in units if office.district == district.district)
        made.append(Section("district", district.name, within))
    return tuple(section for section in made if section.offices)


def district_by_key(catalog: Catalog, key: str) -> Office | None:
    """By its key, with or without `district-` before it."""
    wanted = (key, f"district-{key}")
    return next((one for one in catalog.districts if one.key in wanted), None)


def district_view(catalog: Catalog, district: Office) -> DistrictView:
    name = district.district
    within = [
        office
        for office in catalog.offices.values()
        if office.tier == "unit" and office.district == name
    ]
    return DistrictView(
        entries=tuple(e for e in catalog.entries.values() if tuple(e.districts) == (name,)),
        offices=tuple(office for office in within if office.level != "subdistrict"),
        subdistricts=tuple(office for office in within if office.level == "subdistrict"),
    )


def _those(units: Sequence[Office], *, kind: str, district: str | None) -> tuple[Office, ...]:
    return tuple(one for one in units if one.kind == kind and one.district == district)
