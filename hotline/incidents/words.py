"""The sentences that people read about incidents, by key."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def text(key: str, **params: str | int) -> str:
    return _shipped()[key].format_map(params)


@cache
def _shipped() -> Mapping[str, str]:
    listing = files("hotline.incidents") / "texts" / "zh-CN.json"
    texts: dict[str, str] = json.loads(listing.read_text(encoding="utf-8"))
    return texts
