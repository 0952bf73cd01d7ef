"""What the portal tells of vendors: residents' marks with their number, firms on notice; and a
resident who wants one never again."""

from datetime import timedelta

from sqlalchemy import select

from hotline import clock
from hotline.db import uuid7
from hotline.directory.models import Vendor
from hotline.dispatch.actors import machine
from hotline.dispatch.models import VendorBar, VendorReview
from hotline.dispatch.open_order import Wishes, order_service
from hotline.dispatch.states import BarKind, OrderState, ReviewState, ReviewSubject
from hotline.organizations.queries import cities
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.vault import load_vault
from tests.portal.conftest import OwnCity

DRAIN = "svc-cv-drain"
HTML = {"Accept": "text/html"}


async def rated_order(own_city: OwnCity) -> tuple[str, str, str]:
    """An order that was done and rated four: the vendor's name, the ticket's number and code."""
    own_city.database.carry(vault=load_vault(own_city.settings.data_dir, None))
    async with own_city.database.transaction() as session:
        city = (await cities(session))[0]
        vendors = await session.scalars(
            select(Vendor).where(Vendor.status == "active").order_by(Vendor.position)
        )
        vendor = next(one for one in vendors if DRAIN in str(one.price_list))
        vendor.vetting = [one | {"expires": "2040-01-01"} for one in vendor.vetting]
        order = await order_service(
            session, await machine(session, city.id), entry_id=DRAIN, district="海勃湾区",
            wishes=Wishes(caller_number="13900001234"),
        )  # fmt: skip
        order.state, order.vendor_id, order.rating = OrderState.RATED, vendor.id, 4
        order.arrived_at = clock.now()
        ticket = await session.get_one(Ticket, order.ticket_id)
        return vendor.name, ticket.number, tickets.query_code(session, ticket)


async def test_residents_marks_stand_with_their_number(own_city: OwnCity) -> None:
    name, _, _ = await rated_order(own_city)
    async with own_city.serve() as city:
        page = (await city.client.get(f"/services/{DRAIN}", headers=HTML)).text
        assert name in page
        assert page.count("4.0 分（1 人评价）") == 1
        assert "还没有居民评价" in page


async def test_a_resident_wants_a_vendor_never_again(own_city: OwnCity) -> None:
    name, number, code = await rated_order(own_city)
    async with own_city.serve() as city:
        form = {"number": number, "code": code}
        page = (await city.client.post("/track", data=form, headers=HTML)).text
        assert f"不再派{name}" in page
        after = (await city.client.post("/track/avoid", data=form, headers=HTML)).text
        assert "今后不再给您派这家服务商" in after
        assert 'action="/track/avoid"' not in after
        wrong = form | {"code": "000000" if code != "000000" else "111111"}
        await city.client.post("/track/avoid", data=wrong, headers=HTML)
    async with own_city.database.transaction() as session:
        (bar,) = await session.scalars(select(VendorBar))
        assert (bar.kind, bar.until) == (BarKind.RESIDENT, None)


async def test_a_firm_on_notice_is_shown_until_its_last_day(own_city: OwnCity) -> None:
    async with own_city.database.transaction() as session:
        city = (await cities(session))[0]
        rows = list(await session.scalars(select(Vendor).order_by(Vendor.position).limit(2)))
        for vendor, days in zip(rows, (3, -1), strict=True):
            session.add(
                VendorReview(
                    id=uuid7(), vendor_id=vendor.id, city_id=city.id, subject_id=vendor.id,
                    subject=ReviewSubject.ADMISSION, state=ReviewState.IN_NOTICE,
                    notice_until=clock.now() + timedelta(days=days),
                )
            )  # fmt: skip
        shown, over = (one.name for one in rows)
    async with own_city.serve() as served:
        page = (await served.client.get("/vendors", headers=HTML)).text
        notice = page.partition("入驻公示")[2]
        assert shown in notice
        assert over not in notice
