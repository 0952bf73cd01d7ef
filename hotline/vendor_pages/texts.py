"""What the pages say, by key; Chinese first, kept as data."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def t(key: str, **params: object) -> str:
    return _shipped("zh-CN")[key].format_map(params)


@cache
def _shipped(language: str) -> Mapping[str, str]:
    listing = files("hotline.vendor_pages") / "texts" / f"{language}.json"
    texts: dict[str, str] = json.loads(listing.read_text(encoding="utf-8"))
    return texts
