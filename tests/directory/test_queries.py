"""What others ask of the directory: entries, offices, vendors."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory import queries
from hotline.directory.entry import Entry, load_entries
from hotline.directory.importing import import_directory, sample_city
from hotline.directory.queries import EntryFilter
from hotline.directory.vendors import expired_papers, may_be_sent
from hotline.errors import NotFound
from hotline.principal import Principal

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
NIGHT = datetime(2026, 11, 25, 18, tzinfo=UTC)


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
    entries = await queries.entries_for_matching(session, city_id)
    for entry in [entry for entry in entries if entry.kind == "convenience"][::15]:
        for district in ("海勃湾区", "乌达区", "海南区"):
            found = await queries.vendors_for(
                session, city_id, entry.id, district=district, at=NOON
            )
            assert len(found) >= 2
            assert all(vendor.status == "active" for vendor in found)
            assert not any(expired_papers(vendor, date(2026, 11, 25)) for vendor in found)


async def test_closed_vendors_are_left_out_when_it_must_be_now(
    session: AsyncSession, city_id: UUID
) -> None:
    at_night = await queries.vendors_for(
        session, city_id, "svc-cv-clean-daily", district="海勃湾区", at=NIGHT, is_open_now=True
    )
    at_noon = await queries.vendors_for(
        session, city_id, "svc-cv-clean-daily", district="海勃湾区", at=NOON, is_open_now=True
    )
    assert len(at_night) < len(at_noon)


class _Vendor:
    status = "active"
    hours = "Mo-Su 08:00-20:00"
    vetting = ({"document": "营业执照", "number": "1", "expires": "2026-11-25"},)


@pytest.mark.parametrize(
    ("day", "allowed"), [(date(2026, 11, 25), True), (date(2026, 11, 26), False)]
)
def test_a_paper_is_valid_on_its_last_day(day: date, allowed: bool) -> None:
    assert may_be_sent(_Vendor(), on=day) is allowed


async def _responsible(session: AsyncSession, entry: Entry, district: str | None) -> str | None:
    found = await queries.responsible_for(session, entry, district)
    return found.key if found else None
