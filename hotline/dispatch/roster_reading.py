"""Read the vendors' workbook with every fault by sheet, row and cell. No database."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hotline.dispatch.ledger_words import word
from hotline.dispatch.roster_columns import SHEETS, CellUnfit, Field, sheet_title
from hotline.workbooks import UnreadableWorkbook, column_letter, open_workbook, rows_of

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_ROWS = 5_000
_MOST_BLANK = 200


@dataclass(frozen=True, slots=True, order=True)
class SheetFault:
    """`row` counts from 1; 0 is the sheet as a whole. `field` may be empty."""

    sheet: str
    row: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Row:
    sheet: str
    number: int
    cells: dict[str, Any]

    def fault(self, name: str, message: str) -> SheetFault:
        return SheetFault(self.sheet, self.number, name, message)


@dataclass
class Book:
    """What a workbook says, by sheet; `letters` the column of each field."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    letters: dict[tuple[str, str], str] = field(default_factory=dict)
    faults: list[SheetFault] = field(default_factory=list)

    def cell_of(self, fault: SheetFault) -> str | None:
        letter = self.letters.get((fault.sheet, fault.field))
        return f"{letter}{fault.row}" if letter and fault.row else None


def read_roster(content: bytes) -> Book:
    book = Book()
    try:
        _read_pages(book, open_workbook(content))
    except UnreadableWorkbook:
        book.faults.append(SheetFault("vendors", 0, "", word("roster.no_workbook")))
    return book


def _read_pages(book: Book, pages: "Workbook") -> None:
    for name, fields in SHEETS.items():
        book.rows[name] = []
        if sheet_title(name) not in pages.sheetnames:
            told = word("roster.no_sheet", sheet=sheet_title(name))
            book.faults.append(SheetFault(name, 0, "", told))
            continue
        _read_sheet(book, name, fields, rows_of(pages[sheet_title(name)]))


def _read_sheet(
    book: Book, name: str, fields: Sequence[Field], rows: Iterator[tuple[int, Sequence[Any]]]
) -> None:
    _, headings = next(rows, (0, ()))
    places = _places(book, name, fields, [cell.value for cell in headings])
    for number, cells in _written(rows):
        if len(book.rows[name]) == MOST_ROWS:
            book.faults.append(SheetFault(name, 0, "", word("roster.too_long", most=MOST_ROWS)))
            return
        row = Row(name, number, {})
        for place, one in places.items():
            cell = cells[place] if place < len(cells) else None
            try:
                row.cells[one.name] = one.read(_value(cell))
            except CellUnfit as unfit:
                book.faults.append(row.fault(one.name, str(unfit)))
        book.rows[name].append(row)


def _places(
    book: Book, name: str, fields: Sequence[Field], headings: Sequence[Any]
) -> dict[int, Field]:
    """Which column holds which field that counts."""
    known = {one.heading: one for one in fields}
    places: dict[int, Field] = {}
    for place, heading in enumerate(headings):
        text = str(heading or "").strip()
        one = known.get(text)
        if one is not None and not one.is_shown_only:
            places[place] = one
            book.letters[name, one.name] = column_letter(place + 1)
        elif text and one is None:
            told = word("roster.unknown_column", heading=text[:20])
            book.faults.append(SheetFault(name, 1, "", told))
    found = {one.name for one in places.values()}
    for one in fields:
        if not one.is_shown_only and one.name not in found:
            told = word("roster.no_column", heading=one.heading)
            book.faults.append(SheetFault(name, 1, "", told))
    return places


def _written(rows: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[tuple[int, Sequence[Any]]]:
    """Blank rows are passed over; a long run of them is the end of what was written."""
    blank = 0
    for number, cells in rows:
        if any(cell.value not in (None, "") for cell in cells):
            blank = 0
            yield number, cells
        elif (blank := blank + 1) > _MOST_BLANK:
            return


def _value(cell: Any) -> Any:
    if cell is None or cell.value is None:
        return None
    if cell.data_type == "f":
        raise CellUnfit(word("roster.formula"))
    if cell.data_type == "e":
        raise CellUnfit(word("roster.error_value", value=cell.value))
    return cell.value
