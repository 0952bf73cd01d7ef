"""What others ask of the directory: entries, offices, vendors."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory import queries
from hotline.directory.entry import Entry, load_entries
from hotline.directory.importing import import_directory, sample_city
from hotline.directory.queries import EntryFilter
from hotline.directory.required_papers import required_for
from hotline.directory.snapshot import VendorFacts, snapshot
from hotline.directory.vendors import expired_papers, may_be_sent
from hotline.errors import NotFound
from hotline.organizations.hours import is_open
from hotline.principal import Principal

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
NIGHT = datetime(2026, 11, 25, 18, tzinfo=UTC)
TODAY = date(2026, 11, 25)


@pytest.fixture
async def city_id(session: AsyncSession) -> UUID:
    return (await import_directory(session, sample_city())).city_id


@pytest.fixture
def reader(city_id: UUID) -> Principal:
    return Principal(None, "", frozenset(), city_id, frozenset({city_id}))


async def test_entries_for_matching_are_those_of_the_file(
    session: AsyncSession, city_id: UUID
) -> None:
    entries = await queries.entries_for_matching(session, city_id)
    assert entries == load_entries(sample_city() / "services.jsonl")


async def test_entries_page_in_the_order_of_the_directory(
    session: AsyncSession, reader: Principal
) -> None:
    first = await queries.page(session, reader, EntryFilter(), after=0, limit=3)
    rest = await queries.page(
        session, reader, EntryFilter(), after=first[1].entry.position, limit=1
    )
    assert rest[0].entry.key == first[2].entry.key


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (EntryFilter(q="身份证过期了"), {"svc-id-renew"}),
        (EntryFilter(q="100%"), set()),
    ],
)
async def test_a_search_finds_what_residents_say(
    session: AsyncSession, reader: Principal, wanted: EntryFilter, expected: set[str]
) -> None:
    found = await queries.page(session, reader, wanted, after=0, limit=50)
    assert {listed.entry.key for listed in found} == expected


async def test_a_district_sees_its_own_entries_and_those_of_the_whole_city(
    session: AsyncSession, reader: Principal
) -> None:
    found = await queries.page(session, reader, EntryFilter(district="乌达区"), after=0, limit=600)
    districts = {tuple(listed.entry.districts) for listed in found}
    assert districts == {(), ("乌达区",)}


async def test_a_category_includes_what_lies_below_it(
    session: AsyncSession, reader: Principal
) -> None:
    found = await queries.page(
        session, reader, EntryFilter(category="户籍身份"), after=0, limit=600
    )
    assert len({listed.entry.category for listed in found}) > 1
    assert {listed.entry.category.split("/")[0] for listed in found} == {"户籍身份"}


async def test_an_entry_of_another_city_is_not_found(session: AsyncSession, city_id: UUID) -> None:
    stranger = Principal(None, "", frozenset(), UUID(int=1), frozenset())
    with pytest.raises(NotFound):
        await queries.listing(session, stranger, "svc-id-renew")


async def test_the_office_of_a_district_acts_for_a_city_organization(
    session: AsyncSession, city_id: UUID
) -> None:
    office = await queries.district_office(session, "org-edu", "乌达区")
    assert office is not None
    assert office.key == "org-edu-wd"
    assert await queries.district_office(session, "org-edu-wd", "乌达区") is None


async def test_a_district_matter_goes_to_the_office_of_the_caller(
    session: AsyncSession, city_id: UUID
) -> None:
    entries = await queries.entries_for_matching(session, city_id)
    entry = next(e for e in entries if e.organization_id == "org-house" and e.tier == "district")
    assert not entry.districts
    assert await _responsible(session, entry, "海南区") == "org-house-hn"
    assert await _responsible(session, entry, None) == "org-house"


async def test_every_convenience_has_two_vendors_in_every_district(
    session: AsyncSession, city_id: UUID
) -> None:
    facts = await snapshot(session, city_id)
    for entry in [entry for entry in facts.entries if entry.kind == "convenience"][::15]:
        for district in ("海勃湾区", "乌达区", "海南区"):
            found = facts.vendors_for(entry.id, district, NOON)
            assert len(found) >= 2
            assert all(vendor.status == "active" for vendor in found)
            assert not any(expired_papers(vendor.vetting, TODAY) for vendor in found)


async def test_vendors_that_are_open_now_come_first(session: AsyncSession, city_id: UUID) -> None:
    facts = await snapshot(session, city_id)
    opened = [
        [is_open(vendor.hours, NIGHT) for vendor in facts.vendors_for(key, "海勃湾区", NIGHT)]
        for key in facts.vendors_by_entry
    ]
    assert any(set(found) == {True, False} for found in opened)
    assert all(found == sorted(found, reverse=True) for found in opened)


@pytest.mark.parametrize("lost", [(), ("责任保险",), ("低压电工操作证",)])
async def test_a_vendor_without_a_paper_is_not_spoken_of_where_the_service_asks_for_it(
    session: AsyncSession, city_id: UUID, lost: tuple[str, ...]
) -> None:
    """Without its insurance it is silent everywhere, without a trade's paper in that trade."""
    rows = await queries.vendors(session, city_id)
    row = next(
        one for one in rows
        if one.status == "active" and any(p["document"] == "低压电工操作证" for p in one.vetting)
    )  # fmt: skip
    row.vetting = [paper for paper in row.vetting if paper["document"] not in lost]
    await session.flush()
    facts = await snapshot(session, city_id)
    served = {key for key, them in facts.vendors_by_entry.items() if _is_in(them, row.key)}
    named = {
        key for key in served if _is_in(facts.vendors_for(key, row.districts[0], NOON), row.key)
    }
    asking = {key for key in served if set(lost) & set(required_for(key))}
    assert asking or not lost
    assert named == served - asking


def _is_in(vendors: Iterable[VendorFacts], key: str) -> bool:
    return key in {one.id for one in vendors}


class _Vendor:
    status = "active"

    def __init__(self, *papers: str) -> None:
        self.vetting = [
            {"document": name, "number": "1", "expires": "2026-11-25"} for name in papers
        ]


BASE = ("营业执照", "身份核验", "责任保险")


@pytest.mark.parametrize(
    ("entry", "papers", "day", "allowed"),
    [
        ("svc-cv-sofa-clean", BASE, date(2026, 11, 25), True),
        ("svc-cv-sofa-clean", BASE, date(2026, 11, 26), False),
        ("svc-cv-sofa-clean", BASE[:2], date(2026, 11, 25), False),
        ("svc-cv-sofa-clean", (), date(2026, 11, 25), False),
        ("svc-cv-elec", BASE, date(2026, 11, 25), False),
        ("svc-cv-elec", (*BASE, "低压电工操作证", "无犯罪记录证明"), date(2026, 11, 25), True),
    ],
)
def test_a_vendor_is_sent_with_every_paper_that_the_service_asks_for(
    entry: str, papers: tuple[str, ...], day: date, allowed: bool
) -> None:
    assert may_be_sent(_Vendor(*papers), entry, on=day) is allowed


async def _responsible(session: AsyncSession, entry: Entry, district: str | None) -> str | None:
    found = await queries.responsible_for(session, entry, district)
    return found.key if found else None
