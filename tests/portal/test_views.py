"""What the pure views decide."""

from datetime import date, timedelta
from typing import Any

import pytest

from hotline.directory.entry import Entry
from hotline.matching.sample import sample_entries
from hotline.opendata.hsds.book import book_of, id_of
from hotline.portal import browse, entry_view, office_view, vendor_view
from hotline.portal.catalog import Catalog, ListedVendor, Price
from hotline.portal.entry_view import Offer
from tests.portal.conftest import WEDNESDAY_NOON, catalog, office, papers, vendor

TODAY = date(2026, 11, 25)


def entry(key: str, **more: Any) -> Entry:
    known = {"kind": "government", "category": "户籍/证件", "name": f"事项{key}"}
    return Entry.from_json({"id": key, **known, **more})


def of(*entries: Entry, **more: Any) -> Catalog:
    versions: dict[str, tuple[str, ...]] = {}
    for each in entries:
        family = each.id.removesuffix("-wd").removesuffix("-hn")
        versions[family] = (*versions.get(family, ()), each.id)
    return catalog(entries={each.id: each for each in entries}, versions=versions, **more)


def test_a_vendor_whose_papers_are_not_in_order_is_not_offered() -> None:
    drain = entry("drain", kind="convenience", handoff="dispatch")
    needed = papers("营业执照", "身份核验", "责任保险")
    lapsed = (*needed, *papers("电工证", expires="2026-11-24"))
    last_day = (*needed, *papers("电工证", expires="2026-11-25"))
    city = of(
        drain,
        vendors=(
            vendor("good", "drain"),
            vendor("lapsed", "drain", vetting=lapsed),
            vendor("last-day", "drain", vetting=last_day),
            vendor("uninsured", "drain", vetting=needed[:2]),
            vendor("suspended", "drain", status="suspended"),
        ),
    )
    offers = entry_view.offers_for(city, drain, WEDNESDAY_NOON)
    assert {offer.vendor.key for offer in offers} == {"good", "last-day"}


def test_open_data_names_a_vendor_with_what_its_papers_allow() -> None:
    """A paper that only one of two services asks for takes that service away, not the vendor."""
    clean, unlock = (
        entry(key, kind="convenience", handoff="dispatch")
        for key in ("svc-cv-sofa-clean", "svc-cv-unlock")
    )
    prices = {clean.id: Price("次", 80, 120), unlock.id: Price("次", 60, 90)}
    both, uninsured = (
        vendor(key, clean.id, prices=prices, vetting=papers(*held))
        for key, held in (
            ("both", ("营业执照", "身份核验", "责任保险")),
            ("uninsured", ("营业执照", "身份核验")),
        )
    )
    book = book_of(of(clean, unlock, vendors=(both, uninsured)), WEDNESDAY_NOON, "https://x")
    names = {row["name"] for row in book.of("organization")}
    assert both.name in names
    assert uninsured.name not in names
    owner = id_of("organization", "both")
    offered = [row["name"] for row in book.of("service") if row["organization_id"] == owner]
    assert offered == [clean.name]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("户籍窗口 0473-000-0001", "0473-000-0001"),
        ("值班 13900001234（夜间）", "13900001234"),
        ("12345", "12345"),
        ("09:00-17:00 到窗口", None),
        ("微信公众号", None),
    ],
)
def test_a_contact_with_a_telephone_can_be_rung(line: str, number: str | None) -> None:
    assert entry_view.contact_of(line) == entry_view.Contact(line, number)


def test_an_entry_was_checked_when_somebody_last_said_so() -> None:
    hukou = entry("hukou", updated="2026-01-02")
    assert entry_view.entry_view(of(hukou), hukou, WEDNESDAY_NOON).verified_on == "2026-01-02"
    later = of(hukou, verified={"hukou": "2026-11-20"})
    assert entry_view.entry_view(later, hukou, WEDNESDAY_NOON).verified_on == "2026-11-20"


def test_the_order_of_vendors_changes_with_the_day_and_favors_nobody() -> None:
    vendors = [vendor(str(number), "x") for number in range(5)]
    days = [TODAY + timedelta(days=number) for number in range(400)]
    firsts = [entry_view.neutral_order(vendors, day)[0].key for day in days]
    assert entry_view.neutral_order(vendors, TODAY) == entry_view.neutral_order(
        vendors[::-1], TODAY
    )
    assert min(firsts.count(each.key) for each in vendors) > 50


def test_prices_of_different_units_make_no_range() -> None:
    one = vendor("a", "x", prices={"x": Price("次", 80, 100)})
    other = vendor("b", "x", prices={"x": Price("次", 60, 90)})
    third = vendor("c", "x", prices={"x": Price("小时", 60, 90)})

    def offers(*vendors: ListedVendor) -> list[Offer]:
        return [Offer(each, each.prices["x"], True) for each in vendors]

    assert entry_view.price_range(offers(one, other)) == Price("次", 60, 100)
    assert entry_view.price_range(offers(one, third)) is None
    assert entry_view.price_range([]) is None


def test_the_shelf_follows_demand_only_when_there_is_enough() -> None:
    entries = [entry(f"e{number}", category=f"类{number % 3}/次") for number in range(12)]
    quiet = of(*entries, demand={"e5": 9, "e1": 30})
    assert browse.most_asked(quiet, 4).is_by_demand is False
    busy = of(*entries, demand={f"e{number}": number for number in range(1, 10)})
    shelf = browse.most_asked(busy, 12)
    assert shelf.is_by_demand is True
    assert [each.id for each in shelf.entries[:3]] == ["e9", "e8", "e7"]
    assert len(shelf.entries) == 12


def test_without_demand_each_category_comes_once_before_any_comes_twice() -> None:
    entries = [entry(f"a{n}", category="甲/一") for n in range(3)]
    entries += [entry(f"b{n}", category="乙/一") for n in range(2)]
    shelf = browse.most_asked(of(*entries), 5)
    assert [each.id for each in shelf.entries] == ["a0", "b0", "a1", "b1", "a2"]


def test_district_versions_are_listed_once() -> None:
    versions = [entry("m-wd", districts=["乌达区"]), entry("m-hn", districts=["海南区"])]
    groups = browse.groups_of(of(*versions), "户籍")
    assert [each.id for each in groups[0].entries] == ["m-wd"]


def test_a_branch_handles_what_its_head_leaves_to_the_districts() -> None:
    left = entry("left", organization_id="head", tier="district")
    kept = entry("kept", organization_id="head")
    own = entry("own", organization_id="branch")
    city = of(left, kept, own, branches={"head": {"东区": "branch"}})
    handled = browse.handled_by(city, "branch")
    assert [each.id for each in handled] == ["left", "own"]
    assert [each.id for each in browse.handled_by(city, "head")] == ["left", "kept"]


def test_an_office_that_is_gone_is_no_place_to_go() -> None:
    lost = entry("lost", organization_id="gone")
    assert entry_view.places_of(of(lost), lost) == ()


def test_every_life_event_leads_to_services_of_the_shipped_city() -> None:
    entries = {each.id: each for each in sample_entries()}
    city = catalog(entries=entries)
    for event in browse.life_events().values():
        groups = browse.life_groups(city, event)
        assert sum(len(group.entries) for group in groups) >= 4, event.key
        assert [key for key in event.entries if key not in entries] == []


def test_offices_stand_under_their_city_or_district() -> None:
    units = (office("a"), office("b", kind="utility"), office("c", district="东区"))
    city = catalog(offices={each.key: each for each in units})
    sections = office_view.sections(city)
    assert [(s.key, s.district, [o.key for o in s.offices]) for s in sections] == [
        ("government", None, ["a"]),
        ("utility", None, ["b"]),
        ("district", "东区", ["c"]),
    ]


def test_services_on_offer_say_how_many_vendors_may_come() -> None:
    wash = entry("wash", kind="convenience", handoff="dispatch", category="家政/清洗")
    city = of(wash, entry("paper"), vendors=(vendor("v", "wash"),))
    (section,) = vendor_view.services_on_offer(city, WEDNESDAY_NOON)
    (service,) = section.services
    assert (section.category, service.vendor_count) == ("家政", 1)
