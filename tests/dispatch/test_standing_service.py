"""Grades from what happened, bars that silence at once, appeals that somebody else decides."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hotline import clock
from hotline.dispatch import standing_bars as bars
from hotline.dispatch import standing_queries as queries
from hotline.dispatch import standing_service as service
from hotline.dispatch.ledger_models import LedgerEntry
from hotline.dispatch.models import Offer, VendorBar, WorkOrder, WorkOrderHistory
from hotline.dispatch.rules import Move
from hotline.dispatch.settlement_jobs import keep_accounts
from hotline.dispatch.standing import Advice, Count, Grade, Mark
from hotline.dispatch.standing_fairness import fairness
from hotline.dispatch.standing_models import AppealState, AppealSubject
from hotline.dispatch.standing_present import vendor_standing
from hotline.dispatch.standing_schemas import BarIn
from hotline.dispatch.states import BarKind, OfferState, OrderState
from hotline.errors import NotFound
from hotline.events.models import Event
from tests.dispatch.accounts_of_town import on, paid_order
from tests.dispatch.town import Town

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


async def rated(town: Town, *levels: int) -> None:
    for level in levels:
        await paid_order(
            town, town.vendors[0], 9_000, state=OrderState.RATED, rating=level,
            rated_at=clock.now(),
        )  # fmt: skip


async def happened(town: Town, order: WorkOrder, move: Move, **before: Any) -> None:
    town.session.add(
        WorkOrderHistory(
            order_id=order.id, name="work_order.moved", move=move, actor_kind="staff",
            actor_name="值班长", from_state=order.state, to_state=order.state,
            before=before, after={},
        )
    )  # fmt: skip
    await town.session.flush()


async def test_marks_are_counted_from_what_happened(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    await rated(staffed, 5, 3, 2)
    soon = clock.now() - timedelta(minutes=10)
    await paid_order(staffed, vendor, 9_000, appointment_at=soon, arrived_at=clock.now())
    late = clock.now() - timedelta(minutes=16)
    argued = await paid_order(staffed, vendor, 9_000, appointment_at=late, arrived_at=clock.now())
    await happened(staffed, argued, Move.DISPUTE)
    lost = await paid_order(staffed, staffed.vendors[1], 9_000)
    await happened(staffed, lost, Move.WITHDRAW, vendor_id=str(vendor.id))
    for turn, state in enumerate([OfferState.ACCEPTED, OfferState.EXPIRED, OfferState.FAILED]):
        session.add(Offer(order_id=lost.id, vendor_id=vendor.id, turn=turn, state=state,
                          channel="call", reason={}, expires_at=clock.now()))  # fmt: skip
    await session.flush()
    counted = (await queries.month_counts(session, staffed.city.id, NOVEMBER))[vendor.id]
    assert counted == {
        Mark.SATISFIED: Count(2, 3),
        Mark.ON_TIME: Count(1, 2),
        Mark.ACCEPTED: Count(1, 2),
        Mark.COMPLETED: Count(5, 6),
        Mark.WITHOUT_COMPLAINT: Count(4, 5),
    }
    assert await queries.month_counts(session, staffed.city.id, DECEMBER) == {}


async def test_every_vendor_is_graded_once_a_month(staffed: Town) -> None:
    await rated(staffed, 5, 5)
    with on(12, 1):
        assert await service.grade_month(staffed.session, staffed.city.id, NOVEMBER) == 3
        assert await service.grade_month(staffed.session, staffed.city.id, NOVEMBER) == 0
    told = await vendor_standing(staffed.session, staffed.vendors[0].id)
    assert [month.grade for month in told.months] == [Grade.B]
    assert told.months[0].advice == [Advice.KEEP_ON]
    assert staffed.vendors[0].grade == "B"
    assert staffed.vendors[1].grade == "A"  # nothing happened, nothing changes


async def test_two_months_of_warnings_suspend_and_silence(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    for month, month_number in ((NOVEMBER, 11), (DECEMBER, 12)):
        with on(month_number, 20):
            await rated(staffed, *[1] * 3, *[5] * 8)
        with on(month_number % 12 + 1, 1, 2026 + month_number // 12):
            await service.grade_month(session, staffed.city.id, month)
            told = await vendor_standing(session, vendor.id)
    assert [month.grade for month in told.months] == [Grade.SUSPENDED, Grade.WATCH]
    assert told.months[0].advice[:2] == [Advice.APPEAL, Advice.CLEAR_SUSPENSION]
    assert [one.reason_code for one in told.bars] == ["two_warnings"]
    assert vendor.silenced_at == told.bars[0].since
    with on(1, 30, 2027):
        assert await bars.end_bars(session, staffed.city.id) == 0
    with on(2, 1, 2027):
        assert await bars.end_bars(session, staffed.city.id) == 1
    assert vendor.silenced_at is None


async def barred(town: Town, kind: BarKind = BarKind.SUSPENSION) -> VendorBar:
    boss = await town.city.person(town.session, "city_supervisor")
    wanted = BarIn(
        kind=kind, reason_code="overcharging", reason="两次加价", evidence=["录音一", "收据二"],
        until=clock.now() + timedelta(days=365),
    )  # fmt: skip
    return await bars.bar_vendor(town.session, boss, town.vendors[0].id, wanted)


async def test_a_bar_silences_at_once_and_nodes_are_told(staffed: Town) -> None:
    made = await barred(staffed, BarKind.BLACKLIST)
    assert staffed.vendors[0].silenced_at == made.since
    told = await staffed.session.scalar(select(Event).where(Event.name == "directory.published"))
    assert told is not None


async def test_a_vendor_speaks_again_only_when_no_bar_is_left(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    boss = await staffed.city.person(session, "city_supervisor")
    first, second = await barred(staffed), await barred(staffed, BarKind.BLACKLIST)
    await bars.lift_bar(session, boss, first.id, reason="已整改")
    assert vendor.silenced_at is not None
    await bars.lift_bar(session, boss, second.id, reason="已整改")
    assert vendor.silenced_at is None
    with pytest.raises(bars.BarLifted):
        await bars.lift_bar(session, boss, second.id, reason="再来")


async def test_what_was_silenced_otherwise_stays_silent(staffed: Town) -> None:
    boss = await staffed.city.person(staffed.session, "city_supervisor")
    staffed.vendors[0].silenced_at = clock.now() - timedelta(days=9)
    made = await barred(staffed)
    await bars.lift_bar(staffed.session, boss, made.id, reason="已整改")
    assert staffed.vendors[0].silenced_at is not None


async def test_an_upheld_appeal_lifts_the_bar(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    made = await barred(staffed)
    one = await service.appeal(session, vendor.id, AppealSubject.BAR, made.id, words="没有加价")
    boss = await staffed.city.person(session, "city_supervisor")
    with pytest.raises(service.AppealOwnDecision):
        await service.decide_appeal(session, boss, one.id, is_upheld=True, answer="成立")
    other = await staffed.city.person(session, "district_supervisor", "乌达区")
    await service.decide_appeal(session, other, one.id, is_upheld=True, answer="录音属实，成立")
    assert (one.state, vendor.silenced_at) == (AppealState.UPHELD, None)
    with pytest.raises(service.AppealDecided):
        await service.decide_appeal(session, other, one.id, is_upheld=False, answer="再判")


async def test_an_appeal_comes_once_in_time_and_from_the_vendor_itself(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    made = await barred(staffed)
    other = staffed.vendors[1].id
    with pytest.raises(NotFound):
        await service.appeal(session, other, AppealSubject.BAR, made.id, words="不是我")
    with on(12, 11), pytest.raises(service.AppealTooLate):
        await service.appeal(session, vendor.id, AppealSubject.BAR, made.id, words="晚了")
    await service.appeal(session, vendor.id, AppealSubject.BAR, made.id, words="没有加价")
    with pytest.raises(service.AppealTwice):
        await service.appeal(session, vendor.id, AppealSubject.BAR, made.id, words="没有加价")


async def test_accounts_are_kept_and_months_graded_by_themselves(staffed: Town) -> None:
    await paid_order(staffed, staffed.vendors[0], 9_000)
    with on(12, 1):
        await keep_accounts(staffed.session)
    booked = (await staffed.session.scalars(select(LedgerEntry.kind))).all()
    assert sorted(booked) == ["deposit", "deposit", "deposit", "order"]
    told = await vendor_standing(staffed.session, staffed.vendors[0].id)
    assert [month.month for month in told.months] == ["2026-11"]


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "suspension", "until": None},
        {"kind": "blacklist", "evidence": []},
        {"kind": "resident"},
    ],
)
def test_a_bar_needs_what_its_kind_asks_for(given: dict[str, Any]) -> None:
    whole = {
        "kind": "suspension", "reason_code": "late", "reason": "多次迟到", "evidence": ["工单"],
        "until": "2026-12-31T00:00:00+08:00",
    }  # fmt: skip
    assert BarIn.model_validate(whole)
    with pytest.raises(ValueError, match=r"截止|证据|kind"):
        BarIn.model_validate(whole | given)


async def test_fairness_compares_turns_with_what_each_was_entitled_to(staffed: Town) -> None:
    """Every offer gives out one turn: what all were entitled to is what all have had."""
    session = staffed.session
    for _ in range(6):
        offer = await staffed.offered(await staffed.order())
        offer.state = OfferState.EXPIRED
        await session.flush()
    boss = await staffed.city.person(session, "city_supervisor")
    (told,) = (await fairness(session, boss, staffed.city.id, clock.now())).categories
    assert (told.category, told.turns) == ("综合修理", 6)
    assert sum(one.expected for one in told.vendors) == pytest.approx(6, abs=0.05)
    assert [one.turns for one in told.vendors] == [2, 2, 2]
    assert told.largest_gap < 1
    elsewhere = await staffed.city.person(session, "district_supervisor", "海南区")
    assert (await fairness(session, elsewhere, staffed.city.id, clock.now())).categories == []
