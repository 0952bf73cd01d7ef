"""What dispatch itself says and writes, by key; Chinese, kept as data."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


def phrase(key: str, **params: object) -> str:
    return _shipped("zh-CN")[key].format_map(params)


def has_phrase(key: str) -> bool:
    return key in _shipped("zh-CN")


def yuan(cents: int) -> str:
    """As people write money: 120元, 120.50元."""
    whole, rest = divmod(cents, 100)
    return f"{whole}.{rest:02d}元" if rest else f"{whole}元"


@cache
def _shipped(language: str) -> Mapping[str, str]:
    listing = files("hotline.dispatch") / "texts" / f"{language}.json"
    texts: dict[str, str] = json.loads(listing.read_text(encoding="utf-8"))
    return texts
