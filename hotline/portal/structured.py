"""A service as search engines read it: schema.org GovernmentService in JSON-LD. Pure."""

import json
from typing import Any

from hotline.portal.catalog import Catalog, Office
from hotline.portal.entry_view import EntryView

_CONTEXT = "https://schema.org"


def structured(catalog: Catalog, view: EntryView, canonical: str) -> str:
    """Safe within a script element: `<` never stands there as itself."""
    text = json.dumps(_service(catalog, view, canonical), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("&", "\\u0026")


def _service(catalog: Catalog, view: EntryView, canonical: str) -> dict[str, Any]:
    entry = view.entry
    is_vendors = entry.kind == "convenience"
    shown: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "Service" if is_vendors else "GovernmentService",
        "@id": canonical,
        "url": canonical,
        "name": entry.name,
        "alternateName": list(entry.aliases[:5]),
        "description": entry.summary,
        "serviceType": entry.category,
        "areaServed": [
            {"@type": "AdministrativeArea", "name": name}
            for name in entry.districts or (catalog.city.name,)
        ],
        "provider": [_office(place.office) for place in view.places] or [_office(catalog.city)],
        "availableChannel": {
            "@type": "ServiceChannel",
            "servicePhone": {"@type": "ContactPoint", "telephone": catalog.city.phone or "114"},
            "serviceUrl": canonical,
        },
    }
    if entry.audience:
        shown["audience"] = {"@type": "Audience", "audienceType": "、".join(entry.audience)}
    return shown


def _office(office: Office) -> dict[str, Any]:
    is_government = office.kind == "government"
    shown: dict[str, Any] = {
        "@type": "GovernmentOrganization" if is_government else "Organization",
        "name": office.name,
    }
    if office.phone:
        shown["telephone"] = office.phone
    if office.address:
        shown["address"] = office.address
    if office.lat is not None and office.lon is not None:
        at = {"@type": "GeoCoordinates", "latitude": office.lat, "longitude": office.lon}
        shown["location"] = {"@type": "Place", "geo": at}
    if office.hours:
        shown["openingHours"] = office.hours.split("; ")
    return shown
