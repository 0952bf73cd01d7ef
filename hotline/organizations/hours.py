"""Opening hours as OpenStreetMap writes them (`Mo-Fr 08:30-12:00,14:30-18:00; Sa 09:30-12:00`)."""

from datetime import datetime
from functools import lru_cache

from opening_hours import OpeningHours, validate

from hotline import clock


def is_valid(hours: str) -> bool:
    return bool(hours.strip()) and bool(validate(hours))


def is_open(hours: str, moment: datetime) -> bool:
    """Whether the moment lies in the hours, on the wall clock of the city."""
    return bool(_parsed(hours).is_open(clock.local(moment).replace(tzinfo=None)))


@lru_cache(maxsize=512)
def _parsed(hours: str) -> OpeningHours:
    return OpeningHours(hours)
