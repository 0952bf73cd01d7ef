"""The vendors' workbook: out and in again changes nothing; what is wrong is told by its cell."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from fastapi import APIRouter
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from hotline.db import Database
from hotline.directory.models import Vendor
from hotline.dispatch import roster_api
from hotline.dispatch.models import VendorDocument, VendorReview
from hotline.settings import Settings
from tests.dispatch.town import DISTRICT, UNBLOCK, build_town
from tests.tickets.serving import Served

PATH = "/api/v1/vendor-roster"
Edit = Callable[[Workbook], object]


@pytest.fixture
async def served(database: Database, tmp_path: Any) -> Served:
    async with database.transaction() as session:
        town = await build_town(session)
        for _ in range(3):
            await town.vendor()
    router = APIRouter()
    router.include_router(roster_api.router)
    return Served(database, town.city, Settings(data_dir=tmp_path), router)


async def brought(served: Served, edit: Edit, *, trial: bool = False) -> dict[str, Any]:
    """The workbook as it was taken out, edited, brought in by the district."""
    desk = await served.client("dispatcher", DISTRICT)
    book = load_workbook(BytesIO((await desk.get(PATH)).content))
    edit(book)
    content = BytesIO()
    book.save(content)
    files = {"file": ("vendors.xlsx", content.getvalue())}
    answer = await desk.post(f"{PATH}?trial={str(trial).lower()}", files=files)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def put(sheet: str, cell: str, value: object) -> Edit:
    return lambda book: book[sheet].__setitem__(cell, value)


async def test_a_workbook_brought_back_as_it_is_changes_nothing(served: Served) -> None:
    report = await brought(served, lambda _: None)
    assert report == {"is_written": True, "faults": [], "changes": [], "unchanged_count": 3}


async def test_a_trial_says_what_would_change_and_changes_nothing(served: Served) -> None:
    capacity = put("服务商", "I2", 7)
    told = await brought(served, capacity, trial=True)
    assert (told["is_written"], told["unchanged_count"]) == (False, 2)
    assert [(one["key"], one["fields"]) for one in told["changes"]] == [("ven-001", ["可同时接单"])]
    assert await vendors_of(served, "capacity") == [5, 5, 5]
    assert (await brought(served, capacity))["is_written"] is True
    assert await vendors_of(served, "capacity") == [7, 5, 5]


async def test_prices_and_papers_wait_for_two_persons(served: Served) -> None:
    def edit(book: Workbook) -> None:
        book["价目"]["G2"] = 260
        book["证件"].append(["ven-002", "", "健康证", "JK-1", "海勃湾疾控中心", "2030-06-30"])

    report = await brought(served, edit)
    assert [one["fields"] for one in report["changes"]] == [["价目"], ["健康证"]]
    async with served.database.transaction() as session:
        reviews = list(await session.scalars(select(VendorReview).order_by(VendorReview.id)))
        assert [one.subject for one in reviews] == ["card", "document"]
        paper = (await session.scalars(select(VendorDocument))).one()
        assert (paper.kind, paper.issuer, paper.state) == ("健康证", "海勃湾疾控中心", "submitted")
        first = (await session.scalars(select(Vendor).order_by(Vendor.position))).first()
        assert first is not None
        assert first.price_list[0]["price_max"] == 200


async def test_a_new_row_is_a_firm_that_applies(served: Served) -> None:
    def edit(book: Workbook) -> None:
        book["服务商"].append(
            ["ven-new", "新来的疏通店", "综合修理", DISTRICT, "王经理", "13900009001", "短信回复",
             "Mo-Su 08:00-20:00", 3, "海勃湾区人民路1号", 39.66, 106.81, "新来的疏通店",
             "91350100M000100Y43"]
        )  # fmt: skip
        book["价目"].append(["ven-new", "", UNBLOCK, "", "次", 60, 150])

    report = await brought(served, edit)
    assert report["faults"] == []
    assert [(one["key"], one["is_new"]) for one in report["changes"]] == [("ven-new", True)]
    assert await vendors_of(served, "status") == ["active", "active", "active", "probation"]


@pytest.mark.parametrize(
    ("edit", "cell", "words"),
    [
        (put("服务商", "I2", "很多"), "I2", "数字"),
        (put("服务商", "I3", 0), "I3", "不能小于 1"),
        (put("服务商", "D4", "河东区"), "D4", "没有这个区"),
        (put("服务商", "G2", "微信"), "G2", "只能是"),
        (put("服务商", "H2", "早到晚"), "H2", "营业时间"),
        (put("服务商", "F2", "13911112222"), "F2", "档案里修改"),
        (put("服务商", "B2", None), "B2", "不能留空"),
        (put("服务商", "B2", "=1+1"), "B2", "公式"),
        (put("服务商", "A3", "ven-001"), "A3", "两行"),
        (put("价目", "F3", 900), "C3", "最高价不能低于最低价"),
        (put("价目", "C3", "svc-none"), "C3", "没有这个上门服务事项"),
        (put("证件", "A2", "ven-999"), "A2", "没有编码"),
        (put("证件", "F2", "明年"), "F2", "日期"),
        (put("证件", "D2", "新证号"), "E2", "缺少"),
        (put("服务商", "A1", "号码"), None, "不认识的列"),
        (lambda book: book.remove(book["证件"]), None, "工作表"),
    ],
)
async def test_what_is_wrong_is_told_by_its_cell_and_nothing_is_written(
    served: Served, edit: Edit, cell: str | None, words: str
) -> None:
    def edited(book: Workbook) -> None:
        book["服务商"]["I4"] = 8
        edit(book)

    report = await brought(served, edited)
    assert report["is_written"] is False
    assert (cell, True) in [(one["cell"], words in one["message"]) for one in report["faults"]]
    assert await vendors_of(served, "capacity") == [5, 5, 5]


async def test_all_faults_are_told_at_once(served: Served) -> None:
    def edit(book: Workbook) -> None:
        for cell in ("I2", "I3", "I4"):
            book["服务商"][cell] = "多"
        book["服务商"]["D3"] = "河东区"
        book["证件"]["F2"] = "明年"
        book["价目"]["F3"] = "便宜"

    report = await brought(served, edit)
    told = {(one["sheet"], one["cell"]) for one in report["faults"]}
    assert len(report["faults"]) == len(told)
    assert told == {
        ("证件", "F2"), ("价目", "F3"), ("服务商", "I2"), ("服务商", "I3"), ("服务商", "D3"),
        ("服务商", "I4"),
    }  # fmt: skip


async def test_what_is_no_workbook_is_said_so(served: Served) -> None:
    desk = await served.client("dispatcher", DISTRICT)
    answer = await desk.post(PATH, files={"file": ("a.xlsx", b"not a workbook")})
    (fault,) = answer.json()["faults"]
    assert "工作簿" in fault["message"]


async def test_an_agent_may_not_bring_vendors(served: Served) -> None:
    agent = await served.client("agent", DISTRICT)
    assert (await agent.post(PATH, files={"file": ("a.xlsx", b"")})).status_code == 403


async def vendors_of(served: Served, column: str) -> list[Any]:
    async with served.database.transaction() as session:
        rows = await session.scalars(select(Vendor).order_by(Vendor.position))
        return [getattr(one, column) for one in rows]
