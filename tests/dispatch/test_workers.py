"""Who of a vendor goes to an order: papers complete and in force, the resident is told whom to let
in, and whoever has lapsed does not go."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from hotline import clock
from hotline.db import uuid7
from hotline.directory.required_papers import required_of_worker
from hotline.dispatch import standing_bars, vetting
from hotline.dispatch.actors import staff, vendor
from hotline.dispatch.errors import OrderMoveNotNow, WorkerUnfit
from hotline.dispatch.models import (
    VendorBar,
    VendorDocument,
    VendorWorker,
    WorkOrder,
    WorkOrderHistory,
)
from hotline.dispatch.move_order import make_move
from hotline.dispatch.rules import Move
from hotline.dispatch.schemas import OrderMoveIn
from hotline.dispatch.standing_present import vendor_standing
from hotline.dispatch.standing_schemas import BarIn
from hotline.dispatch.states import BarKind, OrderState, PaperState
from hotline.dispatch.vetting_schemas import WorkerIn
from hotline.dispatch.workers import candidates
from hotline.errors import IllegalMove, InvalidInput, NotFound
from hotline.events.models import Event
from hotline.messages.models import OutgoingMessage
from hotline.vault import vault_of
from tests.dispatch.conftest import WEDNESDAY, later
from tests.dispatch.test_vetting import review_of
from tests.dispatch.town import Town

CRIMELESS = "无犯罪记录证明"


async def worker(
    town: Town, name: str = "王小明", badge: str = "A001", *, until: date | None = date(2027, 6, 1)
) -> VendorWorker:
    """Of the first vendor, with a certificate until that day, or without one."""
    person = await town.city.person(town.session, "dispatcher", "海勃湾区")
    wanted = WorkerIn(name=name, identity="11010519491231002X", badge=badge)
    made = await vetting.submit_worker(town.session, person, town.vendors[0].id, wanted)
    made.state = PaperState.VALID
    if until is not None:
        town.session.add(
            VendorDocument(
                id=uuid7(), vendor_id=made.vendor_id, worker_id=made.id, kind=CRIMELESS,
                number="8", issuer="公安分局", expires_on=until, state=PaperState.VALID,
            )
        )  # fmt: skip
    await town.session.flush()
    return made


async def taken(town: Town) -> WorkOrder:
    """An order that the first vendor has accepted."""
    await town.vendor()
    order = await town.order()
    await town.offered(order)
    return await moved(town, order, Move.ACCEPT)


async def moved(town: Town, order: WorkOrder, move: Move, **given: Any) -> WorkOrder:
    firm = town.vendors[0]
    acting = vendor(firm.id, firm.name, "李**")
    wanted = OrderMoveIn(move=move, version=order.version, **given)
    return await make_move(town.session, acting, order, wanted)


async def refused(town: Town, order: WorkOrder, move: Move) -> None:
    """As a request that is refused leaves nothing."""
    with pytest.raises(WorkerUnfit):
        async with town.session.begin_nested():
            await moved(town, order, move)
    await town.session.refresh(order)


async def texts(town: Town, template: str) -> list[Mapping[str, str]]:
    chosen = select(OutgoingMessage).where(OutgoingMessage.template == template)
    vault = vault_of(town.session)
    return [
        orjson.loads(
            vault.open(one.params_sealed, table="outgoing_message", column="params", row=one.id)
        )
        for one in await town.session.scalars(chosen.order_by(OutgoingMessage.id))
    ]


async def test_the_resident_is_told_whom_to_let_in(town: Town) -> None:
    order = await taken(town)
    sent = await worker(town)
    await moved(town, order, Move.SEND_WORKER, worker_id=sent.id)
    assert (order.worker_id, order.state) == (sent.id, OrderState.ACCEPTED)
    (told,) = await texts(town, "sms_order_worker")
    assert (told["worker"], told["badge"]) == ("王小明", "A001")


async def test_the_history_and_the_event_name_the_worker_masked(town: Town) -> None:
    order = await taken(town)
    sent = await worker(town)
    await moved(town, order, Move.SEND_WORKER, worker_id=sent.id)
    row = await town.session.scalar(
        select(WorkOrderHistory).where(WorkOrderHistory.move == Move.SEND_WORKER)
    )
    assert row is not None
    assert row.note == "派王**上门，工牌A001。"
    assert row.actor_name == f"{town.vendors[0].name}（李**）"
    assert row.after["worker_id"] == str(sent.id)
    event = await town.session.scalar(
        select(Event).where(Event.name == "work_order.updated").order_by(Event.id.desc())
    )
    assert event is not None
    assert event.payload["worker"] == {
        "id": str(sent.id), "name_masked": "王**", "badge": "A001", "has_photo": False,
    }  # fmt: skip


async def test_another_worker_goes_instead_and_the_resident_hears_of_it(town: Town) -> None:
    order = await taken(town)
    first, other = await worker(town), await worker(town, "赵大力", "A002")
    await moved(town, order, Move.SEND_WORKER, worker_id=first.id)
    await moved(town, order, Move.SET_OUT)
    await moved(town, order, Move.SEND_WORKER, worker_id=other.id)
    assert (order.worker_id, order.state) == (other.id, OrderState.ON_THE_WAY)
    (told,) = await texts(town, "sms_order_worker_other")
    assert told["worker"] == "赵大力"
    with pytest.raises(OrderMoveNotNow):
        await moved(town, order, Move.SEND_WORKER, worker_id=other.id)
    assert len(await texts(town, "sms_order_worker_other")) == 1


@pytest.mark.parametrize("until", [None, date(2026, 11, 24)])
async def test_whose_certificate_is_missing_or_has_lapsed_is_not_named(
    town: Town, until: date | None
) -> None:
    order = await taken(town)
    unfit = await worker(town, until=until)
    with pytest.raises(WorkerUnfit) as refused:
        await moved(town, order, Move.SEND_WORKER, worker_id=unfit.id)
    assert refused.value.params["documents"] == [CRIMELESS]
    assert await texts(town, "sms_order_worker") == []


async def test_a_certificate_must_hold_on_the_day_of_the_visit(town: Town) -> None:
    order = await taken(town)
    unfit = await worker(town, until=WEDNESDAY.date() + timedelta(days=2))
    await moved(town, order, Move.APPOINT, appointment_at=WEDNESDAY + timedelta(days=3))
    with pytest.raises(WorkerUnfit):
        await moved(town, order, Move.SEND_WORKER, worker_id=unfit.id)
    await moved(town, order, Move.APPOINT, appointment_at=WEDNESDAY + timedelta(days=2))
    assert (await moved(town, order, Move.SEND_WORKER, worker_id=unfit.id)).worker_id == unfit.id


async def test_whose_certificate_lapses_after_they_were_named_does_not_set_out(town: Town) -> None:
    order = await taken(town)
    named = await worker(town, until=WEDNESDAY.date())
    await moved(town, order, Move.SEND_WORKER, worker_id=named.id)
    with clock.stopped(later(24 * 60)):
        for move in (Move.SET_OUT, Move.ARRIVE):
            await refused(town, order, move)
        other = await worker(town, "赵大力", "A002")
        await moved(town, order, Move.SEND_WORKER, worker_id=other.id)
        await moved(town, order, Move.SET_OUT)
    assert order.state == OrderState.ON_THE_WAY


@pytest.mark.parametrize("state", [PaperState.SUBMITTED, PaperState.REFUSED])
async def test_who_was_not_looked_at_by_two_persons_is_not_named(
    town: Town, state: PaperState
) -> None:
    order = await taken(town)
    unseen = await worker(town)
    unseen.state = state
    await town.session.flush()
    with pytest.raises(WorkerUnfit):
        await moved(town, order, Move.SEND_WORKER, worker_id=unseen.id)


async def barred(town: Town, whom: VendorWorker) -> VendorBar:
    boss = await town.city.person(town.session, "city_supervisor")
    wanted = BarIn(
        worker_id=whom.id, kind=BarKind.SUSPENSION, reason_code="poor_service", reason="须培训。",
        until=later(60),
    )  # fmt: skip
    return await standing_bars.bar_vendor(town.session, boss, whom.vendor_id, wanted)


async def test_who_is_barred_in_person_stays_away_and_the_vendor_goes_on(town: Town) -> None:
    order = await taken(town)
    one = await worker(town)
    await barred(town, one)
    assert town.vendors[0].standing == "active"
    (told,) = await texts(town, "sms_vendor_worker_barred")
    assert (told["worker"], told["reason"]) == ("王**", "须培训")
    (seen,) = await candidates(town.session, order, clock.now())
    assert (seen.is_barred, seen.is_fit) == (True, False)
    with clock.stopped(later(61)):
        (seen,) = await candidates(town.session, order, clock.now())
    assert seen.is_fit


async def test_a_bar_of_a_worker_is_lifted_and_shown_with_the_name(town: Town) -> None:
    order = await taken(town)
    one = await worker(town)
    bar = await barred(town, one)
    (shown,) = (await vendor_standing(town.session, one.vendor_id)).bars
    assert shown.worker == "王** A001"
    boss = await town.city.person(town.session, "city_supervisor")
    await standing_bars.lift_bar(town.session, boss, bar.id, reason="培训合格")
    assert len(await texts(town, "sms_vendor_worker_restored")) == 1
    (seen,) = await candidates(town.session, order, clock.now())
    assert seen.is_fit


async def test_whoever_is_barred_does_not_come_back_with_another_firm(town: Town) -> None:
    await taken(town)
    first = await worker(town)
    await barred(town, first)
    person = await town.city.person(town.session, "dispatcher", "海勃湾区")
    other = await town.vendor()
    wanted = WorkerIn(name="王小明", identity="11010519491231002X", badge="B9")
    again = await vetting.submit_worker(town.session, person, other.id, wanted)
    review = await review_of(town, again.id)
    await vetting.collect(town.session, person, review.id, note="本人到场")
    boss = await town.city.person(town.session, "city_supervisor")
    with pytest.raises(WorkerUnfit):
        await vetting.approve(town.session, boss, review.id)


async def test_a_bar_names_only_a_worker_of_the_vendor(town: Town) -> None:
    await taken(town)
    stranger = await worker(town)
    stranger.vendor_id = (await town.vendor()).id
    await town.session.flush()
    boss = await town.city.person(town.session, "city_supervisor")
    wanted = BarIn(
        worker_id=stranger.id, kind=BarKind.SUSPENSION, reason_code="other", reason="培训",
        until=later(60),
    )  # fmt: skip
    with pytest.raises(NotFound):
        await standing_bars.bar_vendor(town.session, boss, town.vendors[0].id, wanted)


async def test_another_vendors_worker_is_not_there(town: Town) -> None:
    order = await taken(town)
    stranger = await worker(town)
    stranger.vendor_id = (await town.vendor()).id
    await town.session.flush()
    with pytest.raises(NotFound):
        await moved(town, order, Move.SEND_WORKER, worker_id=stranger.id)


async def test_nobody_is_named_before_a_vendor_has_the_order_or_without_saying_whom(
    town: Town,
) -> None:
    order = await taken(town)
    sent = await worker(town)
    with pytest.raises(InvalidInput):
        await moved(town, order, Move.SEND_WORKER)
    desk = staff(await town.city.person(town.session, "dispatcher", "海勃湾区"))
    again = OrderMoveIn(move=Move.REASSIGN, version=order.version, reason_code="other")
    await make_move(town.session, desk, order, again)
    wanted = OrderMoveIn(move=Move.SEND_WORKER, version=order.version, worker_id=sent.id)
    with pytest.raises(IllegalMove):
        await make_move(town.session, desk, order, wanted)


async def test_the_worker_goes_with_the_vendor(town: Town) -> None:
    order = await taken(town)
    sent = await worker(town)
    await moved(town, order, Move.SEND_WORKER, worker_id=sent.id)
    await moved(town, order, Move.WITHDRAW, reason_code="busy")
    assert (order.vendor_id, order.worker_id) == (None, None)


def test_a_service_asks_each_worker_for_the_papers_that_are_a_persons() -> None:
    assert required_of_worker("svc-cv-nanny") == ("身份核验", CRIMELESS, "健康证")
    assert required_of_worker("svc-cv-elec") == ("身份核验", CRIMELESS, "低压电工操作证")
    assert required_of_worker("svc-cv-unlock") == ("身份核验", CRIMELESS)
