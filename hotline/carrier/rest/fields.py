"""Form fields of a request, read as the API documents them."""

import re
from collections.abc import Sequence

_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
_TRUE = frozenset({"true", "1", "yes"})


class Fields:
    """Fields in the order given; a name may occur more than once."""

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self._pairs = pairs

    def __contains__(self, name: str) -> bool:
        return any(given == name for given, _ in self._pairs)

    def text(self, name: str) -> str | None:
        """The last value, or nothing where it is absent or blank."""
        values = self.every(name)
        return values[-1] if values and values[-1].strip() else None

    def every(self, name: str) -> list[str]:
        return [value for given, value in self._pairs if given == name]

    def words(self, name: str) -> tuple[str, ...]:
        """Values of a list: the field repeated, or once with spaces."""
        return tuple(word for value in self.every(name) for word in value.split())

    def boolean(self, name: str, *, default: bool = False) -> bool:
        value = self.text(name)
        return default if value is None else value.strip().lower() in _TRUE

    def whole(self, name: str) -> int | None:
        """The number; nothing where it is absent. Raises `ValueError` where it is none."""
        value = self.text(name)
        if value is None:
            return None
        if not _WHOLE.fullmatch(value.strip()):
            raise ValueError(name)
        return int(value)
