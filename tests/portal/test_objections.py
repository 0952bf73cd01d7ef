"""A firm on public notice takes objections on the portal, without scripts, and not without end."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from hotline import clock
from hotline.db import uuid7
from hotline.directory.models import Vendor
from hotline.dispatch.models import VendorObjection, VendorReview
from hotline.dispatch.states import ReviewState, ReviewSubject
from hotline.organizations.queries import cities
from tests.portal.conftest import OwnCity, Seen
from tests.portal.test_report import insist, post

WORDS = "去年这家在我家多收了三百元"


async def noticed(own_city: OwnCity, days: int) -> tuple[str, UUID]:
    """A firm on notice for so many days: its name, and the review."""
    async with own_city.database.transaction() as session:
        city = (await cities(session))[0]
        vendor = (await session.scalars(select(Vendor).order_by(Vendor.position).limit(1))).one()
        review = VendorReview(
            id=uuid7(), vendor_id=vendor.id, city_id=city.id, subject_id=vendor.id,
            subject=ReviewSubject.ADMISSION, state=ReviewState.IN_NOTICE,
            notice_until=clock.now() + timedelta(days=days),
        )  # fmt: skip
        session.add(review)
        return vendor.name, review.id


async def said(own_city: OwnCity) -> list[tuple[str, bool]]:
    async with own_city.database.transaction() as session:
        rows = await session.scalars(select(VendorObjection).order_by(VendorObjection.id))
        return [(one.words, one.wants_answer) for one in rows]


async def test_whoever_knows_something_against_a_firm_says_so(own_city: OwnCity) -> None:
    name, review_id = await noticed(own_city, 3)
    path = f"/vendors/notices/{review_id}"
    async with own_city.serve() as city:
        listed = await city.client.get("/vendors")
        assert path in Seen(listed.text).links
        page = (await city.client.get(path)).text
        assert name in page
        (form,) = [one for one in Seen(page).all("form") if one.get("method") == "post"]
        assert form["action"] == path
        short = await post(city, path, {"words": "坏"})
        assert (short.status_code, "至少五个字" in short.text) == (422, True)
        no_number = await post(city, path, {"words": WORDS, "phone": "没有"})
        assert no_number.status_code == 422
        assert WORDS in no_number.text
        assert await said(own_city) == []
        done = await post(city, path, {"words": WORDS, "phone": "13900008888"})
        assert (done.status_code, "短信告诉您" in done.text) == (200, True)
        robot = await post(city, path, {"words": "机器人写的话", "website": "x"})
        assert robot.status_code == 422
        for number in range(4):
            assert (await insist(city, path, {"words": f"{WORDS}{number}"})).status_code == 200
        assert (await post(city, path, {"words": "第六条异议"})).status_code == 429
    assert (WORDS, True) in await said(own_city)
    assert len(await said(own_city)) == 5


async def test_what_is_not_on_notice_is_not_there(own_city: OwnCity) -> None:
    _, over = await noticed(own_city, -1)
    async with own_city.serve() as city:
        for path in (over, uuid7(), "nothing"):
            assert (await city.client.get(f"/vendors/notices/{path}")).status_code == 404
            sent = await post(city, f"/vendors/notices/{path}", {"words": WORDS})
            assert sent.status_code == 404
    assert await said(own_city) == []
