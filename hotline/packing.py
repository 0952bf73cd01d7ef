"""Files that are sent compressed to whoever takes that."""

import gzip
from functools import lru_cache
from pathlib import Path

from fastapi import Request

_NOT_AT_ALL = ("q=0", "q=0.0", "q=0.00", "q=0.000")


def takes_gzip(request: Request) -> bool:
    return accepts_gzip(request.headers.get("accept-encoding", ""))


def accepts_gzip(accepted: str) -> bool:
    """By `Accept-Encoding`; a weight of nothing is a refusal."""
    named = (part.partition(";") for part in accepted.split(","))
    return any(
        kind.strip() == "gzip" and weight.strip() not in _NOT_AT_ALL for kind, _, weight in named
    )


@lru_cache(maxsize=256)
def packed(file: Path) -> bytes:
    """For files whose names change with their content."""
    return gzip.compress(file.read_bytes(), mtime=0)
