"""Workbooks that somebody sent: opened only where they unpack to a size, read only while they hold.

What is damaged or made to harm shows late, while rows are read, and as whatever error the library
happens to raise: all of them are one.
"""

import zlib
from collections.abc import Iterator, Sequence
from io import BytesIO
from lzma import LZMAError
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_UNPACKED = 200 * 1024 * 1024
MOST_MEMBERS = 1_000
_BROKEN = (
    AttributeError, BadZipFile, EOFError, LookupError, OSError, ParseError,
    LZMAError, RuntimeError, TypeError, ValueError, zlib.error,
)  # fmt: skip


class UnreadableWorkbook(Exception):
    """It is none, it is damaged, or it unpacks to too much."""


def open_workbook(content: bytes) -> "Workbook":
    """For `rows_of`: nothing of the sheets is read yet."""
    from openpyxl import load_workbook  # like all of openpyxl only where a workbook is at hand
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _require_small(content)
        return load_workbook(BytesIO(content), read_only=True)
    except (InvalidFileException, *_BROKEN) as error:
        raise UnreadableWorkbook from error


def rows_of(page: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    """Each row with its number, from 1."""
    try:
        yield from enumerate(page.iter_rows(), start=1)
    except _BROKEN as error:
        raise UnreadableWorkbook from error


def column_letter(number: int) -> str:
    """What a spreadsheet writes above its columns; 1 is A."""
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))


def _require_small(content: bytes) -> None:
    """By the directory of the archive; more than it says is never unpacked."""
    with ZipFile(BytesIO(content)) as archive:
        members = archive.infolist()
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED:
        raise UnreadableWorkbook
