"""Opening hours as OpenStreetMap writes them (`Mo-Fr 08:30-12:00,14:30-18:00; Sa 09:30-12:00`)."""

from datetime import UTC, datetime
from functools import lru_cache

from opening_hours import OpeningHours, validate

from hotline import clock


def is_valid(hours: str) -> bool:
    return bool(hours.strip()) and bool(validate(hours))


def is_open(hours: str, moment: datetime) -> bool:
    """Whether the moment lies in the hours, on the wall clock of the city."""
    return bool(_parsed(hours).is_open(clock.local(moment).replace(tzinfo=None)))


def opens_next(hours: str, moment: datetime) -> datetime | None:
    """When a place that is closed opens; None where it never does."""
    here = clock.local(moment).replace(tzinfo=None)
    found = _parsed(hours).next_change(here)
    return found.replace(tzinfo=clock.LOCAL).astimezone(UTC) if found is not None else None


@lru_cache(maxsize=512)
def _parsed(hours: str) -> OpeningHours:
    return OpeningHours(hours)
