"""A home needs a plumber: from the call to the rating, over every way a vendor can be asked."""

from hotline.dispatch.models import WorkOrder
from tests.journeys.vendor_steps import (
    AS_WRITTEN,
    RESIDENT,
    accepted_paid_and_rated,
    done_at_home,
    nothing_is_lost_or_doubled,
    order_by_call,
    order_of,
    placed_with_the_third,
    prepare,
    texted,
)
from tests.queueing.hall import Hall


async def test_a_drain_is_cleared_over_three_vendors(hall: Hall) -> None:
    address = await prepare(hall)
    await hall.ring(AS_WRITTEN, "answer")
    await order_by_call(hall, address, at_once)
    order = await order_of(hall)
    assert (order.consent, order.consent_how, order.wanted_when) == ("given", "voice", "明天上午")
    path = await placed_with_the_third(hall, at_once)
    told = await texted(hall, "sms_order_taken")
    assert (told["phone"], told["address"]) == (RESIDENT, address)
    await done_at_home(hall, path, at_once)
    done = await accepted_paid_and_rated(hall, path, at_once)
    await nothing_is_lost_or_doubled(hall, done)
    await desk_sees_it(hall, done)


async def at_once() -> None:
    """Nothing happens between two steps."""


async def desk_sees_it(hall: Hall, order: WorkOrder) -> None:
    """Its own district and the city see the order and its story; another district does not."""
    path = f"/api/v1/work-orders/{order.id}"
    own = await hall.city.signed_in("supervisor-haibowan")
    seen = (await own.get(path)).json()
    assert [one["state"] for one in seen["offers"]] == ["declined", "expired", "accepted"]
    assert seen["caller_masked"] == "139****1234"
    assert len(seen["history"]) == 16
    other = await hall.city.signed_in("supervisor-hainan")
    assert (await other.get(path)).status_code == 404
    assert (await other.get("/api/v1/work-orders")).json()["items"] == []
    ticket = (await own.get(f"/api/v1/tickets/{order.ticket_id}")).json()
    assert ticket["status"] == "closed"
    for client in (own, other):
        await client.aclose()
