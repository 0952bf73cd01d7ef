"""Whether work may be reported done without a photo of it: by category, as data. Pure.

Where the work is care of a person, none is asked for.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from hotline.dispatch.states import DonePhoto

_WITHOUT: Mapping[tuple[bool, bool], DonePhoto | None] = MappingProxyType(
    {
        # Told to an agent by telephone, or by text message, where no photo can be given.
        (True, False): DonePhoto.OWED,
        (True, True): DonePhoto.EXCUSED,
        # A page takes photos, so there is no way around them.
        (False, False): None,
        (False, True): None,
    }
)
"""Whether it was only told, and with a reason for there being no photo → what is kept; None:
refused."""


def photos_asked(category: str) -> int:
    """By the category as the directory writes it, "家政/保洁"; the nearest that says so counts."""
    asked = _asked()
    while category not in asked and "/" in category:
        category = category.rpartition("/")[0]
    return asked.get(category, 0)


def photos_lacking(category: str, given: int) -> int:
    return max(0, photos_asked(category) - given)


def reported_with(
    category: str, given: int, *, is_told: bool, is_excused: bool
) -> DonePhoto | None:
    """What the order says of its photo once the work is reported done; None: it may not be yet."""
    if photos_asked(category) == 0:
        return DonePhoto.UNASKED
    if photos_lacking(category, given) == 0:
        return DonePhoto.GIVEN
    return _WITHOUT[is_told, is_excused]


@cache
def _asked() -> Mapping[str, int]:
    listing = files("hotline.dispatch") / "texts" / "done_photos.json"
    asked: dict[str, int] = json.loads(listing.read_text(encoding="utf-8"))
    return asked
