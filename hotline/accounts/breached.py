"""Passwords that are known from breaches: a list that ships, and a file of the operator's own.

Nothing leaves the machine. The operator's file holds SHA-1 hashes in order, as the public
collection of breached passwords is distributed (`HASH:count`): it is searched, never loaded.
"""

import asyncio
import hashlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import IO

_HASH = re.compile(rb"[0-9A-Fa-f]{40}(:\d+)?\s*")
_ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")


@dataclass(frozen=True, slots=True)
class BreachedFile:
    """The operator's file. Raises ValueError at once where it is not what it should be."""

    path: Path

    def __post_init__(self) -> None:
        with self.path.open("rb") as listing:
            if not _HASH.fullmatch(listing.readline(200)):
                raise ValueError(f"{self.path.name}: no SHA-1 hashes in order")

    def holds(self, password: str) -> bool:
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        with self.path.open("rb") as listing:
            return _line_from(listing, wanted).upper().startswith(wanted)


async def is_breached(password: str, own: BreachedFile | None) -> bool:
    """Off the event loop, since the file may lie on a slow disk."""
    if is_well_known(password):
        return True
    return own is not None and await asyncio.to_thread(own.holds, password)


def is_well_known(password: str) -> bool:
    """Whether it is on the list that ships, also with digits and signs put around it. Pure."""
    text = unicodedata.normalize("NFKC", password).casefold()
    return text in well_known() or _ENDS.sub("", text) in well_known()


@lru_cache(maxsize=1)
def well_known() -> frozenset[str]:
    """The most used passwords of eight characters and more."""
    listing = files("hotline.accounts").joinpath("breached.txt").read_text(encoding="utf-8")
    return frozenset(listing.split("\n")) - {""}


def _line_from(listing: IO[bytes], wanted: bytes) -> bytes:
    """The first line that is not before `wanted`: a search by halves over bytes."""
    listing.seek(0, 2)
    low, high = 0, listing.tell()
    while low < high:
        middle = (low + high) // 2
        line = _line_after(listing, middle)
        if line and line[:40].upper() < wanted:
            low = middle + 1
        else:
            high = middle
    return _line_after(listing, low)


def _line_after(listing: IO[bytes], offset: int) -> bytes:
    """The first whole line that begins at the offset or behind it."""
    listing.seek(max(offset - 1, 0))
    if offset:
        listing.readline()
    return listing.readline()
