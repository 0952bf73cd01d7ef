"""Whose requests: the city, or one of its districts. Pure."""

from dataclasses import dataclass

from hotline.opendata.georeport.arguments import Arguments
from hotline.opendata.georeport.faults import not_found
from hotline.portal.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """`district` by its Chinese name; null is the whole city."""

    key: str
    name: str
    district: str | None = None


def jurisdictions(catalog: Catalog) -> tuple[Jurisdiction, ...]:
    city = Jurisdiction(catalog.city.key, catalog.city.name)
    return (city, *(Jurisdiction(one.key, one.name, one.district) for one in catalog.districts))


def asked_jurisdiction(catalog: Catalog, arguments: Arguments) -> Jurisdiction:
    """The city where none is named, since one endpoint serves one city."""
    asked = arguments.get("jurisdiction_id")
    all_here = jurisdictions(catalog)
    found = [one for one in all_here if asked in ("", one.key)]
    if not found:
        raise not_found("jurisdiction_id")
    return found[0]
