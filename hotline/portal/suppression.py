"""Small numbers are not told, nor any number from which one of them could be reckoned. Pure."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

FEWEST = 5
"""Below this a number may point to a person."""

Part = TypeVar("Part", bound=Hashable)


def is_small(count: int) -> bool:
    """Nothing at all points to nobody."""
    return 0 < count < FEWEST


def hidden_parts(parts: Mapping[Part, int]) -> frozenset[Part]:
    """Which parts of a whole stay untold while the whole is told.

    One hidden part is the whole less the others, and several that add up to few are few: then
    the smallest part that could be told is hidden as well.
    """
    hidden = {part for part, count in parts.items() if is_small(count)}
    if not hidden:
        return frozenset()
    shown = sorted((count, str(part), part) for part, count in parts.items() if count >= FEWEST)
    while shown and (len(hidden) < 2 or sum(parts[part] for part in hidden) < FEWEST):
        hidden.add(shown.pop(0)[2])
    return frozenset(hidden)
