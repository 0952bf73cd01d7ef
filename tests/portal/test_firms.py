"""The public list of vetted firms: prices, papers in force, marks with their number."""

from urllib.parse import quote

from sqlalchemy import select

from hotline.directory.models import Vendor
from hotline.portal import vendor_view
from hotline.portal.catalog import Price
from tests.portal.conftest import WEDNESDAY_NOON, OwnCity, Seen, papers, vendor
from tests.portal.test_vendor_notes import rated_order
from tests.portal.test_views import entry, of

HTML = {"Accept": "text/html"}


def test_a_firm_is_listed_with_the_services_that_it_may_be_sent_for() -> None:
    clean = entry("svc-cv-sofa-clean", kind="convenience", handoff="dispatch")
    unlock = entry("svc-cv-unlock", kind="convenience", handoff="dispatch")
    prices = {clean.id: Price("次", 80, 120), unlock.id: Price("次", 60, 90)}
    held = papers("营业执照", "身份核验", "责任保险")
    city = of(
        clean,
        unlock,
        vendors=(
            vendor("both", clean.id, prices=prices, vetting=held),
            vendor("lapsed", clean.id, vetting=papers("营业执照", expires="2026-11-24")),
            vendor("silent", clean.id, status="suspended"),
            vendor("mender", clean.id, category="综合修理"),
        ),
    )
    assert vendor_view.firm_counts(city, WEDNESDAY_NOON) == {"家政": 1, "综合修理": 1}
    (firm,) = vendor_view.firms_of(city, "家政", WEDNESDAY_NOON)
    assert firm.vendor.key == "both"
    assert [(one.id, price.lowest) for one, price in firm.services] == [(clean.id, 80)]


async def test_the_list_shows_prices_papers_and_marks(own_city: OwnCity) -> None:
    name, _, _ = await rated_order(own_city)
    async with own_city.database.transaction() as session:
        rated = (await session.scalars(select(Vendor).where(Vendor.name == name))).one()
        category, number = rated.category, rated.phone
    path = f"/vendors/firms/{quote(category)}"
    async with own_city.serve() as city:
        listed = Seen((await city.client.get("/vendors", headers=HTML)).text)
        assert path in listed.links
        page = (await city.client.get(path, headers=HTML)).text
        assert name in page
        assert "4.0 分（1 人评价）" in page
        assert "营业执照 至 2040-01-01" in page
        assert number not in page
        missing = await city.client.get("/vendors/firms/nothing", headers=HTML)
        assert missing.status_code == 404
