"""Hold rows against each other and against what the city has already. Pure."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotline.directory.faults import Fault
from hotline.directory.reading import OFFICES, DirectoryFiles, Located
from hotline.directory.rows import OrganizationRow, PlaceRow, ServiceRow, VendorRow
from hotline.organizations.drafts import Bounds
from hotline.organizations.place import in_cycles


@dataclass(frozen=True, slots=True)
class Known:
    """What may be referred to: the city with its districts, and all that it holds already.

    `organizations` gives the district by key, nodes of the city and its districts included;
    `entries` gives kind and aliases by key.
    """

    city: str
    bounds: Bounds
    districts: Mapping[str, Bounds]
    suffixes: Sequence[str]
    organizations: Mapping[str, str | None] = field(default_factory=dict)
    belongs_to: Mapping[str, str | None] = field(default_factory=dict)
    entries: Mapping[str, tuple[str, Sequence[str]]] = field(default_factory=dict)
    subjects: frozenset[str] = frozenset()
    short_codes: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    offices: frozenset[str] = frozenset()


def faults_between(files: DirectoryFiles, known: Known) -> Iterator[Fault]:
    """Everything that no single row shows."""
    yield from _repeated(files.organizations, "id")
    yield from _repeated(files.services, "id")
    yield from _repeated(files.vendors, "id")
    yield from _repeated(files.taxonomy, "code")
    yield from _repeated(files.shortcodes, "number")
    yield from _repeated(files.places, "district", "name")
    yield from _organizations(files, known)
    yield from _offices(files, known)
    yield from _services(files, known)
    yield from _aliases(files.services, known)
    yield from _vendors(files, known)
    yield from _subjects(files, known)
    yield from _places(files, known)


def _repeated(rows: Iterable[Located[Any]], *fields: str) -> Iterator[Fault]:
    first: dict[tuple[str, ...], int] = {}
    for found in rows:
        key = tuple(getattr(found.row, name) for name in fields)
        if key in first:
            yield found.fault(fields[-1], f"与第 {first[key]} 行重复：{key[-1]}")
        first.setdefault(key, found.line)


def _organizations(files: DirectoryFiles, known: Known) -> Iterator[Fault]:
    keys = _organization_keys(files, known)
    numbers = known.short_codes | {found.row.number for found in files.shortcodes}
    for found in files.organizations:
        row = found.row
        if row.hotline is not None and row.hotline not in numbers:
            yield found.fault("hotline", f"没有这个短号：{row.hotline}")
        if (row.tier == "city") != (row.district is None):
            yield found.fault("district", "市级机构的 district 须为空，其他层级须填所在区")
        yield from _districts_of([row.district] if row.district else [], found, "district", known)
        yield from _position(found, row.district, known)
    yield from _commands(files.organizations, keys, known)


def _commands(
    organizations: Sequence[Located[OrganizationRow]],
    keys: Mapping[str, str | None],
    known: Known,
) -> Iterator[Fault]:
    """Parents that are not there, and lines of command that come back to themselves."""
    here = {found.row.id: found.row.parent_id for found in organizations}
    looping = in_cycles(dict(known.belongs_to) | here)
    for found in organizations:
        above = found.row.parent_id
        if above is not None and above not in keys:
            yield found.fault("parent_id", f"没有这个机构：{above}")
        if found.row.id in looping:
            yield found.fault("parent_id", "隶属关系成环")


def _offices(files: DirectoryFiles, known: Known) -> Iterator[Fault]:
    keys = _organization_keys(files, known)
    for organization, offices in files.offices.items():
        if organization not in keys:
            yield Fault(OFFICES, 0, organization, "没有这个机构")
        for district, office in offices.items():
            place = f"{organization}.{district}"
            if district not in known.districts:
                yield Fault(OFFICES, 0, place, f"本市没有这个区：{district}")
            elif office not in keys:
                yield Fault(OFFICES, 0, place, f"没有这个机构：{office}")
            elif keys[office] != district:
                yield Fault(OFFICES, 0, place, f"机构不在这个区：{office}")


def _services(files: DirectoryFiles, known: Known) -> Iterator[Fault]:
    keys = _organization_keys(files, known)
    offices = known.offices | set(files.offices)
    for found in files.services:
        row = found.row
        yield from _districts_of(row.districts, found, "districts", known)
        if row.districts and row.tier != "district":
            yield found.fault("districts", "tier 为 city 的事项 districts 须为空")
        yield from _responsible(found, keys, offices)


def _responsible(
    found: Located[ServiceRow], keys: Mapping[str, str | None], offices: frozenset[str]
) -> Iterator[Fault]:
    row = found.row
    if row.kind == "convenience":
        if row.organization_id is not None:
            yield found.fault("organization_id", "便民事项的 organization_id 须为空")
        if row.handoff != "dispatch":
            yield found.fault("handoff", "便民事项的 handoff 须为 dispatch")
    elif row.organization_id is None:
        yield found.fault("organization_id", "须填写承办机构")
    elif row.organization_id not in keys:
        yield found.fault("organization_id", f"没有这个机构：{row.organization_id}")
    elif _is_elsewhere(row, keys[row.organization_id]):
        yield found.fault("organization_id", "承办机构不在 districts 所列的区")
    elif row.tier == "district" and not row.districts and row.organization_id not in offices:
        yield found.fault("organization_id", f"{OFFICES} 没有列出它在各区的承办机构")


def _is_elsewhere(row: ServiceRow, district: str | None) -> bool:
    """Where the districts are wrong themselves, that is told instead."""
    return bool(row.districts) and row.tier == "district" and district not in row.districts


def _aliases(services: Sequence[Located[ServiceRow]], known: Known) -> Iterator[Fault]:
    """The versions of one service for several districts may share an alias, others may not."""
    owners = _owners_of_aliases(services, known)
    for found in services:
        family = _family(found.row.id, known.suffixes)
        own: set[str] = set()
        for alias in found.row.aliases:
            folded = _folded(alias)
            others = [key for other, key in owners[folded].items() if other != family]
            if others:
                yield found.fault("aliases", f"“{alias}”已是 {others[0]} 的说法")
            if folded in own:
                yield found.fault("aliases", f"“{alias}”重复")
            own.add(folded)
            owners[folded].setdefault(family, found.row.id)


def _owners_of_aliases(
    services: Sequence[Located[ServiceRow]], known: Known
) -> defaultdict[str, dict[str, str]]:
    """Alias → family → entry, of what the city has and the files do not replace."""
    replaced = {found.row.id for found in services}
    owners: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for key, (_, aliases) in known.entries.items():
        for alias in aliases if key not in replaced else ():
            owners[_folded(alias)].setdefault(_family(key, known.suffixes), key)
    return owners


def _vendors(files: DirectoryFiles, known: Known) -> Iterator[Fault]:
    kinds = {key: kind for key, (kind, _) in known.entries.items()}
    kinds |= {found.row.id: found.row.kind for found in files.services}
    for found in files.vendors:
        yield from _districts_of(found.row.districts, found, "districts", known)
        yield from _position(found, None, known)
        yield from _served(found, kinds)
        yield from _prices(found)


def _served(found: Located[VendorRow], kinds: Mapping[str, str]) -> Iterator[Fault]:
    services = found.row.service_ids
    for service in services:
        if service not in kinds:
            yield found.fault("service_ids", f"没有这个事项：{service}")
        elif kinds[service] != "convenience":
            yield found.fault("service_ids", f"不是便民事项：{service}")
    if len(set(services)) != len(services):
        yield found.fault("service_ids", "事项重复")


def _prices(found: Located[VendorRow]) -> Iterator[Fault]:
    prices = found.row.price_list
    if [price.service_id for price in prices] != found.row.service_ids:
        yield found.fault("price_list", "须与 service_ids 一一对应")
    if any(price.price_min > price.price_max for price in prices):
        yield found.fault("price_list", "price_min 不能大于 price_max")


def _subjects(files: DirectoryFiles, known: Known) -> Iterator[Fault]:
    keys = _organization_keys(files, known)
    codes = known.subjects | {found.row.code for found in files.taxonomy}
    for found in files.taxonomy:
        row = found.row
        if row.code.count("-") != row.level - 1:
            yield found.fault("level", "与 code 的层级不符")
        above = row.code.rpartition("-")[0] or None
        if row.parent != above:
            yield found.fault("parent", f"应为 {above}" if above else "一级分类的 parent 须为空")
        elif above is not None and above not in codes:
            yield found.fault("parent", f"没有这个分类：{above}")
        if row.default_organization_id not in keys:
            yield found.fault(
                "default_organization_id", f"没有这个机构：{row.default_organization_id}"
            )


def _places(files: DirectoryFiles, known: Known) -> Iterator[Fault]:
    names = known.places | {found.row.name for found in files.places} | {known.city}
    for found in files.places:
        row = found.row
        yield from _districts_of([row.district], found, "district", known)
        yield from _position(found, row.district, known)
        if row.parent not in names:
            yield found.fault("parent", f"没有这个地名：{row.parent}")


def _organization_keys(files: DirectoryFiles, known: Known) -> Mapping[str, str | None]:
    here = {found.row.id: found.row.district for found in files.organizations}
    return dict(known.organizations) | here


def _districts_of(
    districts: Sequence[str], found: Located[Any], name: str, known: Known
) -> Iterator[Fault]:
    for district in districts:
        if district not in known.districts:
            yield found.fault(name, f"{known.city}没有这个区：{district}")


def _position(
    found: Located[OrganizationRow] | Located[VendorRow] | Located[PlaceRow],
    district: str | None,
    known: Known,
) -> Iterator[Fault]:
    bounds = known.districts.get(district or "", known.bounds)
    if not bounds.holds(found.row.lat, found.row.lon):
        yield found.fault("lat", f"坐标不在{district or known.city}范围内")


def _family(key: str, suffixes: Sequence[str]) -> str:
    head, _, tail = key.rpartition("-")
    return head if tail in suffixes else key


def _folded(alias: str) -> str:
    return "".join(unicodedata.normalize("NFKC", alias).casefold().split())
