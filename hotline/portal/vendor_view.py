"""Which services for the home are on offer, by whom and for how much. Pure."""

from dataclasses import dataclass
from datetime import datetime

from hotline.directory.entry import Entry
from hotline.portal.browse import top_of
from hotline.portal.catalog import Catalog, Price
from hotline.portal.entry_view import offers_for, price_range


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
