"""What whoever telephones about an order is told of who comes."""

from typing import Any

import pytest

from hotline.dispatch.models import WorkOrder
from hotline.dispatch.order_words import PHONE
from hotline.dispatch.rules import Move
from hotline.dispatch.states import OrderState, PaperState
from hotline.dispatch.visits import Visit, Visitor, visit_of
from hotline.vault import vault_of
from tests.dispatch.test_workers import moved, taken, worker
from tests.dispatch.town import RESIDENT, Town


async def told(town: Town, order: WorkOrder, number: str | None = RESIDENT) -> Visit | None:
    vault = vault_of(town.session)
    caller = vault.blind(f"+86{number}", purpose=PHONE) if number else None
    return await visit_of(town.session, order.ticket_id, caller=caller)


async def test_the_one_who_ordered_is_told_name_and_badge(town: Town) -> None:
    order = await taken(town)
    assert await told(town, order) == Visit(OrderState.ACCEPTED, None)
    sent = await worker(town)
    await moved(town, order, Move.SEND_WORKER, worker_id=sent.id)
    await moved(town, order, Move.SET_OUT)
    assert await told(town, order) == Visit(OrderState.ON_THE_WAY, Visitor("王小明", "A001"))


@pytest.mark.parametrize("number", ["13900009999", None])
async def test_nobody_else_is_told_the_name(town: Town, number: str | None) -> None:
    order = await taken(town)
    sent = await worker(town)
    await moved(town, order, Move.SEND_WORKER, worker_id=sent.id)
    assert await told(town, order, number) == Visit(OrderState.ACCEPTED, None)


@pytest.mark.parametrize(
    "change", [{"state": OrderState.COMPLETED}, {"state": OrderState.CANCELLED}]
)
async def test_an_order_that_has_ended_is_told_as_its_ticket(
    town: Town, change: dict[str, Any]
) -> None:
    order = await taken(town)
    order.state = change["state"]
    await town.session.flush()
    assert await told(town, order) is None


async def test_whoever_has_lapsed_is_not_vouched_for(town: Town) -> None:
    order = await taken(town)
    sent = await worker(town)
    await moved(town, order, Move.SEND_WORKER, worker_id=sent.id)
    sent.state = PaperState.REFUSED
    await town.session.flush()
    assert await told(town, order) == Visit(OrderState.ACCEPTED, None)
