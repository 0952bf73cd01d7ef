"""What the ledger, its statements and reports say, by key; Chinese, kept as data."""

import json
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files

from hotline.dispatch.ledger import EntryKind


def word(key: str, **params: object) -> str:
    return _shipped()[key].format_map(params)


def kind_word(kind: str) -> str:
    return word(f"kind.{EntryKind(kind)}")


def named(group: str, one: StrEnum) -> str:
    return word(f"{group}.{one}")


def month_word(month: date) -> str:
    return word("month", year=month.year, month=month.month)


@cache
def _shipped() -> Mapping[str, str]:
    listing = files("hotline.dispatch") / "texts" / "settlement.zh-CN.json"
    words: dict[str, str] = json.loads(listing.read_text(encoding="utf-8"))
    return words
