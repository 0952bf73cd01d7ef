"""Ways into the directory: the most asked, life events, kinds, categories. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hotline.directory.entry import Entry
from hotline.portal.catalog import Catalog, one_per_family

KINDS = ("government", "assistance", "complaint", "convenience")
FEWEST_ASKED = 8
"""Entries that callers asked for before the shelf is called the most asked."""


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """A time of life and what is needed then: `entries` first, then whole categories."""

    key: str
    icon: str
    categories: tuple[str, ...]
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading."""

    name: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """`is_by_demand` tells an order by what callers asked from the directory's own."""

    entries: tuple[Entry, ...]
    is_by_demand: bool


def most_asked(catalog: Catalog, count: int) -> Shelf:
    """By real demand once there is some; until then one of each category in turn."""
    asked = sorted(catalog.demand.items(), key=lambda pair: -pair[1])
    known = [catalog.entries[key] for key, _ in asked if key in catalog.entries]
    wanted = one_per_family(known)
    if len(wanted) >= FEWEST_ASKED:
        rest = one_per_family((*wanted, *_in_turn(catalog)))
        return Shelf(rest[:count], is_by_demand=True)
    return Shelf(_in_turn(catalog)[:count], is_by_demand=False)


def categories_of(catalog: Catalog, kind: str) -> dict[str, int]:
    """First part of the category → how many services, in the order of the directory."""
    counts: dict[str, int] = {}
    for entry in one_per_family(catalog.entries.values()):
        if entry.kind == kind:
            top = top_of(entry)
            counts[top] = counts.get(top, 0) + 1
    return counts


def groups_of(catalog: Catalog, category: str) -> tuple[Group, ...]:
    """The services of a category by the second part of it."""
    within = [entry for entry in catalog.entries.values() if top_of(entry) == category]
    return grouped(within, by="second")


def life_groups(catalog: Catalog, event: LifeEvent) -> tuple[Group, ...]:
    """What a life event needs: the named entries under no heading, then by category."""
    named = [catalog.entries[key] for key in event.entries if key in catalog.entries]
    keys = {entry.id for entry in named}
    within = [
        entry
        for category in event.categories
        for entry in catalog.entries.values()
        if _is_within(entry, category) and entry.id not in keys
    ]
    first = (Group("", one_per_family(named)),) if named else ()
    return (*first, *grouped(within, by="second"))


def grouped(entries: Iterable[Entry], *, by: str) -> tuple[Group, ...]:
    """By the `first` or the `second` part of the category, services once each."""
    groups: dict[str, list[Entry]] = {}
    for entry in one_per_family(entries):
        name = top_of(entry) if by == "first" else entry.category.rpartition("/")[2]
        groups.setdefault(name, []).append(entry)
    return tuple(Group(name, tuple(found)) for name, found in groups.items())


def handled_by(catalog: Catalog, office_key: str) -> tuple[Entry, ...]:
    """Entries that an office answers for, by itself or as the branch of another."""
    heads = {
        head: district
        for head, by_district in catalog.branches.items()
        for district, branch in by_district.items()
        if branch == office_key
    }
    return tuple(
        entry
        for entry in catalog.entries.values()
        if entry.organization_id == office_key
        or (entry.organization_id in heads and entry.tier == "district" and not entry.districts)
    )


def top_of(entry: Entry) -> str:
    return entry.category.partition("/")[0]


@cache
def life_events() -> Mapping[str, LifeEvent]:
    listing = files("hotline.portal") / "listings" / "life_events.json"
    rows = json.loads(listing.read_text(encoding="utf-8"))
    return {
        row["key"]: LifeEvent(
            row["key"], row["icon"], tuple(row["categories"]), tuple(row["entries"])
        )
        for row in rows
    }


def _in_turn(catalog: Catalog) -> tuple[Entry, ...]:
    """The first of each category, then the second of each: no matter is put before another."""
    by_top: dict[str, list[Entry]] = {}
    for entry in one_per_family(catalog.entries.values()):
        if entry.kind in ("government", "convenience"):
            by_top.setdefault(top_of(entry), []).append(entry)
    ranked = [
        (place, number, entry)
        for number, entries in enumerate(by_top.values())
        for place, entry in enumerate(entries)
    ]
    return tuple(entry for _, _, entry in sorted(ranked, key=lambda row: row[:2]))


def _is_within(entry: Entry, category: str) -> bool:
    return entry.category == category or entry.category.startswith(f"{category}/")
