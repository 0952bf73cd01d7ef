"""What a workbook says when it is opened again."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from hotline.sheets import Column, Kind, Sheet, guarded, unguarded, write_workbook

COLUMNS = [
    Column("服务商"),
    Column("金额（元）", Kind.MONEY),
    Column("满意率", Kind.PERCENT),
    Column("日期", Kind.DATE),
    Column("完成时间", Kind.MOMENT),
]
EVENING = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)


def written(*rows: list[Any], **given: Any) -> Any:
    sheet = Sheet("十一月/结算", COLUMNS, rows, **given)
    return load_workbook(BytesIO(write_workbook([sheet]))).worksheets[0]


def test_cents_are_yuan_and_moments_are_those_of_the_city() -> None:
    page = written(["疏通公司", 123456, 0.925, date(2026, 11, 1), EVENING])
    values = [cell.value for cell in page[2]]
    assert values[:3] == ["疏通公司", 1234.56, 0.925]
    assert [str(one) for one in values[3:]] == ["2026-11-01 00:00:00", "2026-11-26 00:30:00"]
    formats = [cell.number_format for cell in page[2]]
    assert formats[1].startswith('"¥"#,##0.00')
    assert formats[2:] == ["0.0%", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]


def test_title_notes_headings_rows_and_total_follow_each_other() -> None:
    row = ["甲", 100, 1.0, date(2026, 11, 1), EVENING]
    page = written(
        row, row, title="结算单", notes=["单位：元"], total=["合计", 200, None, None, None]
    )
    first = [cell.value for cell in page["A"]]
    assert first == ["结算单", "单位：元", "服务商", "甲", "甲", "合计"]
    assert page.freeze_panes == "A4"
    assert page.auto_filter.ref == "A3:E5"
    assert page["B6"].value == 2
    assert page.title == "十一月 结算"


@pytest.mark.parametrize(
    "text", ["=1+1", "+A1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", " =1", "＝1"]
)
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    page = written([text, 1, 1.0, date(2026, 11, 1), EVENING])
    cell = page["A2"]
    assert cell.data_type == "s"
    assert cell.value == f"'{text}"
    assert unguarded(cell.value) == text


@pytest.mark.parametrize("text", ["+86 473 114", "-12.5", "管道疏通", "a=b", "'引号'", "0473-114"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text
    assert unguarded(text) == text


def test_control_characters_do_not_break_the_file() -> None:
    page = written(["甲\x00乙\x1f", 1, 1.0, date(2026, 11, 1), EVENING])
    assert page["A2"].value == "甲 乙 "


def test_a_sheet_without_rows_has_its_headings() -> None:
    page = written()
    assert [cell.value for cell in page[1]] == [one.heading for one in COLUMNS]
