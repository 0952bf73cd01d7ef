"""What a search shows, from what the matcher understood. Pure."""

from dataclasses import dataclass
from functools import lru_cache

from hotline.directory.entry import Entry
from hotline.matching.normalize import normalize
from hotline.matching.values import Decision, Understanding
from hotline.portal.catalog import Catalog, Office, ShortNumber

LONGEST = 200
_MOST_OFFICES = 5
_MOST_NUMBERS = 4


@dataclass(frozen=True, slots=True)
class SearchView:
    """`best` is set only when the matcher would answer a caller with it at once.

    `best_versions` are there to choose from while nobody said which district it is about.
    """

    q: str
    district: str | None
    is_place_known: bool
    emergency: ShortNumber | None
    asks_for_person: bool
    best: Entry | None
    best_versions: tuple[Entry, ...]
    others: tuple[Entry, ...]
    offices: tuple[Office, ...]
    numbers: tuple[ShortNumber, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.best or self.others or self.offices or self.numbers)


def search_view(
    catalog: Catalog, q: str, district: str | None, understood: Understanding
) -> SearchView:
    place = district or understood.district
    entries = _for_district(catalog, understood, place)
    is_sure = understood.decision == Decision.ANSWER and bool(entries)
    if understood.decision == Decision.CONTROL:
        entries = ()
    best = entries[0] if is_sure else None
    versions = catalog.versions_of(best) if best and place is None else ()
    return SearchView(
        q=q,
        district=district,
        is_place_known=place is not None,
        emergency=emergency_of(catalog, understood.emergency),
        asks_for_person=understood.control == "human",
        best=best,
        best_versions=versions if len(versions) > 1 else (),
        others=entries[1:] if is_sure else entries,
        offices=_offices(catalog, q, district),
        numbers=_numbers(catalog, q),
    )


def emergency_of(catalog: Catalog, number: str | None) -> ShortNumber | None:
    """The number to dial, with its name where the city lists it."""
    if number is None:
        return None
    unlisted = ShortNumber(number, "", "", is_emergency=True, is_merged=False)
    return catalog.number_named(number) or unlisted


def _for_district(
    catalog: Catalog, understood: Understanding, district: str | None
) -> tuple[Entry, ...]:
    """The found entries, each in its version for the district."""
    found: dict[str, Entry] = {}
    for match in understood.results:
        entry = catalog.entries.get(match.entry_id)
        if entry is not None:
            fitting = catalog.version_for(entry, district)
            found.setdefault(fitting.id, fitting)
    return tuple(found.values())


def _offices(catalog: Catalog, q: str, district: str | None) -> tuple[Office, ...]:
    """Offices that are named in what was typed, or whose name it is part of."""
    said = normalize(q)
    named = [
        office
        for office in catalog.offices.values()
        if office.tier == "unit" and _is_named(office, said)
        if district is None or office.district in (None, district)
    ]
    return tuple(named[:_MOST_OFFICES])


def _is_named(office: Office, said: str) -> bool:
    names = [_normal(name) for name in (office.name, office.short_name, *office.aliases)]
    if len(said) < 2:
        return False
    return any(said in name or (len(name) > 2 and name in said) for name in names)


def _numbers(catalog: Catalog, q: str) -> tuple[ShortNumber, ...]:
    """Short numbers that were typed, or whose name was."""
    said = normalize(q)
    if len(said) < 2:
        return ()
    found = [
        number
        for number in catalog.numbers
        if number.number == said or said in _normal(number.name)
    ]
    return tuple(found[:_MOST_NUMBERS])


@lru_cache(maxsize=4_096)
def _normal(name: str) -> str:
    """Names of the directory come again with every search."""
    return normalize(name)
