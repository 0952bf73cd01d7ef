"""Where an organization hangs in the tree. Pure.

A district must see whatever its own units hold, so a unit of a district hangs below that
district even when its line of command leads to a department of the city.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """What the files say of an organization: its district and the key of its parent."""

    district: str | None
    belongs_to: str | None


def parent_key(
    listed: Listed, others: Mapping[str, Listed], nodes: Mapping[str | None, str]
) -> str:
    """The key to hang it under. `nodes` names the city (None) and each district."""
    listed_parent = others.get(listed.belongs_to or "")
    if listed_parent is not None and listed_parent.district == listed.district:
        return listed.belongs_to or ""
    return nodes[listed.district]


def in_cycles(belongs_to: Mapping[str, str | None]) -> frozenset[str]:
    """The keys whose line of command comes back to themselves."""
    return frozenset(key for key in belongs_to if _comes_back(key, belongs_to))


def _comes_back(key: str, belongs_to: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    above = belongs_to.get(key)
    while above is not None and above not in seen:
        if above == key:
            return True
        seen.add(above)
        above = belongs_to.get(above)
    return False
