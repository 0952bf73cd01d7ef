"""The tables of HSDS 3.0: their files, columns and references. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: string, number, date, time, datetime, or a string that is a uuid, uri or email."""

    name: str
    kind: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Table:
    """`refers`: column → the table whose `id` it holds."""

    name: str
    file: str
    columns: tuple[Column, ...]
    refers: Mapping[str, str]


@cache
def tables() -> Mapping[str, Table]:
    listing = files("hotline.opendata.hsds") / "tables.json"
    rows = json.loads(listing.read_text(encoding="utf-8"))
    return {
        name: Table(name, row["file"], tuple(map(_column, row["columns"])), row["refers"])
        for name, row in rows.items()
    }


def _column(written: str) -> Column:
    """`id:uuid!` is a required column of that kind."""
    name, _, kind = written.removesuffix("!").partition(":")
    return Column(name, kind or "string", written.endswith("!"))
