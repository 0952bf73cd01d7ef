"""What of a vendor changes at once, and what after two persons have looked."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from hotline import clock
from hotline.attachments.keeping import Store, check
from hotline.attachments.scanner import NoScanner
from hotline.directory.models import Vendor
from hotline.dispatch import cascade, paper_files, vendor_card, vetting, vetting_present
from hotline.dispatch.actors import resident
from hotline.dispatch.avoid_vendor import avoid_vendor, want_again
from hotline.dispatch.errors import PapersLacking, ReviewNotNow
from hotline.dispatch.models import VendorReview
from hotline.dispatch.states import OrderState, ReviewSubject
from hotline.dispatch.vendor_files import file_of
from hotline.dispatch.vetting_schemas import DocumentIn, PriceIn, VendorIn, VendorPatch, WorkerIn
from hotline.errors import InvalidInput, StaleVersion
from hotline.principal import Principal
from tests.dispatch.conftest import later
from tests.dispatch.test_vetting import FIRM, city, district, review_of
from tests.dispatch.town import UNBLOCK, Town

DEAR = [PriceIn(service_id=UNBLOCK, unit="次", price_min=100, price_max=260)]


async def card_review(town: Town, vendor: Vendor) -> VendorReview:
    chosen = select(VendorReview).where(
        VendorReview.vendor_id == vendor.id, VendorReview.subject == ReviewSubject.CARD
    )
    return (await town.session.scalars(chosen)).one()


async def looked_at(town: Town, review: VendorReview) -> None:
    await vetting.collect(town.session, await district(town), review.id, note="已核")
    await vetting.approve(town.session, await city(town), review.id)


async def amended(town: Town, vendor: Vendor, **given: Any) -> None:
    version = (await file_of(town.session, vendor)).version
    patch = VendorPatch(version=version, **given)
    await vetting.amend_vendor(town.session, await district(town), vendor.id, patch)


async def test_a_new_price_counts_when_two_persons_have_looked(town: Town) -> None:
    vendor = await town.vendor()
    await amended(town, vendor, capacity=9, price_list=DEAR, name=vendor.name)
    assert (vendor.capacity, vendor.price_list[0]["price_max"]) == (9, 200)
    review = await card_review(town, vendor)
    assert set(review.proposed or {}) == {"price_list"}
    await looked_at(town, review)
    assert vendor.price_list == [DEAR[0].model_dump()]


async def test_of_two_edits_made_from_the_same_file_the_second_is_refused(town: Town) -> None:
    vendor, desk = await town.vendor(), await district(town)
    seen = (await vetting_present.whole(town.session, vendor)).version
    await vetting.amend_vendor(
        town.session, desk, vendor.id, VendorPatch(version=seen, contact="李经理")
    )
    late = VendorPatch(version=seen, hours="24/7", phone="13911112222")
    with pytest.raises(StaleVersion):
        await vetting.amend_vendor(town.session, desk, vendor.id, late)
    now = await vetting_present.whole(town.session, vendor)
    assert (now.contact, now.hours != "24/7", now.version > seen) == ("李经理", True, True)


async def test_a_card_that_two_persons_let_pass_makes_older_edits_stale(town: Town) -> None:
    vendor = await town.vendor()
    await amended(town, vendor, price_list=DEAR)
    seen = (await vetting_present.whole(town.session, vendor)).version
    await looked_at(town, await card_review(town, vendor))
    late = VendorPatch(version=seen, capacity=2)
    with pytest.raises(StaleVersion):
        await vetting.amend_vendor(town.session, await district(town), vendor.id, late)


async def test_changes_that_wait_are_one_and_a_collected_one_is_left_alone(town: Town) -> None:
    vendor = await town.vendor()
    await amended(town, vendor, price_list=DEAR)
    await amended(town, vendor, name="通达管道总店")
    review = await card_review(town, vendor)
    assert set(review.proposed or {}) == {"price_list", "name"}
    await vetting.collect(town.session, await district(town), review.id, note="已核")
    with pytest.raises(ReviewNotNow):
        await amended(town, vendor, name="通达管道分店")


async def test_a_firm_that_nobody_has_collected_is_still_being_written(town: Town) -> None:
    vendor = await vetting.apply_vendor(
        town.session, await district(town), VendorIn.model_validate(FIRM)
    )
    await amended(town, vendor, price_list=DEAR, districts=["乌达区"])
    assert vendor.districts == ["乌达区"]
    assert (await vendor_card.shown_card(town.session, vendor))["price_list"][0]["price_max"] == 260
    assert (await vetting_present.whole(town.session, vendor)).service_ids == [UNBLOCK]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"districts": ["河东区"]}, "districts"),
        ({"credit_code": "91350100M000100Y44"}, "credit_code"),
        ({"price_list": [DEAR[0].model_copy(update={"service_id": "svc-none"})]}, "price_list"),
        ({"price_list": DEAR * 2}, "price_list"),
    ],
)
async def test_what_does_not_fit_is_said_by_its_field(
    town: Town, given: dict[str, Any], field: str
) -> None:
    vendor = await town.vendor()
    with pytest.raises(InvalidInput) as refused:
        await amended(town, vendor, **given)
    assert refused.value.params["errors"][0]["field"] == field


async def test_a_badge_needs_a_photo_and_a_certificate(town: Town, tmp_path: Any) -> None:
    vendor = await town.vendor()
    person, approver, store = await district(town), await city(town), Store(tmp_path)
    wanted = WorkerIn(name="王小明", identity="11010519491231002X", badge="A001")
    worker = await vetting.submit_worker(town.session, person, vendor.id, wanted)
    review = await review_of(town, worker.id)
    await vetting.collect(town.session, person, review.id, note="本人到场")
    with pytest.raises(PapersLacking) as lacks:
        async with town.session.begin_nested():
            await vetting.approve(town.session, approver, review.id)
    assert lacks.value.params["documents"] == ["无犯罪记录证明", "工牌照片"]
    await town.session.refresh(review)
    await town.session.refresh(worker)
    picture = BytesIO()
    Image.new("RGB", (40, 50), "white").save(picture, "JPEG")
    photo = await check(picture.getvalue(), "a.jpg", NoScanner())
    await paper_files.keep_photo(town.session, person, worker, store, photo)
    await certified(town, vendor, person, worker.id)
    await vetting.approve(town.session, await city(town), review.id)
    assert worker.state == "valid"
    kept, _ = await paper_files.photo_of(town.session, worker, store)
    assert kept.media_type == "image/jpeg"
    with pytest.raises(ReviewNotNow):
        await paper_files.keep_photo(town.session, person, worker, store, photo)


async def certified(town: Town, vendor: Vendor, person: Principal, worker_id: Any) -> None:
    wanted = DocumentIn(
        kind="无犯罪记录证明", number="8", issuer="海勃湾公安分局", expires_on=date(2027, 1, 1),
        worker_id=worker_id,
    )  # fmt: skip
    document = await vetting.submit_document(town.session, person, vendor.id, wanted)
    await looked_at(town, await review_of(town, document.id))


async def test_a_vendor_that_a_resident_does_not_want_is_not_sent_there_again(town: Town) -> None:
    vendor = await town.vendor()
    order = await town.order()
    order.vendor_id, order.state = vendor.id, OrderState.RATED
    await town.session.flush()
    bar = await avoid_vendor(town.session, resident(), order)
    assert await avoid_vendor(town.session, resident(), order) is bar
    again = await town.order()
    with clock.stopped(later(1)):
        assert await cascade.offer_next(town.session, again.id) is None
    await want_again(town.session, resident(), order)
    assert (await town.offered(await town.order())).vendor_id == vendor.id
