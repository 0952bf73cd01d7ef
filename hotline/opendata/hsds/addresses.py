"""What an address needs beside the street: province and postal code. Pure."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

COUNTRY = "CN"
_UNKNOWN = "000000"


@dataclass(frozen=True, slots=True)
class Postal:
    province: str
    code: str


@cache
def postal_of(city_key: str, district: str | None) -> Postal:
    """The standard wants a code in every address; a city that is not listed has none."""
    listing = files("hotline.opendata.hsds") / "postal.json"
    city = json.loads(listing.read_text(encoding="utf-8")).get(city_key)
    if city is None:
        return Postal("", _UNKNOWN)
    return Postal(city["province"], city["districts"].get(district, city["code"]))
