"""Which services for the home are on offer, by whom and for how much. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hotline import clock
from hotline.directory.entry import Entry
from hotline.directory.vendors import may_be_sent
from hotline.organizations.hours import is_open
from hotline.portal.browse import top_of
from hotline.portal.catalog import Catalog, ListedVendor, Price
from hotline.portal.entry_view import neutral_order, offers_for, price_range


@dataclass(frozen=True, slots=True)
class OnOffer:
    entry: Entry
    vendor_count: int
    price: Price | None


@dataclass(frozen=True, slots=True)
class OfferSection:
    category: str
    services: tuple[OnOffer, ...]


def services_on_offer(catalog: Catalog, moment: datetime) -> tuple[OfferSection, ...]:
    """Services that somebody may be sent for today, by category."""
    by_category: dict[str, list[OnOffer]] = {}
    for entry in catalog.entries.values():
        if entry.handoff == "dispatch":
            offers = offers_for(catalog, entry, moment)
            offered = OnOffer(entry, len(offers), price_range(offers))
            by_category.setdefault(top_of(entry), []).append(offered)
    return tuple(OfferSection(name, tuple(found)) for name, found in by_category.items())


@dataclass(frozen=True, slots=True)
class Firm:
    """A vetted firm: what it may be sent for today, at which price, and until when on which
    papers."""

    vendor: ListedVendor
    services: tuple[tuple[Entry, Price], ...]
    is_open: bool


def firm_counts(catalog: Catalog, moment: datetime) -> Mapping[str, int]:
    """Category → firms that may be sent for something today, in the order of the directory."""
    counts: dict[str, int] = {}
    for vendor in catalog.vendors:
        if _services_of(catalog, vendor, moment):
            counts[vendor.category] = counts.get(vendor.category, 0) + 1
    return counts


def firms_of(catalog: Catalog, category: str, moment: datetime) -> tuple[Firm, ...]:
    """In an order that favors nobody."""
    own = [vendor for vendor in catalog.vendors if vendor.category == category]
    firms = (
        Firm(vendor, _services_of(catalog, vendor, moment), is_open(vendor.hours, moment))
        for vendor in neutral_order(own, clock.local(moment).date())
    )
    return tuple(firm for firm in firms if firm.services)


def _services_of(
    catalog: Catalog, vendor: ListedVendor, moment: datetime
) -> tuple[tuple[Entry, Price], ...]:
    today = clock.local(moment).date()
    return tuple(
        (catalog.entries[key], price)
        for key, price in vendor.prices.items()
        if key in catalog.entries and may_be_sent(vendor, key, on=today)
    )
