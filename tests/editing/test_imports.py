"""A file is right as a whole, or tells every fault by row and cell and changes nothing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.models import DirectoryEntry, EntryVersion
from hotline.directory.reading import DirectoryFiles, read_services
from hotline.directory.saving import save_services
from hotline.directory.versions import Provenance
from hotline.editing.comparing import Comparison, compare
from hotline.editing.exports import entries_file
from hotline.editing.workbook import SheetReader
from hotline.organizations.queries import organizations_of
from hotline.principal import Principal
from tests.editing.conftest import Editor
from tests.editing.sheets import HEADINGS, good, spoiled, workbook

# What is wrong, in which column, and what is said of it: one row each.
MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"编号": ""}, "编号", "格式不正确"),
    ({"编号": "事项一"}, "编号", "格式不正确"),
    ({"编号": "svc " + "x" * 5}, "编号", "格式不正确"),
    ({"编号": "s" * 101}, "编号", "不能超过 100 个字"),
    ({"类别": "政府"}, "类别", "只能是 政务、非紧急救助、投诉举报、便民，不能是“政府”"),
    ({"类别": ""}, "类别", "只能是 政务、非紧急救助、投诉举报、便民，不能为空"),
    ({"分类": "住房保障"}, "分类", "格式不正确"),
    ({"分类": "住房/保障/公租房"}, "分类", "格式不正确"),
    ({"分类": ""}, "分类", "不能为空"),
    ({"名称": ""}, "名称", "不能为空"),
    ({"名称": "长" * 101}, "名称", "不能超过 100 个字"),
    ({"名称": True}, "名称", "应为文字，不能是是/否值"),
    ({"口语说法": "好\n" + "说" * 101}, "口语说法", "第 2 项：不能超过 100 个字"),
    ({"口语说法": "身份证过期了"}, "口语说法", "“身份证过期了”已是 svc-id-renew 的说法"),
    ({"口语说法": "来回说\n来回说"}, "口语说法", "“来回说”重复"),
    ({"口语说法": "两家都说的话"}, "口语说法", ""),
    ({"口语说法": "两家都说的话"}, "口语说法", "“两家都说的话”已是 svc-test-0015 的说法"),
    ({"承办机构编号": ""}, "承办机构编号", "须填写承办机构"),
    ({"承办机构编号": "org-none"}, "承办机构编号", "没有这个机构：org-none"),
    ({"承办机构编号": "org-hukou"}, "承办机构编号", "不是本部门及下级承办的事项，不能导入"),
    ({"层级": "区县级"}, "层级", "只能是 市级、区级，不能是“区县级”"),
    ({"适用区": "乌达区"}, "适用区", "层级 为 市级 的事项 适用区 须为空"),
    ({"层级": "区级", "适用区": "乌达区"}, "承办机构编号", "承办机构不在 适用区 所列的区"),
    ({"答复口径": ""}, "答复口径", "不能为空"),
    ({"答复口径": "念" * 81}, "答复口径", "不能超过 80 个字"),
    ({"详细说明": ""}, "详细说明", "不能为空"),
    ({"详细说明": "细" * 2001}, "详细说明", "不能超过 2000 个字"),
    ({"办理流程": "\n".join(f"第{n}步" for n in range(201))}, "办理流程", "最多 200 项"),
    ({"费用": "#DIV/0!"}, "费用", "是错误值 #DIV/0!"),
    ({"费用": "=1+1"}, "费用", "是公式，请填写文字"),
    ({"紧急程度": "加急"}, "紧急程度", "只能是 普通、紧急，不能是“加急”"),
    ({"处理方式": "转人工"}, "处理方式", "只能是 直接答复、转接、建单、派单，不能是“转人工”"),
    ({"更新日期": "2026-13-01"}, "更新日期", "不是有效的日期（年-月-日）"),
    ({"更新日期": "去年"}, "更新日期", "格式不正确"),
    ({"更新日期": ""}, "更新日期", "格式不正确"),
    ({"办公时间": "周一到周五"}, "办公时间", "不是有效的办公时间"),
    ({"办公时间": "Mo-Fr 25:00-26:00x"}, "办公时间", "不是有效的办公时间"),
    ({"编号": "svc-test-0013"}, "编号", "与第 15 行重复：svc-test-0013"),
    ({"类别": "便民", "处理方式": "派单"}, "承办机构编号", "便民事项的 承办机构编号 须为空"),
    ({"所需材料": "\n".join(f"材料{n}" for n in range(201))}, "所需材料", "最多 200 项"),
    ({"联系方式": "电话\n" + "号" * 2001}, "联系方式", "第 2 项：不能超过 2000 个字"),
    ({"办理地点": 3.5, "办理时限": ""}, "", ""),
]


async def checked(
    session: AsyncSession, principal: Principal, city_id: UUID, content: bytes
) -> tuple[Comparison, Mapping[str, str]]:
    reader = SheetReader("事项.xlsx", content)
    while reader.read(7):
        pass
    return await compared(session, principal, city_id, reader.found, reader.letters)


async def compared(
    session: AsyncSession,
    principal: Principal,
    city_id: UUID,
    found: DirectoryFiles,
    letters: Mapping[str, str],
) -> tuple[Comparison, Mapping[str, str]]:
    done = await compare(session, city_id, principal.subtree, found, letters)
    return done, letters


PAGE = "xl/worksheets/sheet1.xml"
ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'
UNREADABLE = "不是可以读取的 Excel 工作簿（.xlsx），或文件已损坏、解开后太大"


async def counts(session: AsyncSession) -> tuple[int, int]:
    entries = await session.scalar(select(func.count()).select_from(DirectoryEntry))
    versions = await session.scalar(select(func.count()).select_from(EntryVersion))
    return entries or 0, versions or 0


async def test_forty_kinds_of_mistakes_get_forty_messages_and_change_nothing(
    session: AsyncSession, city_id: UUID, editor: Editor
) -> None:
    before = await counts(session)
    wrong = [case for case in MISTAKES if case[2]]
    assert len(wrong) == 40
    rows = [good(number, **changes) for number, (changes, _, _) in enumerate(MISTAKES)]
    done, letters = await checked(session, await editor("org-house"), city_id, workbook(rows))
    told = {(fault["cell"], fault["message"]) for fault in done.faults}
    fields = dict(zip(HEADINGS, letters.values(), strict=True))
    expected = {
        (f"{fields[heading]}{row}", message)
        for row, (_, heading, message) in enumerate(MISTAKES, start=2)
        if message
    }
    assert expected - told == set()
    assert len(done.faults) == len(expected), sorted(told - expected)
    assert await counts(session) == before


@pytest.mark.parametrize(
    ("content", "cell", "message"),
    [
        (b"PK\x03\x04 no workbook", None, UNREADABLE),
        (spoiled(workbook([good(1)]), PAGE, lambda part: part[:-400]), None, UNREADABLE),
        (spoiled(workbook([good(1)]), "xl/workbook.xml", lambda _: b"<x"), None, UNREADABLE),
        (
            spoiled(workbook([good(1)]), PAGE, lambda part: part.replace(b'"A2"', b'"ZZZZ2"')),
            None,
            UNREADABLE,
        ),
        (spoiled(workbook([good(1)]), PAGE, lambda part: ENTITY + part), None, UNREADABLE),
        (workbook([good(1)], sheet="Sheet1"), None, "没有名为“事项”的工作表"),
        (workbook([good(1)], headings=HEADINGS[1:]), None, "缺少列：编号"),
        (workbook([good(1)], headings=[*HEADINGS, "备注"]), "Y1", "不认识的列：备注"),
        (workbook([good(1)], headings=[*HEADINGS, "名称"]), "Y1", "列重复：名称"),
        (workbook([]), None, "没有要导入的行"),
    ],
)
async def test_a_sheet_of_another_shape_is_told_of(
    *,
    session: AsyncSession,
    city_id: UUID,
    editor: Editor,
    content: bytes,
    cell: str,
    message: str,
) -> None:
    done, _ = await checked(session, await editor(), city_id, content)
    assert (cell, message) in [(fault["cell"], fault["message"]) for fault in done.faults]


async def test_the_dry_run_tells_every_change_by_cell(
    session: AsyncSession, city_id: UUID, editor: Editor
) -> None:
    chief = await editor()
    _, content = await entries_file(session, chief, "jsonl", is_own=True)
    line = content.decode().splitlines()[1].replace("20元", "免费").replace("网上", "网站")
    found = read_services("services.jsonl", line.encode())
    done, _ = await compared(session, chief, city_id, found, {"fee": "M", "channels": "O"})
    (change,) = done.changes
    assert (change["row"], change["entry_id"], change["change"]) == (1, "svc-id-renew", "update")
    fee = next(one for one in change["differences"] if one["field"] == "fee")
    assert (fee["before"], fee["after"], fee["cell"]) == ("20元", "免费", "M1")
    channels = next(one for one in change["differences"] if one["field"] == "channels")
    assert (channels["added"], channels["removed"]) == (("网站",), ("网上",))


@pytest.mark.parametrize("form", ["xlsx", "jsonl"])
async def test_what_goes_out_comes_back_in_unchanged(
    session: AsyncSession, city_id: UUID, editor: Editor, form: str
) -> None:
    chief = await editor()
    _, content = await entries_file(session, chief, form, is_own=True)
    if form == "xlsx":
        done, _ = await checked(session, chief, city_id, content)
    else:
        found = read_services("services.jsonl", content)
        done, _ = await compared(session, chief, city_id, found, {})
    assert (done.faults, done.changes, done.unchanged_count) == ([], [], 565)


async def test_rows_that_were_brought_in_come_out_as_the_same_sheet(
    session: AsyncSession, city_id: UUID, editor: Editor
) -> None:
    chief = await editor()
    extra = {"办公时间": "Mo-Fr 09:00-17:00", "联系方式": "窗口 0473-000-0001\n=服务台", "费用": 20}
    done, _ = await checked(session, chief, city_id, workbook([good(1, **extra), good(2)]))
    assert (done.faults, len(done.changed)) == ([], 2)
    keys = {node.key: node.id for node in await organizations_of(session, city_id)}
    await save_services(session, city_id, done.changed, keys, provenance=Provenance())
    _, content = await entries_file(session, chief, "xlsx", is_own=True)
    again, _ = await checked(session, chief, city_id, content)
    assert (again.faults, again.changes, again.unchanged_count) == ([], [], 567)
    row = await session.scalar(select(DirectoryEntry).where(DirectoryEntry.key == "svc-test-0001"))
    assert row is not None
    assert (row.fee, row.hours, row.number) == ("20", "Mo-Fr 09:00-17:00", 1)
    assert row.contacts == ["窗口 0473-000-0001", "=服务台"]


async def test_a_department_takes_out_what_it_keeps(
    session: AsyncSession, city_id: UUID, editor: Editor
) -> None:
    _, content = await entries_file(session, await editor("org-house"), "jsonl", is_own=True)
    lines = content.decode().splitlines()
    assert 0 < len(lines) < 565
    assert all('"organization_id": "org-house' in line for line in lines)
