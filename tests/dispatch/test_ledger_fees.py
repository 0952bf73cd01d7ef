"""The fee on an order, by rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.dispatch.ledger_fees import DEFAULT_RULES, Charged, FeeRule, fee_of, read_rules


def charged(cents: int = 20_000, *, nth: int = 4, elder: bool = False, of: str = "家政") -> Charged:
    return Charged(of, cents, nth, elder)


@pytest.mark.parametrize(
    ("order", "fee"),
    [
        (charged(nth=3), 0),
        (charged(nth=4), 600),
        (charged(150_000), 3_000),
        (charged(elder=True), 0),
        (charged(0), 0),
        (charged(50), 2),
        (charged(16), 0),
        (charged(17), 1),
    ],
)
def test_the_first_three_are_free_then_three_percent_up_to_thirty_yuan(
    order: Charged, fee: int
) -> None:
    assert fee_of(order, DEFAULT_RULES).cents == fee


def test_the_first_rule_that_fits_counts_and_is_named() -> None:
    rules = (
        FeeRule("疏通每单五元", frozenset({"管道疏通"}), fixed_cents=500),
        FeeRule("其他", basis_points=100),
    )
    assert fee_of(charged(of="管道疏通"), rules).rule == "疏通每单五元"
    assert fee_of(charged(of="家政"), rules).cents == 200


def test_no_rule_no_fee() -> None:
    assert fee_of(charged(), ()).cents == 0
    assert fee_of(charged(), (FeeRule("别的", frozenset({"锁匠"}), fixed_cents=1),)).rule is None


@given(
    cents=st.integers(0, 10**9),
    points=st.integers(0, 10_000),
    fixed=st.integers(0, 10_000),
    least=st.integers(0, 10_000),
)
def test_no_fee_is_higher_than_what_was_paid(
    cents: int, points: int, fixed: int, least: int
) -> None:
    rule = FeeRule("试", basis_points=points, fixed_cents=fixed, least_cents=least)
    assert 0 <= fee_of(charged(cents), (rule,)).cents <= cents


def test_rules_are_read_as_they_were_kept() -> None:
    kept = [{"name": "家政", "categories": ["家政"], "basis_points": 200, "most_cents": None}]
    assert read_rules(kept) == (FeeRule("家政", frozenset({"家政"}), basis_points=200),)
