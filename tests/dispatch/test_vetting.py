"""A vendor's file: two persons, seven days of notice, papers that lapse."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.directory.models import Vendor
from hotline.directory.required_papers import lacking, required_for
from hotline.directory.vendors import has_papers
from hotline.dispatch import cascade, vetting, vetting_present
from hotline.dispatch.check_papers import check_papers, due_between
from hotline.dispatch.errors import PapersLacking, ReviewNotNow, SamePerson
from hotline.dispatch.identity import is_credit_code, is_identity_number
from hotline.dispatch.models import VendorReview
from hotline.dispatch.states import OrderState, ReviewState
from hotline.dispatch.vendor_files import file_of
from hotline.dispatch.vetting_schemas import DocumentIn, VendorIn, VendorPatch, WorkerIn
from hotline.errors import InvalidInput, NotFound
from hotline.events.models import Event
from hotline.messages.models import OutgoingMessage
from hotline.principal import Principal
from tests.dispatch.conftest import later
from tests.dispatch.town import DISTRICT, UNBLOCK, Town

WEEK = 7 * 24 * 60
PAPERS = ("营业执照", "身份核验", "责任保险")
FIRM: dict[str, Any] = {
    "key": "ven-new", "name": "新来的疏通店", "category": "综合修理", "districts": [DISTRICT],
    "phone": "13900009001", "contact": "王经理", "address": "海勃湾区人民路1号", "lat": 39.66,
    "lon": 106.81, "hours": "Mo-Su 00:00-24:00", "capacity": 3, "channel": "sms_reply",
    "price_list": [{"service_id": UNBLOCK, "unit": "次", "price_min": 60, "price_max": 150}],
    "legal_name": "新来的疏通店", "credit_code": "91350100M000100Y43",
}  # fmt: skip


async def district(town: Town) -> Principal:
    return await town.city.person(town.session, "dispatcher", DISTRICT)


async def city(town: Town) -> Principal:
    return await town.city.person(town.session, "city_supervisor")


async def review_of(town: Town, subject_id: Any) -> VendorReview:
    chosen = select(VendorReview).where(VendorReview.subject_id == subject_id)
    return (await town.session.scalars(chosen.order_by(VendorReview.id.desc()))).all()[0]


async def with_papers(town: Town, vendor: Vendor, *kinds: str) -> None:
    for kind in kinds:
        wanted = DocumentIn(kind=kind, number="1", issuer="市场监管局", expires_on=date(2030, 1, 1))
        document = await vetting.submit_document(
            town.session, await district(town), vendor.id, wanted
        )
        review = await review_of(town, document.id)
        await vetting.collect(town.session, await district(town), review.id, note="原件已核")
        await vetting.approve(town.session, await city(town), review.id)


async def test_a_firm_is_sent_out_after_papers_two_persons_and_seven_days(town: Town) -> None:
    vendor = await vetting.apply_vendor(
        town.session, await district(town), VendorIn.model_validate(FIRM)
    )
    review = await review_of(town, vendor.id)
    with pytest.raises(ReviewNotNow):
        await vetting.approve(town.session, await city(town), review.id)
    await vetting.collect(town.session, await district(town), review.id, note="已上门看过")
    assert (review.state, review.notice_until) == (ReviewState.IN_NOTICE, later(WEEK))
    with pytest.raises(ReviewNotNow):
        await vetting.approve(town.session, await city(town), review.id)
    order = await town.order()
    assert await cascade.offer_next(town.session, order.id) is None
    with clock.stopped(later(WEEK)):
        async with town.session.begin_nested() as attempt:
            with pytest.raises(PapersLacking) as lacks:
                await vetting.approve(town.session, await city(town), review.id)
            await attempt.rollback()
        assert lacks.value.params["documents"] == list(PAPERS)
        await town.session.refresh(review)
        await with_papers(town, vendor, *PAPERS)
        await vetting.approve(town.session, await city(town), review.id)
        assert vendor.status == "active"
        offer = await town.offered(await town.order())
    assert (offer.vendor_id, offer.channel) == (vendor.id, "sms_reply")


async def test_whoever_collected_does_not_approve(town: Town) -> None:
    vendor = await town.vendor()
    person = await city(town)
    document = await vetting.submit_document(
        town.session, person, vendor.id,
        DocumentIn(kind="健康证", number="1", issuer="疾控中心", expires_on=date(2027, 1, 1)),
    )  # fmt: skip
    review = await review_of(town, document.id)
    await vetting.collect(town.session, person, review.id, note="原件已核")
    with pytest.raises(SamePerson):
        await vetting.approve(town.session, person, review.id)


async def test_an_approved_paper_counts_at_once_and_is_announced(town: Town) -> None:
    stale = [
        {"document": name, "number": "1", "expires": "2026-11-24" if name == "责任保险" else
         "2036-01-01"}
        for name in PAPERS
    ]  # fmt: skip
    vendor = await town.vendor(vetting=stale)
    order = await town.order()
    assert await cascade.offer_next(town.session, order.id) is None
    assert order.state == OrderState.UNPLACED
    await with_papers(town, vendor, "责任保险")
    await town.offered(await town.order())
    told = await town.session.scalars(select(Event).where(Event.name == "directory.published"))
    assert len(list(told)) == 1


async def test_a_missing_paper_of_the_service_keeps_a_vendor_home(town: Town) -> None:
    vendor = await town.vendor(vetting=[])
    (shown,) = await vetting_present.listed(town.session, [vendor])
    assert (shown.lacking, shown.unserved) == (list(PAPERS), [UNBLOCK])
    order = await town.order()
    assert await cascade.offer_next(town.session, order.id) is None


async def test_a_refused_paper_says_why_and_changes_nothing(town: Town) -> None:
    vendor = await town.vendor()
    before = list(vendor.vetting)
    document = await vetting.submit_document(
        town.session, await district(town), vendor.id,
        DocumentIn(kind="责任保险", number="2", issuer="保险公司", expires_on=date(2031, 1, 1)),
    )  # fmt: skip
    review = await review_of(town, document.id)
    await vetting.refuse(town.session, await district(town), review.id, reason="扫描件看不清")
    assert (document.state, vendor.vetting) == ("refused", before)
    with pytest.raises(ReviewNotNow):
        await vetting.approve(town.session, await city(town), review.id)


async def test_a_worker_is_checked_and_shown_masked(town: Town) -> None:
    vendor = await town.vendor()
    wanted = WorkerIn(name="王小明", identity="11010519491231002X", badge="A001")
    worker = await vetting.submit_worker(town.session, await district(town), vendor.id, wanted)
    assert (worker.name_masked, worker.identity_masked) == ("王**", "110***********002X")
    assert "王小明".encode() not in worker.name_sealed
    with pytest.raises(InvalidInput):
        await vetting.submit_worker(
            town.session, await district(town), vendor.id,
            WorkerIn(name="王", identity="110105194912310021", badge="A002"),
        )  # fmt: skip


async def test_a_vendor_of_another_district_is_not_there(town: Town) -> None:
    vendor = await town.vendor()
    stranger = await town.city.person(town.session, "dispatcher", "海南区")
    patch = VendorPatch(version=1, capacity=1)
    with pytest.raises(NotFound):
        await vetting.amend_vendor(town.session, stranger, vendor.id, patch)


async def test_a_fixed_telephone_cannot_be_asked_by_text(town: Town) -> None:
    vendor = await town.vendor(phone="0473-000-4001")
    with pytest.raises(InvalidInput):
        await vetting.amend_vendor(
            town.session, await district(town), vendor.id,
            VendorPatch(version=1, channel="sms_reply"),
        )  # fmt: skip
    version = (await file_of(town.session, vendor)).version
    shown = VendorPatch(version=version, phone="13911112222", channel="sms_reply")
    await vetting.amend_vendor(town.session, await district(town), vendor.id, shown)
    assert (await town.offered(await town.order())).channel == "sms_reply"


async def test_vendors_are_reminded_once_at_each_threshold(town: Town) -> None:
    await town.vendor(vetting=[{"document": "责任保险", "number": "1", "expires": "2026-12-25"}])
    assert await check_papers(town.session, date(2026, 11, 24)) == 1
    assert await check_papers(town.session, date(2026, 11, 25)) == 0
    (sent,) = await town.session.scalars(select(OutgoingMessage))
    assert sent.template == "sms_vendor_expiry"


async def certificate(town: Town, vendor: Vendor, expires: date) -> None:
    """Of a worker, approved by two persons."""
    wanted = WorkerIn(name="王小明", identity="11010519491231002X", badge="A001")
    worker = await vetting.submit_worker(town.session, await district(town), vendor.id, wanted)
    paper = DocumentIn(
        kind="健康证", number="1", issuer="疾控中心", expires_on=expires, worker_id=worker.id
    )
    document = await vetting.submit_document(town.session, await district(town), vendor.id, paper)
    review = await review_of(town, document.id)
    await vetting.collect(town.session, await district(town), review.id, note="原件已核")
    await vetting.approve(town.session, await city(town), review.id)


async def test_a_workers_certificate_is_reminded_of_and_its_end_stops_the_worker_alone(
    town: Town,
) -> None:
    vendor = await town.vendor()
    await certificate(town, vendor, date(2026, 12, 2))
    assert await check_papers(town.session, date(2026, 11, 24)) == 1
    (soon,) = await vetting_present.expiring(town.session, [vendor], 60)
    assert (soon.worker, soon.document, soon.days_left) == ("王**", "健康证", 7)
    assert await vetting_present.expiring(town.session, [vendor], 6) == []
    with clock.stopped(later(8 * 24 * 60)):
        assert await check_papers(town.session, date(2026, 12, 2)) == 1
        await town.offered(await town.order())
    sent = await town.session.scalars(select(OutgoingMessage.template).order_by(OutgoingMessage.id))
    told = [template for template in sent if "worker" in template]
    assert told == ["sms_vendor_worker_expiry", "sms_vendor_worker_over"]


async def renewed(town: Town, vendor: Vendor) -> None:
    asked = await vetting.renew_vendor(town.session, await district(town), vendor.id)
    await vetting.collect(town.session, await district(town), asked.id, note="已看过全卷")
    await vetting.approve(town.session, await city(town), asked.id)


async def test_whoever_is_not_looked_at_again_within_a_year_is_sent_no_more(town: Town) -> None:
    vendor = await town.vendor()
    await renewed(town, vendor)
    with pytest.raises(InvalidInput):
        await vetting.submit_document(
            town.session, await district(town), vendor.id,
            DocumentIn(kind="年度复核", number="1", issuer="区", expires_on=date(2040, 1, 1)),
        )  # fmt: skip
    (due,) = await vetting_present.expiring(town.session, [vendor], 365)
    assert (due.document, due.expires) == ("年度复核", date(2027, 11, 25))
    assert has_papers(vendor.vetting, UNBLOCK, date(2027, 11, 25))
    assert not has_papers(vendor.vetting, UNBLOCK, date(2027, 11, 26))
    assert [one.days_left for one in due_between(vendor.vetting, date(2027, 11, 17),
                                                 date(2027, 11, 26))] == [7, -1]  # fmt: skip
    with clock.stopped(later(24 * 60)):
        await renewed(town, vendor)
        await town.offered(await town.order())
    assert has_papers(vendor.vetting, UNBLOCK, date(2027, 11, 26))


@pytest.mark.parametrize(
    ("after", "until", "days"),
    [
        (date(2026, 10, 25), date(2026, 10, 26), [60]),
        (date(2026, 10, 26), date(2026, 10, 27), []),
        (date(2026, 10, 20), date(2026, 11, 26), [60, 30]),
        (date(2026, 12, 24), date(2026, 12, 25), []),
        (date(2026, 12, 25), date(2026, 12, 26), [-1]),
    ],
)
def test_a_day_that_was_missed_is_made_up_for(after: date, until: date, days: list[int]) -> None:
    papers = [{"document": "责任保险", "expires": "2026-12-25"}]
    assert [one.days_left for one in due_between(papers, after, until)] == days


def test_the_last_day_of_a_paper_counts() -> None:
    held = [{"document": name, "expires": "2026-11-25"} for name in PAPERS]
    assert lacking(held, ["svc-x"], date(2026, 11, 25)) == ()
    assert lacking(held, ["svc-x"], date(2026, 11, 26)) == PAPERS


def test_a_locksmith_is_known_to_the_police() -> None:
    assert "开锁备案" in required_for("svc-cv-unlock")


@pytest.mark.parametrize(
    ("code", "is_so"),
    [
        ("91350100M000100Y43", True),
        ("91350100M000100Y44", False),
        ("91350100M000100Y4", False),
        ("91350100M00010OY43", False),
    ],
)
def test_the_check_digit_of_a_firm(code: str, is_so: bool) -> None:
    assert is_credit_code(code) == is_so


@pytest.mark.parametrize(
    ("number", "is_so"),
    [("11010519491231002X", True), ("11010519491231002x", True), ("110105194912310020", False),
     ("11010519491231", False), ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", False)],
)  # fmt: skip
def test_the_check_digit_of_a_person(number: str, is_so: bool) -> None:
    assert is_identity_number(number) == is_so
