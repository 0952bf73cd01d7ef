"""What a ticket counts at each point of its life, by hand."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.stats import queries
from hotline.stats.periods import Period
from hotline.tickets.queries import open_children
from tests.stats.counting import counted, look, sums
from tests.tickets.city import City

pytestmark = pytest.mark.usefixtures("monday")

TODAY = date(2026, 11, 23)
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=clock.LOCAL)
SATISFIED = {"level": 5, "resolved": True}


async def test_a_ticket_is_received_where_it_is_and_above(
    session: AsyncSession, city: City, opened: Any
) -> None:
    await look(session, await opened())
    for scope in (city.id, city.ids["海勃湾区"]):
        assert await counted(session, scope, TODAY) == {"received": 1, "valid": 1}
    assert await counted(session, city.ids["乌达区"], TODAY) == {}


async def test_looking_twice_counts_once(session: AsyncSession, city: City, opened: Any) -> None:
    ticket = await opened()
    for _ in range(3):
        await look(session, ticket)
    assert (await counted(session, city.id, TODAY))["received"] == 1


async def test_answered_at_once_is_direct_and_final_until_the_caller_rings_again(
    session: AsyncSession, city: City, opened: Any, go: Any
) -> None:
    ticket = await opened(kind="consult")
    await go(ticket, "answer", "agent", note="已告知")
    await go(ticket, "close", "agent")
    await look(session, ticket)
    seen = await counted(session, city.id, TODAY)
    assert (seen["direct"], seen["direct_final"]) == (1, 1)
    with clock.stopped(MONDAY + timedelta(days=2)):
        again = await opened(kind="consult")
    await look(session, ticket, again)
    seen = await counted(session, city.id, TODAY)
    assert seen["direct"] == 1
    assert "direct_final" not in seen


async def test_dispatch_and_signature_within_their_limits(
    session: AsyncSession, city: City, at_unit: Any
) -> None:
    await look(session, await at_unit())
    district = city.ids["海勃湾区"]
    expected = {"dispatched": 1, "dispatch_due": 1, "dispatch_in_time": 1, "signed_in_time": 1}
    seen = await sums(session, district, TODAY, TODAY + timedelta(days=3), *expected)
    assert seen == expected | {"due_open_today": 0}


async def test_a_return_is_counted_on_the_day_of_dispatch(
    session: AsyncSession, city: City, at_unit: Any, go: Any
) -> None:
    ticket = await at_unit()
    unit = ("unit_handler", "unit-海勃湾区")
    await go(ticket, "request_return", *unit, note="不属本单位", statute="三定规定第二条")
    await look(session, ticket)
    seen = await counted(session, city.id, TODAY)
    assert (seen["returned"], seen.get("return_granted")) == (1, None)


async def test_a_whole_life_settled_early_and_rated(
    session: AsyncSession, city: City, replied: Any, go: Any
) -> None:
    ticket = await replied()
    await go(ticket, "accept_reply", "dispatcher")
    with clock.stopped(MONDAY + timedelta(hours=2)):
        await go(ticket, "close_satisfied", "dispatcher", **SATISFIED)
    await look(session, ticket)
    seen = await counted(session, city.id, TODAY)
    happened = {
        "closed": 1, "closed_early": 1, "handled_seconds": 7200, "assessed": 1, "responded": 1,
        "visit_due": 1, "visited": 1, "visit_reached": 1, "visit_rated": 1, "told": 1,
        "resolved": 1, "rated": 1, "satisfied": 1, "level_sum": 5,
    }  # fmt: skip
    assert {name: seen.get(name) for name in happened} == happened
    assert not {"bad", "closed_late", "closed_redone", "rated_unasked"} & set(seen)
    due = await counted(session, city.id, ticket.due_at.astimezone(clock.LOCAL).date())
    assert (due["due"], due["due_met"]) == (1, 1)
    assert "due_open" not in due


async def test_what_is_late_is_due_but_not_met(
    session: AsyncSession, city: City, at_unit: Any
) -> None:
    ticket = await at_unit()
    await look(session, ticket)
    due = await counted(session, city.id, ticket.due_at.astimezone(clock.LOCAL).date())
    assert (due["due"], due["due_open"], due.get("due_met")) == (1, 1, None)


async def test_what_another_hotline_took_over_is_owed_by_nobody_here(
    session: AsyncSession, city: City, at_unit: Any, go: Any
) -> None:
    """Two are due on Friday; one goes to another hotline after its return: one is still owed.

    Closed with that hotline's report it is not settled here either; taken up again it is owed.
    """
    unit = ("unit_handler", "unit-海勃湾区")
    kept, passed_on = await at_unit(), await at_unit()
    await go(passed_on, "request_return", *unit, note="不属本单位", statute="三定规定第二条")
    await go(passed_on, "endorse_return", "district_supervisor", "海勃湾区")
    await go(passed_on, "grant_return", "dispatcher", note="同意")
    await look(session, kept, passed_on)
    due_on = kept.due_at.astimezone(clock.LOCAL).date()
    assert passed_on.due_at.astimezone(clock.LOCAL).date() == due_on
    assert (await counted(session, city.id, due_on))["due"] == 2

    await go(passed_on, "refer", "dispatcher", receiver="银川12345", note="属外市")
    await look(session, passed_on)
    due = await counted(session, city.id, due_on)
    assert (due["due"], due["due_open"], due.get("due_met")) == (1, 1, None)
    await go(passed_on, "close_referred", "dispatcher", note="对方已办结")
    await look(session, passed_on)
    assert (await counted(session, city.id, due_on))["due"] == 1
    assert not {"closed", "direct", "assessed"} & set(await counted(session, city.id, TODAY))


async def test_a_matter_that_comes_back_from_another_hotline_is_owed_again(
    session: AsyncSession, city: City, opened: Any, go: Any
) -> None:
    ticket = await opened()
    await go(ticket, "refer", "agent", receiver="银川12345", note="属外市")
    await go(ticket, "revert", "city_supervisor", note="对方退回")
    await go(ticket, "send", "agent")
    await go(ticket, "dispatch", "dispatcher", organization_id=str(city.ids["unit-海勃湾区"]))
    await look(session, ticket)
    due = await counted(session, city.id, ticket.due_at.astimezone(clock.LOCAL).date())
    assert (due["due"], due["due_open"]) == (1, 1)


async def test_a_referral_is_not_an_answer_at_once(
    session: AsyncSession, city: City, opened: Any, go: Any
) -> None:
    """Of two that were closed without a unit only the one that was answered here is direct."""
    answered, passed_on = await opened(kind="consult"), await opened(kind="consult")
    await go(answered, "answer", "agent", note="已告知")
    await go(answered, "close", "agent")
    await go(passed_on, "refer", "agent", receiver="银川12345", note="属外市")
    await go(passed_on, "close_referred", "agent", note="对方已办结")
    await look(session, answered, passed_on)
    seen = await counted(session, city.id, TODAY)
    assert (seen["valid"], seen["direct"]) == (2, 1)


async def test_a_bad_rating_is_put_right_by_a_later_good_one(
    session: AsyncSession, city: City, replied: Any, go: Any
) -> None:
    ticket = await replied()
    await go(ticket, "accept_reply", "dispatcher")
    await go(ticket, "demand_redo", "dispatcher", level=1, resolved=False, note="没人来")
    await look(session, ticket)
    seen = await counted(session, city.id, TODAY)
    assert (seen["bad"], seen["bad_first"], seen["rated"]) == (1, 1, 1)
    assert not {"bad_rectified", "satisfied", "resolved", "closed"} & set(seen)


async def test_a_part_is_not_counted_by_itself(
    session: AsyncSession, city: City, opened: Any, go: Any
) -> None:
    ticket = await opened()
    await go(ticket, "send", "agent")
    await go(
        ticket, "dispatch", "dispatcher", organization_id=str(city.ids["unit-海勃湾区"]),
        co_handlers=[str(city.ids["other-海勃湾区"])],
    )  # fmt: skip
    parts = (await session.scalars(open_children(ticket.id))).all()
    assert len(parts) == 1
    await look(session, ticket, *parts)
    assert (await counted(session, city.id, TODAY))["dispatched"] == 1
    by_unit = await queries.sums_by(
        session, city.id, Period(TODAY, TODAY), ["dispatched"], dimension="unit"
    )
    assert by_unit == {(str(city.ids["unit-海勃湾区"]), ""): {"dispatched": 1}}
