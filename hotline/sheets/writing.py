"""How the pages of a workbook look: widths, headings set apart, formats; written by openpyxl."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from hotline import clock
from hotline.sheets import Column, Kind, Sheet, Value, guarded, sheet_name

_WIDEST, _NARROWEST = 48, 8

_HEADING = Font(bold=True)
_TITLE = Font(bold=True, size=14)
_NOTE = Font(color="595959")
_FILL = PatternFill("solid", fgColor="E8EEF4")
_RULE = Border(top=Side(style="thin"))


def write_pages(sheets: Sequence[Sheet]) -> bytes:
    """The bytes of an .xlsx file."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _write_sheet(book.create_sheet(sheet_name(sheet.name)), sheet)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _write_sheet(page: Worksheet, sheet: Sheet) -> None:
    above = list(_above(sheet))
    for number, (text, font) in enumerate(above, start=1):
        _put(page.cell(number, 1), text, Kind.TEXT).font = font
    top = len(above) + 1
    for position, column in enumerate(sheet.columns, start=1):
        cell = _put(page.cell(top, position), column.heading, Kind.TEXT)
        cell.font, cell.fill = _HEADING, _FILL
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    for number, row in enumerate(sheet.rows, start=top + 1):
        _write_row(page, number, sheet.columns, row)
    last = top + len(sheet.rows)
    if sheet.total is not None:
        for cell in _write_row(page, last + 1, sheet.columns, sheet.total):
            cell.font, cell.border = _HEADING, _RULE
    _lay_out(page, sheet, top=top, last=last)


def _above(sheet: Sheet) -> Iterator[tuple[str, Font]]:
    if sheet.title:
        yield sheet.title, _TITLE
    for note in sheet.notes:
        yield note, _NOTE


def _write_row(
    page: Worksheet, number: int, columns: Sequence[Column], row: Sequence[Value]
) -> list[Cell]:
    cells = []
    for position, (column, value) in enumerate(zip(columns, row, strict=True), start=1):
        cells.append(_put(page.cell(number, position), value, column.kind))
    return cells


def _put(cell: object, value: Value, kind: Kind) -> Cell:
    assert isinstance(cell, Cell)  # merged cells are never made here
    if isinstance(value, str):
        cell.value = guarded(value)
        cell.data_type = "s"
    else:
        cell.value = _written(value, kind)
        cell.number_format = kind.value
    return cell


def _written(value: Value, kind: Kind) -> Value:
    """Excel knows no time zones: moments are those of the city's wall clock."""
    if isinstance(value, datetime):
        return clock.local(value).replace(tzinfo=None)
    if kind is Kind.MONEY and isinstance(value, int):
        return Decimal(value) / 100
    return value


def _lay_out(page: Worksheet, sheet: Sheet, *, top: int, last: int) -> None:
    end = get_column_letter(len(sheet.columns))
    page.freeze_panes = f"A{top + 1}"
    if sheet.rows:
        page.auto_filter.ref = f"A{top}:{end}{last}"
    page.print_title_rows = f"{top}:{top}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for position, column in enumerate(sheet.columns):
        shown = [column.heading, *(_shown(row[position], column.kind) for row in sheet.rows)]
        width = max(_width(text) for text in shown) + 3
        letter = get_column_letter(position + 1)
        page.column_dimensions[letter].width = min(max(width, _NARROWEST), _WIDEST)


def _shown(value: Value, kind: Kind) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if kind in (Kind.DATE, Kind.MOMENT):
        return kind.value
    return f"¥{value / 100:,.2f}" if isinstance(value, int) and kind is Kind.MONEY else f"{value}"


def _width(text: str) -> int:
    """Chinese characters take two columns."""
    lines = text.splitlines() or [""]
    return max(sum(2 if east_asian_width(one) in "FW" else 1 for one in line) for line in lines)
