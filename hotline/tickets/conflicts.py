"""Whether an organization is named in what was said against somebody. Pure."""

from collections.abc import Iterable

# Shorter aliases ("物业") are words of every day and name nobody in particular.
_SHORTEST = 4


def is_named(name: str, short_name: str, aliases: Iterable[str], *, said: str) -> bool:
    """By its full name always; by its short name or an alias when that is distinctive."""
    known = [name, *(other for other in (short_name, *aliases) if len(other) >= _SHORTEST)]
    return any(each and each in said for each in known)
