"""Importing the shipped city: counts, idempotence, identity with the export."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.audit.models import AuditEntry
from hotline.directory import queries
from hotline.directory.exporting import export_directory
from hotline.directory.importing import import_directory, sample_city
from hotline.directory.models import DirectoryEntry, EntryPhrase, Vendor
from hotline.events.models import Event
from hotline.organizations.models import Organization
from hotline.organizations.queries import organization_by_number
from tests.directory.conftest import Rewrite

FILES = (
    "city.json",
    "organizations.jsonl",
    "services.jsonl",
    "vendors.jsonl",
    "taxonomy.jsonl",
    "shortcodes.jsonl",
    "places.jsonl",
    "district_offices.json",
)


async def test_importing_the_shipped_city_makes_every_row(session: AsyncSession) -> None:
    report = await import_directory(session, sample_city())
    created = {kind: counts["created"] for kind, counts in report.counts().items()}
    assert created == {
        "city": 4,
        "organizations": 161,
        "services": 565,
        "vendors": 128,
        "taxonomy": 294,
        "shortcodes": 57,
        "places": 308,
        "district_offices": 78,
    }
    assert await session.scalar(select(func.count()).select_from(EntryPhrase)) > 3_000


async def test_importing_twice_changes_nothing_and_announces_nothing(
    session: AsyncSession,
) -> None:
    await import_directory(session, sample_city())
    events = await _count(session, Event)
    report = await import_directory(session, sample_city())
    assert not report.is_changed
    assert sum(counts["unchanged"] for counts in report.counts().values()) == 1_595
    assert await _count(session, Event) == events


async def test_an_export_of_an_import_is_the_same_files(
    session: AsyncSession, tmp_path: Path
) -> None:
    report = await import_directory(session, sample_city())
    await export_directory(session, report.city_id, tmp_path)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (sample_city() / name).read_bytes(), name


async def test_a_changed_row_is_updated_and_announced(
    session: AsyncSession, small: Path, rewrite: Rewrite
) -> None:
    await import_directory(session, small)
    rewrite("services.jsonl", 2, fee="免费", aliases=["身份证丢哪儿了咋办"])
    report = await import_directory(session, small / "services.jsonl")
    counts = report.counts()["services"]
    assert (counts["created"], counts["updated"]) == (0, 1)
    event = await session.scalar(
        select(Event).where(Event.name == "directory.published").order_by(Event.id.desc()).limit(1)
    )
    assert event is not None
    assert event.payload == {"entry_ids": ["svc-id-renew"]}
    assert len(event.audience) == 165
    found = await queries.entry_by_key(session, report.city_id, "svc-id-renew")
    assert found is not None
    assert (found.fee, found.aliases) == ("免费", ("身份证丢哪儿了咋办",))


async def test_changed_aliases_alone_count_as_an_update(
    session: AsyncSession, small: Path, rewrite: Rewrite
) -> None:
    await import_directory(session, small)
    rewrite("services.jsonl", 1, aliases=["给娃娃头一次领身份证"])
    report = await import_directory(session, small)
    assert report.kinds["services"].updated == ["svc-id-first"]


async def test_changed_services_alone_update_a_vendor(
    session: AsyncSession, small: Path, rewrite: Rewrite
) -> None:
    await import_directory(session, small)
    line = json.loads((small / "vendors.jsonl").read_text(encoding="utf-8").splitlines()[0])
    rewrite(
        "vendors.jsonl",
        1,
        service_ids=line["service_ids"][1:],
        price_list=line["price_list"][1:],
    )
    report = await import_directory(session, small)
    assert report.kinds["vendors"].updated == ["ven-001"]


async def test_an_import_is_audited_once(session: AsyncSession) -> None:
    await import_directory(session, sample_city())
    await import_directory(session, sample_city())
    entries = (await session.scalars(select(AuditEntry))).all()
    assert [entry.action for entry in entries] == ["directory.imported"]
    assert entries[0].details["changes"]["services"]["created"] == 565


async def test_a_fault_leaves_the_database_unchanged(
    session: AsyncSession, small: Path, rewrite: Rewrite
) -> None:
    rewrite("services.jsonl", 3, summary="长" * 81)
    with pytest.raises(Exception, match="服务目录文件有误"):
        await import_directory(session, small)
    for model in (Organization, DirectoryEntry, Vendor, AuditEntry, Event):
        assert await _count(session, model) == 0


async def test_files_without_a_city_go_into_the_only_one(
    session: AsyncSession, small: Path
) -> None:
    first = await import_directory(session, small)
    (small / "city.json").unlink()
    second = await import_directory(session, small)
    assert second.city_id == first.city_id
    assert not second.is_changed


async def test_files_without_a_city_make_the_sample_city_in_an_empty_database(
    session: AsyncSession, small: Path
) -> None:
    (small / "city.json").unlink()
    await import_directory(session, small)
    city = await organization_by_number(session, "+86473114")
    assert city is not None
    assert (city.name, city.tier) == ("乌海市", "city")


async def _count(session: AsyncSession, model: type) -> int:
    return await session.scalar(select(func.count()).select_from(model)) or 0
