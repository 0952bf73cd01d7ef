"""Workbooks of entries, with what is wrong in them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from hotline.editing.columns import FIELDS, SHEET

HEADINGS = [one.heading for one in FIELDS]
GOOD: dict[str, Any] = {
    "编号": "svc-test-00",
    "类别": "政务",
    "分类": "住房保障/公共租赁住房",
    "名称": "测试事项",
    "口语说法": "测试说法零",
    "承办机构编号": "org-house",
    "层级": "市级",
    "适用区": "",
    "答复口径": "带身份证到住建局窗口办理。",
    "详细说明": "窗口当场受理。",
    "办理流程": "提交申请\n领取结果",
    "所需材料": "身份证",
    "费用": "免费",
    "办理时限": "3个工作日",
    "办理渠道": "窗口",
    "表格": "",
    "服务对象": "本市居民",
    "关键词": "测试",
    "紧急程度": "普通",
    "处理方式": "直接答复",
    "更新日期": "2026-11-20",
    "办公时间": "",
    "联系方式": "",
    "办理地点": "",
}


def good(number: int, **changes: Any) -> dict[str, Any]:
    own = {"编号": f"svc-test-{number:04}", "名称": f"测试事项{number}",
           "口语说法": f"测试说法第{number}种"}  # fmt: skip
    return GOOD | own | changes


def workbook(
    rows: list[dict[str, Any]],
    *,
    headings: list[str] | None = None,
    sheet: str = SHEET,
    spoil: Callable[[Any], None] | None = None,
) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    named = headings or HEADINGS
    page.append(named)
    for row in rows:
        page.append([row.get(heading) for heading in named])
    if spoil is not None:
        spoil(page)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def spoiled(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    written = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(written, "w", ZIP_DEFLATED) as new:
        for part in old.namelist():
            held = old.read(part)
            new.writestr(part, change(held) if part == name else held)
    return written.getvalue()
