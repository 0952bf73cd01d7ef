"""Workbooks (Excel): headings, real numbers and dates, and no text that is taken for a formula.

Money is given in cents. A text that a spreadsheet would compute (`=`, `+`, `-`, `@` first) is kept
as text and carries an apostrophe, as OWASP advises for files that may be saved as CSV; telephone
numbers and plain figures do not need it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Value = str | int | float | Decimal | date | datetime | None

_COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FIGURE = re.compile(r"[+-]?[\d ().,%:-]*")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")


class Kind(StrEnum):
    """What a column holds; `MONEY` cents, `PERCENT` a share of one, `MOMENT` an aware time."""

    TEXT = "@"
    COUNT = "#,##0"
    NUMBER = "#,##0.00"
    MONEY = '"¥"#,##0.00;[Red]-"¥"#,##0.00'
    PERCENT = "0.0%"
    DATE = "yyyy-mm-dd"
    MOMENT = "yyyy-mm-dd hh:mm"


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """`title` and `notes` stand above the headings; `total` is a last row, set apart."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    title: str | None = None
    notes: Sequence[str] = ()
    total: Sequence[Value] | None = None


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """The bytes of an .xlsx file."""
    from hotline.sheets.writing import (
        write_pages,
    )  # openpyxl: a quarter of a second that no call needs

    return write_pages(sheets)


def guarded(text: str) -> str:
    """The text as no spreadsheet computes it; also for CSV."""
    text = _UNPRINTABLE.sub(" ", text)
    is_computed = text.lstrip(" ").startswith(_COMPUTED) and not _FIGURE.fullmatch(text)
    return f"'{text}" if is_computed else text


def unguarded(text: str) -> str:
    """What a person wrote, of a text that came back from a sheet."""
    bare = text.removeprefix("'")
    return bare if bare.lstrip(" ").startswith(_COMPUTED) else text


def sheet_name(name: str) -> str:
    """At most 31 characters, without those that Excel refuses."""
    return _NOT_IN_A_NAME.sub(" ", name)[:31]
