"""Every fault of a directory's files: precise, in Chinese, all of them at once."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.faults import DirectoryErrors, Fault
from hotline.directory.importing import import_directory
from hotline.organizations.models import Organization
from tests.directory.conftest import Rewrite

FAULTY_ROWS: list[tuple[str, int, dict[str, Any], str, str]] = [
    ("services.jsonl", 3, {"price": 1}, "price", "未知字段"),
    ("services.jsonl", 3, {"fee": ...}, "fee", "缺少字段"),
    ("services.jsonl", 3, {"name": 7}, "name", "应为文字"),
    ("services.jsonl", 3, {"name": ""}, "name", "不能为空"),
    ("services.jsonl", 3, {"name": "  "}, "name", "首尾不能有空白"),
    ("services.jsonl", 3, {"name": "换\x00证"}, "name", "含有控制字符或无效字符"),
    ("services.jsonl", 3, {"aliases": "一句"}, "aliases", "应为列表"),
    ("services.jsonl", 3, {"aliases": ["好", 1]}, "aliases[1]", "应为文字"),
    ("services.jsonl", 3, {"summary": "字" * 81}, "summary", "不能超过 80 个字"),
    ("services.jsonl", 3, {"kind": "news"}, "kind", "只能是 government"),
    ("services.jsonl", 3, {"category": "户籍"}, "category", "格式不正确"),
    ("services.jsonl", 3, {"updated": "2026-02-30"}, "updated", "不是有效的日期"),
    ("services.jsonl", 3, {"organization_id": "org-none"}, "organization_id", "没有这个机构"),
    ("services.jsonl", 3, {"organization_id": None}, "organization_id", "须填写承办机构"),
    ("services.jsonl", 3, {"districts": ["包头区"]}, "districts", "乌海市没有这个区：包头区"),
    ("services.jsonl", 3, {"id": "svc-id-first"}, "id", "与第 1 行重复"),
    ("services.jsonl", 3, {"aliases": ["身份证过期了"]}, "aliases", "已是 svc-id-renew 的说法"),
    ("services.jsonl", 3, {"aliases": ["办A证", "办a 证"]}, "aliases", "重复"),
    ("organizations.jsonl", 2, {"lat": 106.79, "lon": 39.65}, "lat", "不能大于 90"),
    ("organizations.jsonl", 2, {"lat": 0.0, "lon": 0.0}, "lat", "坐标不在乌海市范围内"),
    ("organizations.jsonl", 2, {"lat": "39.6"}, "lat", "应为数字"),
    ("organizations.jsonl", 2, {"parent_id": "org-none"}, "parent_id", "没有这个机构"),
    ("organizations.jsonl", 2, {"parent_id": "org-data"}, "parent_id", "隶属关系成环"),
    ("organizations.jsonl", 2, {"hotline": "12399"}, "hotline", "没有这个短号"),
    ("organizations.jsonl", 2, {"hours": "每天"}, "hours", "不是有效的办公时间"),
    ("organizations.jsonl", 2, {"tier": "district"}, "district", "市级机构的 district 须为空"),
    ("organizations.jsonl", 2, {"phone": "电话"}, "phone", "格式不正确"),
    ("vendors.jsonl", 1, {"rating": 5.5}, "rating", "不能大于 5"),
    ("vendors.jsonl", 1, {"capacity": 2.5}, "capacity", "应为整数"),
    ("vendors.jsonl", 1, {"capacity": True}, "capacity", "应为整数"),
    ("vendors.jsonl", 1, {"service_ids": ["svc-none"]}, "service_ids", "没有这个事项"),
    ("vendors.jsonl", 1, {"service_ids": ["svc-id-first"]}, "service_ids", "不是便民事项"),
    ("vendors.jsonl", 1, {"price_list": []}, "price_list", "须与 service_ids 一一对应"),
    ("vendors.jsonl", 1, {"vetting": [{"document": "证"}]}, "vetting[0].number", "缺少字段"),
    ("taxonomy.jsonl", 2, {"parent": "A99"}, "parent", "应为 A01"),
    ("taxonomy.jsonl", 2, {"level": 3}, "level", "与 code 的层级不符"),
    (
        "taxonomy.jsonl",
        2,
        {"default_organization_id": "x"},
        "default_organization_id",
        "没有这个机",
    ),
    ("taxonomy.jsonl", 2, {"sla_working_days": 0}, "sla_working_days", "不能小于 1"),
    ("shortcodes.jsonl", 2, {"number": "110"}, "number", "与第 1 行重复"),
    ("shortcodes.jsonl", 2, {"emergency": 1}, "emergency", "应为 true 或 false"),
    ("places.jsonl", 5, {"district": "海淀区"}, "district", "乌海市没有这个区"),
    ("places.jsonl", 5, {"parent": "无名镇"}, "parent", "没有这个地名"),
    ("places.jsonl", 5, {"lat": 39.23, "lon": 106.8}, "lat", "范围内"),
]


@pytest.mark.parametrize("faulty", FAULTY_ROWS, ids=lambda faulty: f"{faulty[0]}-{faulty[3]}")
async def test_a_faulty_row_is_named_by_file_line_and_field(
    session: AsyncSession,
    small: Path,
    rewrite: Rewrite,
    faulty: tuple[str, int, dict[str, Any], str, str],
) -> None:
    file, line, changes, field, message = faulty
    rewrite(file, line, **changes)
    faults = await faults_of(session, small)
    place = (file, line, field)
    here = [one.message for one in faults if (one.file, one.line, one.field) == place]
    assert any(message in told for told in here), faults
    assert await session.scalar(select(func.count()).select_from(Organization)) == 0


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b'{"number": "110"', 1, "不是有效的 JSON（第 17 列）"),
        (b'\n\n["110"]', 3, "应为一个 JSON 对象"),
        (b'{"number": "110", "number": "119"}', 1, "字段重复：number"),
        (b'{"number": NaN}', 1, "不是有效的 JSON（NaN）"),
        (b"[" * 100_000, 1, "JSON 嵌套过深"),
        (b'{}\n{"name": "\xc4\xe3\xba\xc3"}', 2, "不是 UTF-8 编码"),
        (b"\xef\xbb\xbf{}", 1, "文件开头有 BOM，请存为不带 BOM 的 UTF-8"),
    ],
)
async def test_a_file_that_cannot_be_read_is_named_by_line(
    session: AsyncSession, small: Path, content: bytes, line: int, message: str
) -> None:
    (small / "shortcodes.jsonl").write_bytes(content)
    faults = await faults_of(session, small)
    assert Fault("shortcodes.jsonl", line, "", message) in faults


async def test_all_faults_of_all_files_are_told_at_once(
    session: AsyncSession, small: Path, rewrite: Rewrite
) -> None:
    rewrite("services.jsonl", 3, fee=..., extra=1)
    rewrite("vendors.jsonl", 7, grade="D")
    rewrite("places.jsonl", 9, parent="无名镇")
    faults = await faults_of(session, small)
    assert [(fault.file, fault.line, fault.field) for fault in faults] == [
        ("places.jsonl", 9, "parent"),
        ("services.jsonl", 3, "extra"),
        ("services.jsonl", 3, "fee"),
        ("vendors.jsonl", 7, "grade"),
    ]
    assert str(faults[3]) == "vendors.jsonl 第 7 行（grade）：只能是 A, B、C"


async def test_versions_of_one_service_may_share_an_alias(
    session: AsyncSession, small: Path, rewrite: Rewrite
) -> None:
    rewrite("services.jsonl", 1, id="svc-id-wd", aliases=["办身份证"])
    rewrite("services.jsonl", 2, id="svc-id-hn", aliases=["办身份证"])
    report = await import_directory(session, small)
    assert report.kinds["services"].created[:2] == ["svc-id-wd", "svc-id-hn"]


async def test_an_alias_of_an_entry_that_is_there_already_is_taken(
    session: AsyncSession, small: Path, rewrite: Rewrite
) -> None:
    await import_directory(session, small)
    rewrite("services.jsonl", 3, aliases=["身份证过期了"])
    lines = (small / "services.jsonl").read_bytes().splitlines(keepends=True)
    (small / "services.jsonl").write_bytes(lines[2])
    faults = await faults_of(session, small / "services.jsonl")
    assert [fault.message for fault in faults] == ["“身份证过期了”已是 svc-id-renew 的说法"]


async def test_an_office_must_lie_in_its_district(session: AsyncSession, small: Path) -> None:
    (small / "district_offices.json").write_text('{"org-edu": {"乌达区": "org-edu-hn"}}')
    faults = await faults_of(session, small)
    assert (
        Fault("district_offices.json", 0, "org-edu.乌达区", "机构不在这个区：org-edu-hn") in faults
    )


async def test_a_missing_folder_and_an_empty_one_are_faults(
    session: AsyncSession, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    assert "没有找到目录文件" in (await faults_of(session, tmp_path / "empty"))[0].message
    assert (await faults_of(session, tmp_path / "none"))[0].message == "文件不存在或无法读取"


async def test_a_misspelled_file_is_a_fault(session: AsyncSession, small: Path) -> None:
    (small / "service.jsonl").write_text("{}")
    assert Fault("service.jsonl", 0, "", "不认识的目录文件名") in await faults_of(session, small)


async def faults_of(session: AsyncSession, path: Path) -> list[Fault]:
    with pytest.raises(DirectoryErrors) as caught:
        await import_directory(session, path)
    return caught.value.errors
