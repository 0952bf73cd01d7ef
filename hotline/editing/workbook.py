"""Entries as a workbook: written, and read with every fault by row and cell. No database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic import ValidationError

from hotline.directory.faults import Fault, faults_of
from hotline.directory.reading import DirectoryFiles, Located
from hotline.directory.rows import ServiceRow
from hotline.editing.columns import BY_HEADING, FIELDS, NULLABLE, SHEET, CellUnfit, Field
from hotline.sheets import Column, Sheet, write_workbook
from hotline.workbooks import UnreadableWorkbook, column_letter, open_workbook, rows_of

MOST_ROWS = 20_000
_MOST_BLANK = 200
_UNREADABLE = "不是可以读取的 Excel 工作簿（.xlsx），或文件已损坏、解开后太大"


class SheetReader:
    """Reads a workbook piece by piece; `found` holds the rows and the faults so far."""

    def __init__(self, name: str, content: bytes) -> None:
        self.found = DirectoryFiles()
        self.row_count = 0
        self.letters: dict[str, str] = {}
        self._name = name
        self._fields: dict[int, Field] = {}
        self._rows = self._opened(content)

    def read(self, count: int) -> int:
        """Read up to `count` more rows; how many there were."""
        taken = 0
        try:
            for number, cells in islice(self._rows, count):
                if number > MOST_ROWS + 1:  # more than the sheet said of itself
                    self._rows = self._too_many()
                    break
                self._row(number, cells)
                taken += 1
        except UnreadableWorkbook:
            self._fault(0, "", _UNREADABLE)
        return taken

    def _opened(self, content: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
        try:
            return self._begun(content)
        except UnreadableWorkbook:
            self._fault(0, "", _UNREADABLE)
            return iter(())

    def _begun(self, content: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
        book = open_workbook(content)
        if SHEET not in (one.title for one in book.worksheets):  # a chart is no table
            self._fault(0, "", f"没有名为“{SHEET}”的工作表")
            return iter(())
        page = book[SHEET]
        self.row_count = max((page.max_row or 1) - 1, 0)
        rows = rows_of(page)
        _, headings = next(rows, (0, ()))
        self._headings([cell.value for cell in headings])
        if self.row_count > MOST_ROWS:
            return self._too_many()
        return _until_blank(rows) if self._fields else iter(())

    def _too_many(self) -> Iterator[tuple[int, Sequence[Any]]]:
        self._fault(0, "", f"一次最多导入 {MOST_ROWS} 行")
        return iter(())

    def _headings(self, headings: Sequence[Any]) -> None:
        for place, heading in enumerate(headings):
            text = str(heading).strip() if heading is not None else ""
            letter = column_letter(place + 1)
            known = BY_HEADING.get(text)
            if not text:
                continue
            if known is None:
                self._fault(1, letter, f"不认识的列：{text[:20]}")
            elif known.name in self.letters:
                self._fault(1, letter, f"列重复：{text}")
            else:
                self._fields[place], self.letters[known.name] = known, letter
        for one in FIELDS:
            if one.is_required and one.name not in self.letters:
                self._fault(1, "", f"缺少列：{one.heading}")

    def _row(self, number: int, cells: Sequence[Any]) -> None:
        record: dict[str, Any] = {}
        unfit: set[str] = set()
        for place, known in self._fields.items():
            cell = cells[place] if place < len(cells) else None
            try:
                record[known.name] = known.read(_value(cell))
            except CellUnfit as error:
                unfit.add(known.name)
                self.found.faults.append(Fault(self._name, number, known.name, str(error)))
        for name in NULLABLE:
            record[name] = record.get(name) or None
        self._keep(number, record, unfit)

    def _keep(self, number: int, record: dict[str, Any], unfit: set[str]) -> None:
        """What could not be read, or has no column, is told once and not as missing too."""
        try:
            row = ServiceRow.model_validate(record)
        except ValidationError as error:
            told = faults_of(error, self._name, number)
            known = {one.name for one in self._fields.values()} - unfit
            self.found.faults += [one for one in told if base(one.field) in known]
        else:
            if not unfit:
                self.found.services.append(Located(self._name, number, row))

    def _fault(self, row: int, place: str, message: str) -> None:
        self.found.faults.append(Fault(self._name, row, place, message))


def cell_of(letters: Mapping[str, str], field: str, row: int) -> str | None:
    """`E7` for a fault of `aliases[2]` in row 7; None where it is about no cell."""
    letter = letters.get(base(field))
    if letter is None and row == 1 and field.isalpha() and field.isupper():
        letter = field
    return f"{letter}{row}" if letter and row else None


def base(field: str) -> str:
    return field.partition("[")[0].partition(".")[0]


def write_entries(contents: Iterable[dict[str, Any]]) -> bytes:
    rows = [[one.write(content.get(one.name)) for one in FIELDS] for content in contents]
    return write_workbook([Sheet(SHEET, [Column(one.heading) for one in FIELDS], rows)])


def _value(cell: Any) -> Any:
    if cell is None:
        return None
    if cell.data_type == "f":
        raise CellUnfit("是公式，请填写文字")
    if cell.data_type == "e":
        raise CellUnfit(f"是错误值 {cell.value}")
    return cell.value


def _until_blank(rows: Iterator[tuple[int, Sequence[Any]]]) -> Iterator[tuple[int, Sequence[Any]]]:
    """Blank rows are passed over; a long run of them is the end of what was written."""
    blank = 0
    for number, cells in rows:
        if all(cell.value in (None, "") for cell in cells):
            blank += 1
            if blank > _MOST_BLANK:
                return
        else:
            blank = 0
            yield number, cells
