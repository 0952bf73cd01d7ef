"""Texts of proxy handling that are kept or read by people."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def phrase(key: str, **gaps: object) -> str:
    """A key that is missing is a bug and raises."""
    return _phrases()[key].format(**gaps)


@cache
def _phrases() -> Mapping[str, str]:
    listing = files("hotline.proxy") / "texts" / "zh-CN.json"
    words: dict[str, str] = json.loads(listing.read_text(encoding="utf-8"))
    return words
