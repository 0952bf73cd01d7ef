"""What the hotline itself writes into a ticket, by key; Chinese, kept as data."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def phrase(key: str, **params: object) -> str:
    return _shipped("zh-CN")[key].format_map(params)


@cache
def _shipped(language: str) -> Mapping[str, str]:
    listing = files("hotline.tickets") / "texts" / f"{language}.json"
    texts: dict[str, str] = json.loads(listing.read_text(encoding="utf-8"))
    return texts
