"""The table of a work order's life, as a table."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotline.dispatch.moves import MOVES, legal_moves, may_move, missing
from hotline.dispatch.quotes import ListPrice, Quote, holds_at_once, may_charge
from hotline.dispatch.rules import Move, OrderFacts, Refusal, Rule, Who
from hotline.dispatch.states import OrderState

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
STRAIGHT = [
    (OrderState.TO_OFFER, Move.OFFER, Who.HOTLINE, OrderState.OFFERED),
    (OrderState.OFFERED, Move.ACCEPT, Who.VENDOR, OrderState.ACCEPTED),
    (OrderState.ACCEPTED, Move.SET_OUT, Who.VENDOR, OrderState.ON_THE_WAY),
    (OrderState.ON_THE_WAY, Move.ARRIVE, Who.VENDOR, OrderState.ARRIVED),
    (OrderState.ARRIVED, Move.QUOTE_ABOVE, Who.VENDOR, OrderState.QUOTED),
    (OrderState.QUOTED, Move.CONFIRM_QUOTE, Who.RESIDENT, OrderState.IN_SERVICE),
    (OrderState.IN_SERVICE, Move.FINISH, Who.VENDOR, OrderState.TO_ACCEPT),
    (OrderState.TO_ACCEPT, Move.ACCEPT_WORK, Who.RESIDENT, OrderState.TO_PAY),
    (OrderState.TO_PAY, Move.PAY, Who.VENDOR, OrderState.COMPLETED),
    (OrderState.COMPLETED, Move.RATE, Who.RESIDENT, OrderState.RATED),
]


def facts(state: OrderState, **given: object) -> OrderFacts:
    confirmed = OrderFacts(state, has_quote=True, is_quote_confirmed=True)
    return replace(confirmed, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "move", "who", "then"), STRAIGHT)
def test_the_straight_way_from_the_order_to_its_rating(
    state: OrderState, move: Move, who: Who, then: OrderState
) -> None:
    rule = may_move(facts(state), who, move, NOW)
    assert isinstance(rule, Rule)
    assert rule.to is then


def every_rule() -> Iterator[tuple[OrderState, Move, Rule]]:
    for state, moves in MOVES.items():
        for move, rule in moves.items():
            yield state, move, rule


def test_every_state_can_be_reached_and_all_but_the_last_can_be_left() -> None:
    reached = {rule.to for _, _, rule in every_rule()} | {OrderState.TO_OFFER}
    assert reached == set(OrderState)
    assert [state for state in OrderState if not MOVES[state]] == [OrderState.CANCELLED]


def test_every_move_is_in_the_table() -> None:
    assert {move for _, move, _ in every_rule()} == set(Move)


def test_only_the_resident_rates_and_only_a_resident_or_a_desk_cancels() -> None:
    assert {rule.who for _, move, rule in every_rule() if move is Move.RATE} == {
        frozenset({Who.RESIDENT})
    }
    cancelling = [rule.who for _, move, rule in every_rule() if move is Move.CANCEL]
    assert all(Who.VENDOR not in who for who in cancelling)


def test_a_vendor_never_confirms_its_own_quote_or_accepts_its_own_work() -> None:
    own = {Move.CONFIRM_QUOTE, Move.CONFIRM_BY_CALL, Move.ACCEPT_WORK, Move.ACCEPT_REWORK}
    own |= {Move.RATE, Move.SETTLE, Move.VOID}
    for state in OrderState:
        assert own.isdisjoint(legal_moves(facts(state), Who.VENDOR, NOW))


def test_everybody_who_cancels_or_withdraws_says_why() -> None:
    for _, move, rule in every_rule():
        if move in (Move.CANCEL, Move.WITHDRAW, Move.REASSIGN, Move.DECLINE, Move.VOID):
            assert missing(rule, frozenset({"note"})) == ["reason_code"]


def test_work_is_not_finished_before_its_price_is_agreed() -> None:
    unsure = facts(OrderState.IN_SERVICE, is_quote_confirmed=False)
    assert may_move(unsure, Who.VENDOR, Move.FINISH, NOW) is Refusal.NOT_NOW


def test_an_elders_great_quote_is_not_confirmed_by_the_code_alone() -> None:
    guarded = facts(OrderState.QUOTED, is_guarded=True)
    assert may_move(guarded, Who.RESIDENT, Move.CONFIRM_QUOTE, NOW) is Refusal.NOT_NOW
    assert isinstance(may_move(guarded, Who.STAFF, Move.CONFIRM_BY_CALL, NOW), Rule)


@pytest.mark.parametrize(("days", "is_owed"), [(29, True), (31, False)])
def test_warranty_is_owed_until_it_ends(days: int, is_owed: bool) -> None:
    done = facts(OrderState.RATED, warranty_until=NOW + timedelta(days=30))
    ruled = may_move(done, Who.RESIDENT, Move.CLAIM_WARRANTY, NOW + timedelta(days=days))
    assert isinstance(ruled, Rule) == is_owed


def test_rework_is_accepted_without_being_paid_again() -> None:
    again = facts(OrderState.TO_ACCEPT, has_been_paid=True)
    assert may_move(again, Who.RESIDENT, Move.ACCEPT_WORK, NOW) is Refusal.NOT_NOW
    rule = may_move(again, Who.RESIDENT, Move.ACCEPT_REWORK, NOW)
    assert isinstance(rule, Rule)
    assert rule.to is OrderState.COMPLETED


def test_a_vendor_that_calls_off_gives_the_order_to_the_next() -> None:
    rule = may_move(facts(OrderState.ON_THE_WAY), Who.VENDOR, Move.WITHDRAW, NOW)
    assert isinstance(rule, Rule)
    assert rule.to is OrderState.TO_OFFER


def test_a_photo_is_excused_only_where_one_is_owed_and_only_at_a_desk() -> None:
    for state in (OrderState.TO_ACCEPT, OrderState.TO_PAY, OrderState.COMPLETED, OrderState.RATED):
        owing = facts(state, owes_photo=True)
        rule = may_move(owing, Who.STAFF, Move.EXCUSE_PHOTO, NOW)
        assert isinstance(rule, Rule)
        assert (rule.to, missing(rule, frozenset({"note"}))) == (state, ["photo_excuse"])
        assert may_move(owing, Who.VENDOR, Move.EXCUSE_PHOTO, NOW) is Refusal.NOT_YOURS
        assert may_move(facts(state), Who.STAFF, Move.EXCUSE_PHOTO, NOW) is Refusal.NOT_NOW


LIST = ListPrice(8_000, 20_000, "次")


@pytest.mark.parametrize(
    ("amount", "quantity", "price", "elder", "holds"),
    [
        (20_000, 1.0, LIST, False, True),
        (20_001, 1.0, LIST, False, False),
        (40_000, 2.0, LIST, False, True),
        (5_000, 1.0, LIST, False, True),
        (5_000, 1.0, None, False, False),
        (50_000, 3.0, LIST, True, True),
        (50_001, 3.0, LIST, True, False),
    ],
)
def test_a_quote_holds_within_the_list_and_an_elders_within_500_yuan(
    amount: int, quantity: float, price: ListPrice | None, elder: bool, holds: bool
) -> None:
    assert holds_at_once(Quote(amount, quantity), price, is_elder=elder) == holds


@pytest.mark.parametrize(("amount", "may"), [(100, True), (101, False), (0, True), (-1, False)])
def test_nothing_is_charged_above_the_quote(amount: int, may: bool) -> None:
    assert may_charge(amount, 100) == may
