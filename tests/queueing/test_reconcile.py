"""What is repaired when the host and we do not agree."""

from dataclasses import replace
from uuid import UUID

import pytest

from hotline.queueing.reconcile import Found, HostView, OurCall, OurLeg, Ours, Repair, repairs

CALL = OurCall(
    UUID(int=1), "CA1", is_placed=True, is_waiting=False, is_callback=False, age=60.0
)  # fmt: skip
LEG = OurLeg(
    UUID(int=2), "CA2", "a1", has_joined=True, has_ended=False, shall_end=False, age=60.0
)  # fmt: skip
ALL_WELL = HostView(frozenset({"CA1", "CA2"}), frozenset({"a1", "c1"}))


def found(ours: Ours, host: HostView) -> list[Repair]:
    return [one.repair for one in repairs(ours, host)]


def test_nothing_is_done_where_both_agree() -> None:
    assert repairs(Ours((CALL,), (LEG,)), ALL_WELL) == []


def test_a_call_that_the_host_does_not_have_is_over() -> None:
    gone = replace(ALL_WELL, live=frozenset({"CA2"}))
    assert repairs(Ours((CALL,), (LEG,)), gone) == [Found(Repair.CALL_OVER, CALL.id)]


def test_young_rows_are_left_alone() -> None:
    young = Ours((replace(CALL, age=5.0),), (replace(LEG, age=5.0),))
    assert repairs(young, HostView(frozenset(), frozenset())) == []


@pytest.mark.parametrize(
    ("leg", "host", "repair"),
    [
        (LEG, HostView(frozenset(), frozenset()), Repair.LEG_OVER),
        (LEG, HostView(frozenset({"CA2"}), frozenset()), Repair.LEG_OVER),
        (replace(LEG, has_joined=False), ALL_WELL, Repair.LEG_JOINED),
        (replace(LEG, has_ended=True), ALL_WELL, Repair.END_LEG),
        (replace(LEG, shall_end=True), ALL_WELL, Repair.END_LEG),
        (replace(LEG, shall_end=True), HostView(frozenset(), frozenset()), Repair.LEG_OVER),
        (replace(LEG, sid=None), HostView(frozenset(), frozenset()), Repair.LEG_OVER),
    ],
)
def test_a_leg_is_brought_to_what_is_true(leg: OurLeg, host: HostView, repair: Repair) -> None:
    assert found(Ours(legs=(leg,)), host) == [repair]


def test_a_leg_that_ended_here_and_there_is_nothing() -> None:
    over = replace(LEG, has_ended=True)
    assert found(Ours(legs=(over,)), HostView(frozenset(), frozenset())) == []


def test_a_caller_who_waits_for_us_but_stands_nowhere_goes_back_in_line() -> None:
    waiting = replace(CALL, is_waiting=True)
    nowhere = HostView(frozenset({"CA1"}), frozenset())
    assert found(Ours((waiting,)), nowhere) == [Repair.BACK_IN_LINE]
    assert found(Ours((waiting,)), replace(nowhere, waiting=frozenset({"CA1"}))) == []
    held = Ours((waiting,), callers={CALL.id: "c1"})
    assert found(held, replace(nowhere, present=frozenset({"c1"}))) == []


def test_a_call_that_we_only_plan_is_not_missed_by_the_host() -> None:
    planned = replace(CALL, sid="planned:1", is_placed=False, is_waiting=True, is_callback=True)
    assert found(Ours((planned,)), HostView(frozenset(), frozenset())) == []
