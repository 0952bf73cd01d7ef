"""The directory written into the tables of HSDS. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from hotline import clock
from hotline.directory.entry import Entry
from hotline.directory.vendors import may_be_sent
from hotline.opendata.hsds.addresses import COUNTRY, postal_of
from hotline.opendata.hsds.schedule import weekly
from hotline.opendata.hsds.tables import tables
from hotline.portal.catalog import Catalog, ListedVendor, Office, Price
from hotline.portal.entry_view import places_of
from hotline.portal.hours_text import hours_text
from hotline.portal.texts import CHINESE, texts_of

Row = Mapping[str, str | float]
"""Column → value; what is not known is not there."""

_SPACE = UUID("6b0b7c26-5d0a-5e0c-9b3f-114114114114")
_UTC_OFFSET = 8
_KINDS = {
    "government": "政务服务",
    "assistance": "非紧急救助",
    "complaint": "投诉举报",
    "convenience": "便民服务",
}

FIELD = "field"
CARRIED: Mapping[str, str] = {
    "id": "编号",
    "aliases": "口语说法",
    "organization_id": "承办机构",
    "tier": "层级",
    "districts": "适用区",
    "summary": "答复口径",
    "details": "详细说明",
    "procedure": "办理流程",
    "channels": "办理渠道",
    "forms": "表格",
    "audience": "服务对象",
    "keywords": "关键词",
    "urgency": "紧急程度",
    "handoff": "处理方式",
    "hours": "办公时间",
    "contacts": "联系方式",
    "places": "办理地点",
}
"""Fields of an entry as attributes with a value: name in the directory's files → heading."""


@dataclass(frozen=True, slots=True)
class Book:
    """Table → its rows, in the order of the directory."""

    rows: Mapping[str, Sequence[Row]]

    def of(self, table: str) -> Sequence[Row]:
        return self.rows[table]


def book_of(catalog: Catalog, moment: datetime, address: str) -> Book:
    """Vendors are in it only with what they may be sent for today."""
    written: dict[str, list[Row]] = {name: [] for name in tables()}
    for table, row in _rows(catalog, moment, address):
        written[table].append({name: value for name, value in row.items() if value != ""})
    return Book(written)


def id_of(table: str, *keys: str) -> str:
    """The same for the same thing, in every export and after every import."""
    return str(uuid5(_SPACE, "/".join((table, *keys))))


Written = Iterator[tuple[str, Row]]


def _rows(catalog: Catalog, moment: datetime, address: str) -> Written:
    today = clock.local(moment).date()
    offered = {one.key: _offered(one, today) for one in catalog.vendors}
    vendors = [one for one in catalog.vendors if offered[one.key]]
    yield from _taxonomies(catalog)
    for office in catalog.offices.values():
        yield from _office(catalog, office)
    for vendor in vendors:
        yield from _vendor(vendor, catalog)
    for entry in catalog.entries.values():
        yield from _entry(catalog, entry, address)
    for vendor in vendors:
        yield from _vendor_services(catalog, vendor, offered[vendor.key], address)
    described = {"name": "hsds", "language": CHINESE, "character_set": "UTF-8"}
    yield "meta_table_description", {"id": id_of("meta", "hsds"), **described}


def _taxonomies(catalog: Catalog) -> Written:
    """Kinds of services, and their categories in two steps."""
    for key, name in (("kind", "服务类别"), ("category", "事项分类"), (FIELD, "事项字段")):
        yield "taxonomy", {"id": id_of("taxonomy", key), "name": name, "description": name}
    for taxonomy, terms in (("kind", _KINDS), (FIELD, CARRIED)):
        yield from (_term(taxonomy, code, name, "") for code, name in terms.items())
    yield from _categories(catalog)


def _categories(catalog: Catalog) -> Written:
    categories = dict.fromkeys(entry.category for entry in catalog.entries.values())
    for above in dict.fromkeys(category.partition("/")[0] for category in categories):
        yield _term("category", above, above, "")
    for category in categories:
        above, _, below = category.partition("/")
        if below:
            yield _term("category", category, below, id_of("taxonomy_term", "category", above))


def _term(taxonomy: str, code: str, name: str, parent_id: str) -> tuple[str, Row]:
    return "taxonomy_term", {
        "id": id_of("taxonomy_term", taxonomy, code),
        "code": code,
        "name": name,
        "description": name,
        "parent_id": parent_id,
        "taxonomy": taxonomy,
        "language": "zh",
        "taxonomy_id": id_of("taxonomy", taxonomy),
    }


def _office(catalog: Catalog, office: Office) -> Written:
    own = id_of("organization", office.key)
    yield (
        "organization",
        {
            "id": own,
            "name": office.name,
            "alternate_name": "" if office.short_name == office.name else office.short_name,
            "description": office.duties or office.name,
            "legal_status": office.kind,
            "parent_organization_id": _parent_id(catalog, office),
        },
    )
    yield _identifier(own, office.key)
    for kind, number in (("office", office.phone), ("hotline", office.hotline)):
        if number:
            yield _phone(own, number, kind)
    if office.address:
        yield from _location(catalog, office)


def _parent_id(catalog: Catalog, office: Office) -> str:
    if office.belongs_to:
        return id_of("organization", office.belongs_to)
    return "" if office is catalog.city else id_of("organization", catalog.city.key)


def _identifier(organization_id: str, key: str) -> tuple[str, Row]:
    return "organization_identifier", {
        "id": id_of("organization_identifier", organization_id),
        "organization_id": organization_id,
        "identifier_type": "directory key",
        "identifier": key,
    }


def _phone(organization_id: str, number: str, kind: str) -> tuple[str, Row]:
    return "phone", {
        "id": id_of("phone", organization_id, kind),
        "organization_id": organization_id,
        "number": number,
        "type": "voice",
    }


def _location(catalog: Catalog, office: Office) -> Written:
    own = id_of("location", office.key)
    postal = postal_of(catalog.city.key, office.district)
    yield (
        "location",
        {
            "id": own,
            "location_type": "physical",
            "organization_id": id_of("organization", office.key),
            "name": office.name,
            "latitude": "" if office.lat is None else office.lat,
            "longitude": "" if office.lon is None else office.lon,
        },
    )
    yield (
        "address",
        {
            "id": id_of("address", office.key),
            "location_id": own,
            "address_1": office.address or "",
            "city": catalog.city.name,
            "region": office.district or "",
            "state_province": postal.province or catalog.city.name,
            "postal_code": postal.code,
            "country": COUNTRY,
            "address_type": "physical",
        },
    )
    yield from _schedules(own, office.hours)


def _schedules(location_id: str, hours: str) -> Written:
    words = hours_text(hours, texts_of(CHINESE)) if hours else ""
    for number, each in enumerate(weekly(hours)):
        yield (
            "schedule",
            {
                "id": id_of("schedule", location_id, str(number)),
                "location_id": location_id,
                "timezone": _UTC_OFFSET,
                "wkst": "MO",
                "freq": "WEEKLY",
                "interval": 1,
                "byday": each.byday,
                "description": words,
                "opens_at": each.opens_at,
                "closes_at": each.closes_at,
            },
        )


def _entry(catalog: Catalog, entry: Entry, address: str) -> Written:
    own = id_of("service", entry.id)
    owner = entry.organization_id or catalog.city.key
    yield (
        "service",
        {**_service(entry, address), "id": own, "organization_id": id_of("organization", owner)},
    )
    yield from _attributes(own, entry)
    yield from _carried(own, entry)
    yield from _areas(own, entry.districts or (catalog.city.name,))
    for number, document in enumerate(entry.documents):
        shown = {"id": id_of("required_document", own, str(number)), "service_id": own}
        yield "required_document", {**shown, "document": document}
    for place in places_of(catalog, entry):
        if place.office.address:
            location_id = id_of("location", place.office.key)
            shown = {"id": id_of("service_at_location", own, location_id), "service_id": own}
            yield "service_at_location", {**shown, "location_id": location_id}


def _service(entry: Entry, address: str) -> dict[str, str | float]:
    return {
        "name": entry.name,
        "alternate_name": entry.aliases[0] if entry.aliases else "",
        "description": "\n".join(part for part in (entry.summary, entry.details) if part),
        "url": f"{address}/services/{entry.id}",
        "status": "active",
        "application_process": "；".join(entry.procedure),
        "fees_description": entry.fee,
        "wait_time": entry.time_limit,
        "eligibility_description": "、".join(entry.audience),
        "assured_date": entry.updated,
        "last_modified": f"{entry.updated}T00:00:00+08:00" if entry.updated else "",
    }


def _attributes(service_id: str, entry: Entry) -> Written:
    for taxonomy, code in (("kind", entry.kind), ("category", entry.category)):
        term_id = id_of("taxonomy_term", taxonomy, code)
        yield (
            "attribute",
            {
                "id": id_of("attribute", service_id, term_id),
                "link_id": service_id,
                "taxonomy_term_id": term_id,
                "link_type": taxonomy,
                "link_entity": "service",
            },
        )


def _carried(service_id: str, entry: Entry) -> Written:
    """What the standard has no column for, so that nothing is lost on the way back in."""
    for field in CARRIED:
        held = getattr(entry, field)
        values = held if isinstance(held, tuple) else (held,) if held else ()
        for number, value in enumerate(values):
            yield (
                "attribute",
                {
                    "id": id_of("attribute", service_id, field, str(number)),
                    "link_id": service_id,
                    "taxonomy_term_id": id_of("taxonomy_term", FIELD, field),
                    "link_type": field,
                    "link_entity": "service",
                    "value": value,
                },
            )


def _areas(service_id: str, names: Sequence[str]) -> Written:
    for name in names:
        yield (
            "service_area",
            {
                "id": id_of("service_area", service_id, name),
                "service_id": service_id,
                "name": name,
                "extent": name,
                "extent_type": "text",
            },
        )


def _vendor(vendor: ListedVendor, catalog: Catalog) -> Written:
    """Orders go by the hotline, so its number stands for theirs."""
    own = id_of("organization", vendor.key)
    yield (
        "organization",
        {
            "id": own,
            "name": vendor.name,
            "description": f"{vendor.category}服务商，经审核，由{catalog.city.short_name}热线派单",
            "legal_status": "vendor",
        },
    )
    yield _identifier(own, vendor.key)
    yield _phone(own, catalog.city.phone or "114", "hotline")


def _offered(vendor: ListedVendor, today: date) -> Mapping[str, Price]:
    """What the vendor may be sent for."""
    return {key: one for key, one in vendor.prices.items() if may_be_sent(vendor, key, on=today)}


def _vendor_services(
    catalog: Catalog, vendor: ListedVendor, offered: Mapping[str, Price], address: str
) -> Written:
    for key, price in offered.items():
        entry = catalog.entries.get(key)
        if entry is None:
            continue
        own = id_of("service", key, vendor.key)
        owner = {"id": own, "organization_id": id_of("organization", vendor.key)}
        yield "service", {**_service(entry, address), **owner}
        yield from _attributes(own, entry)
        yield from _areas(own, vendor.districts)
        yield _cost(own, price)


def _cost(service_id: str, price: Price) -> tuple[str, Row]:
    return "cost_option", {
        "id": id_of("cost_option", service_id),
        "service_id": service_id,
        "option": f"每{price.unit}",
        "currency": "CNY",
        "amount": price.lowest,
        "amount_description": f"{price.lowest}至{price.highest}元/{price.unit}",
    }
