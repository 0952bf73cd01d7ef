"""Workbooks that somebody sent may be damaged or made to harm."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from hotline import workbooks
from hotline.workbooks import UnreadableWorkbook, open_workbook, rows_of


def book(*rows: list[str]) -> bytes:
    made, written = Workbook(), BytesIO()
    page = made.worksheets[0]
    page.title = "事项"
    for row in rows:
        page.append(row)
    made.save(written)
    return written.getvalue()


def test_rows_come_with_their_numbers() -> None:
    page = open_workbook(book(["编号"], ["svc-1"]))["事项"]
    assert [(number, cells[0].value) for number, cells in rows_of(page)] == [
        (1, "编号"), (2, "svc-1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"name,price", book(["x"])[:-300], bytes(2_000)],
    ids=["nothing", "head", "text", "cut", "noughts"],
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableWorkbook):
        open_workbook(content)


def test_what_unpacks_to_too_much_is_never_unpacked() -> None:
    written = BytesIO(book(["x"]))
    with ZipFile(written, "a", ZIP_DEFLATED) as archive, archive.open("xl/big.xml", "w") as part:
        for _ in range(workbooks.MOST_UNPACKED // (1 << 20) + 1):
            part.write(bytes(1 << 20))
    bomb = written.getvalue()
    assert len(bomb) < 1 << 20
    with pytest.raises(UnreadableWorkbook):
        open_workbook(bomb)


def test_too_many_members_are_refused() -> None:
    written = BytesIO(book(["x"]))
    with ZipFile(written, "a") as archive:
        for number in range(workbooks.MOST_MEMBERS):
            archive.writestr(f"xl/{number}.xml", b"")
    with pytest.raises(UnreadableWorkbook):
        open_workbook(written.getvalue())
