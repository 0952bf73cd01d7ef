"""How much two matters are the same: by words, place, subject and nearness in time. Pure."""

import math
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hotline.tickets.search import grams

NEAR_METERS = 300.0
RECENT = timedelta(days=30)
LEAST = 0.5
LEAST_OF_OWN = 0.25
_EARTH_METERS = 6_371_000.0
_WEIGHTS = {"words": 0.45, "place": 0.35, "subject": 0.2}


class Likeness(StrEnum):
    """Why a ticket is shown."""

    SAME_CALLER = "same_caller"
    SAME_SUBJECT = "same_subject"
    SAME_PLACE = "same_place"
    NEAR_PLACE = "near_place"
    SIMILAR_WORDS = "similar_words"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with a name; coordinates in degrees."""

    name: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Matter:
    """What is compared: masked words, the names of places in them, the masked address."""

    words: str
    at: datetime
    subject_code: str | None = None
    entry_key: str | None = None
    address: str | None = None
    caller: bytes | None = None
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class Resemblance:
    score: float
    reasons: tuple[Likeness, ...]

    @property
    def is_same_caller(self) -> bool:
        return Likeness.SAME_CALLER in self.reasons

    @property
    def counts(self) -> bool:
        """Whoever called before may say it in other words; strangers must be much alike."""
        return self.score >= (LEAST_OF_OWN if self.is_same_caller else LEAST)


def resemblance(new: Matter, old: Matter) -> Resemblance:
    """0 to 1, newer ones a little more, and the reasons."""
    words = overlap(grams(new.words), grams(old.words))
    place, why = _place(new, old)
    is_subject = _is_same_subject(new, old)
    score = _WEIGHTS["words"] * words + _WEIGHTS["place"] * place + _WEIGHTS["subject"] * is_subject
    fresh = 1 - 0.1 * min(1.0, (new.at - old.at) / RECENT)
    told = {
        Likeness.SAME_CALLER: new.caller is not None and new.caller == old.caller,
        Likeness.SAME_SUBJECT: is_subject,
        Likeness.SIMILAR_WORDS: words >= 0.4,
    }
    reasons = [reason for reason, holds in told.items() if holds]
    return Resemblance(round(score * fresh, 3), (*reasons, *([why] if why else [])))


def overlap(one: Collection[str], other: Collection[str]) -> float:
    """Dice's coefficient: 2·|A∩B| / (|A|+|B|)."""
    total = len(one) + len(other)
    return 2 * len(set(one).intersection(other)) / total if total else 0.0


def meters_between(one: Spot, other: Spot) -> float:
    """Haversine."""
    lat, lat_other = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (lat_other - lat) / 2, math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat) * math.cos(lat_other) * math.sin(half_lon) ** 2
    return 2 * _EARTH_METERS * math.asin(math.sqrt(chord))


def _is_same_subject(new: Matter, old: Matter) -> bool:
    by_subject = new.subject_code is not None and new.subject_code == old.subject_code
    return by_subject or (new.entry_key is not None and new.entry_key == old.entry_key)


def _place(new: Matter, old: Matter) -> tuple[float, Likeness | None]:
    """The same named place or address is 1; within 300 m it is less the farther."""
    addresses = _address_likeness(new, old)
    if {spot.name for spot in new.spots} & {spot.name for spot in old.spots} or addresses >= 0.8:
        return 1.0, Likeness.SAME_PLACE
    distances = [meters_between(a, b) for a in new.spots for b in old.spots]
    nearest = min(distances, default=math.inf)
    if nearest <= NEAR_METERS:
        return 1 - nearest / NEAR_METERS / 2, Likeness.NEAR_PLACE
    return addresses, None


def _address_likeness(new: Matter, old: Matter) -> float:
    if not new.address or not old.address:
        return 0.0
    return overlap(grams(new.address), grams(old.address))
