"""One entry as a page shows it: who does it where, its versions, who may be sent. Pure."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hotline import clock
from hotline.directory.entry import Entry
from hotline.incidents.queries import Spoken
from hotline.matching.families import family_key
from hotline.organizations.hours import is_open
from hotline.portal.catalog import Catalog, ListedVendor, Office, Price, serves

_NUMBER = re.compile(r"(?<![\d.:])\+?\d[\d -]{2,16}\d(?![\d.:])")


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go; `district` is set where each district has its own."""

    office: Office
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A line of an entry's contacts; `number` is the telephone in it, if there is one."""

    text: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """A vendor's terms for one entry."""

    vendor: ListedVendor
    price: Price
    is_open: bool


@dataclass(frozen=True, slots=True)
class EntryView:
    entry: Entry
    versions: tuple[Entry, ...]
    places: tuple[Place, ...]
    contacts: tuple[Contact, ...]
    offers: tuple[Offer, ...]
    related: tuple[Entry, ...]
    verified_on: str


def entry_view(catalog: Catalog, entry: Entry, moment: datetime) -> EntryView:
    versions = catalog.versions_of(entry)
    return EntryView(
        entry=entry,
        versions=versions if len(versions) > 1 else (),
        places=places_of(catalog, entry),
        contacts=tuple(map(contact_of, entry.contacts)),
        offers=offers_for(catalog, entry, moment),
        related=_related(catalog, entry),
        verified_on=max(catalog.verified.get(entry.id, ""), entry.updated),
    )


def places_of(catalog: Catalog, entry: Entry) -> tuple[Place, ...]:
    """The responsible office, and with it the one of each district that acts there."""
    office = catalog.offices.get(entry.organization_id or "")
    if office is None:
        return ()
    branches = catalog.branches.get(office.key, {})
    if entry.tier != "district" or entry.districts or not branches:
        return (Place(office),)
    return tuple(
        Place(catalog.offices[key], district)
        for district, key in branches.items()
        if key in catalog.offices
    )


def contact_of(line: str) -> Contact:
    found = _NUMBER.search(line)
    return Contact(line, found[0] if found else None)


def offers_for(catalog: Catalog, entry: Entry, moment: datetime) -> tuple[Offer, ...]:
    """Who may be sent today, in an order that favors nobody."""
    today = clock.local(moment).date()
    return tuple(
        Offer(vendor, vendor.prices[entry.id], is_open(vendor.hours, moment))
        for vendor in neutral_order(catalog.vendors_for(entry.id, today), today)
    )


def incidents_about(entry: Entry, incidents: Sequence[Spoken]) -> tuple[Spoken, ...]:
    """What is announced now about this service, where it is done."""
    return tuple(
        one
        for one in incidents
        if family_key(entry) in one.families and serves(entry, one.district)
    )


def neutral_order(vendors: Sequence[ListedVendor], on: date) -> list[ListedVendor]:
    """Another order every day, decided by chance that anybody can reckon again."""

    def lot(vendor: ListedVendor) -> bytes:
        return hashlib.sha256(f"{on.isoformat()}/{vendor.key}".encode()).digest()

    return sorted(vendors, key=lot)


def price_range(offers: Sequence[Offer]) -> Price | None:
    """From the lowest to the highest; None where units differ or nobody offers."""
    units = {offer.price.unit for offer in offers}
    if len(units) != 1:
        return None
    return Price(
        units.pop(),
        min(offer.price.lowest for offer in offers),
        max(offer.price.highest for offer in offers),
    )


def _related(catalog: Catalog, entry: Entry, most: int = 6) -> tuple[Entry, ...]:
    """Neighbors of the same category, once each."""
    own, seen = family_key(entry), set[str]()
    related: list[Entry] = []
    for other in catalog.entries.values():
        key = family_key(other)
        if other.category == entry.category and key != own and key not in seen:
            seen.add(key)
            related.append(other)
    return tuple(related[:most])
