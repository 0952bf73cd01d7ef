"""Eligibility, own choice, rotation: whose turn it is, and why."""

from dataclasses import replace

import pytest

from hotline.dispatch.choose_vendor import Candidate, Unfit, Why, choose_vendor, unfitness
from hotline.dispatch.simulate import simulate, table

FIT = Candidate("v", capacity=5)


def vendors(count: int, **given: object) -> list[Candidate]:
    return [replace(FIT, vendor_id=f"v{number}", **given) for number in range(count)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_active": False}, Unfit.NOT_ACTIVE),
        ({"is_barred": True}, Unfit.BARRED),
        ({"is_barred_here": True}, Unfit.RESIDENT_BAR),
        ({"serves_district": False}, Unfit.WRONG_DISTRICT),
        ({"has_valid_papers": False}, Unfit.PAPERS),
        ({"was_offered": True}, Unfit.OFFERED),
        ({"is_cooling": True}, Unfit.COOLING),
        ({"is_open": False}, Unfit.CLOSED),
        ({"open_orders": 5}, Unfit.FULL),
        ({"open_orders": 4}, None),
    ],
)
def test_each_thing_that_keeps_a_vendor_from_being_sent(
    changes: dict[str, object], reason: Unfit | None
) -> None:
    assert unfitness(replace(FIT, **changes)) == reason  # type: ignore[arg-type]


def test_nobody_is_sent_where_nobody_may_be() -> None:
    choice = choose_vendor(vendors(3, is_open=False), seed=1)
    assert (choice.vendor_id, choice.why) == (None, Why.NOBODY)
    assert choice.reason["unfit"] == {"v0": "closed", "v1": "closed", "v2": "closed"}


def test_the_residents_own_choice_comes_first_even_out_of_turn() -> None:
    busy = [replace(one, turns=9 if one.vendor_id == "v2" else 0) for one in vendors(3)]
    assert choose_vendor(busy, seed=1).vendor_id != "v2"
    choice = choose_vendor(busy, seed=1, own_choice="v2")
    assert (choice.vendor_id, choice.why) == ("v2", Why.OWN_CHOICE)


def test_an_own_choice_that_may_not_be_sent_gives_way_to_the_rotation() -> None:
    choice = choose_vendor([FIT, replace(FIT, vendor_id="w", is_cooling=True)], seed=1,
                           own_choice="w")  # fmt: skip
    assert (choice.vendor_id, choice.why) == ("v", Why.ROTATION)


def test_whoever_is_furthest_behind_is_next() -> None:
    had = {"v0": 6, "v1": 1, "v2": 6}
    standing = [replace(one, turns=had[one.vendor_id]) for one in vendors(3)]
    assert {choose_vendor(standing, seed=seed).vendor_id for seed in range(20)} == {"v1"}


def test_a_better_grade_is_entitled_to_more_turns() -> None:
    choice = choose_vendor(
        [replace(FIT, grade="A"), replace(FIT, vendor_id="w", grade="C")], seed=1
    )
    entitled = {one["vendor_id"]: one["entitled"] for one in choice.reason["eligible"]}
    assert entitled["v"] == pytest.approx(2 / 3, abs=0.001)


def test_distance_breaks_a_tie_and_nothing_else() -> None:
    near = replace(FIT, vendor_id="near", distance_km=0.4, turns=3)
    far = replace(FIT, vendor_id="far", distance_km=9.0, turns=3)
    assert choose_vendor([far, near], seed=1).vendor_id == "near"
    assert choose_vendor([replace(far, turns=1), near], seed=1).vendor_id == "far"


def test_among_equals_the_seed_decides_and_the_same_seed_decides_alike() -> None:
    equal = vendors(4)
    chosen = [choose_vendor(equal, seed=seed).vendor_id for seed in range(200)]
    assert chosen == [choose_vendor(equal[::-1], seed=seed).vendor_id for seed in range(200)]
    assert {chosen.count(f"v{number}") > 25 for number in range(4)} == {True}


def test_a_newcomer_is_not_flooded_for_the_time_before_it_came() -> None:
    old = [replace(one, turns=50) for one in vendors(4)]
    flooded = replace(FIT, vendor_id="new", turns=0)
    fair = replace(flooded, missed=200)
    behind = {
        one["vendor_id"]: one["behind"]
        for one in choose_vendor([*old, fair], seed=1).reason["eligible"]
    }
    assert behind["new"] < 1
    assert choose_vendor([*old, flooded], seed=1).reason["eligible"][0]["behind"] > 40


def test_new_vendors_get_their_trial_share() -> None:
    old = [replace(one, turns=20, month_orders=20) for one in vendors(5)]
    new = replace(FIT, vendor_id="new", is_new=True, missed=100, turns=3, month_orders=3)
    assert choose_vendor([*old, new], seed=1).why == Why.TRIAL
    enough = replace(new, turns=8, month_orders=8)
    assert choose_vendor([*old, enough], seed=1).why == Why.ROTATION


@pytest.mark.parametrize(
    ("counts", "is_capped"),
    [
        ((6, 4, 4, 4, 4), True),
        ((5, 3, 4, 4, 3), False),
        ((9, 6, 6), False),
        ((5, 5, 5, 5, 0), True),
    ],
)
def test_the_share_cap_holds_from_20_orders_and_5_vendors_on(
    counts: tuple[int, ...], is_capped: bool
) -> None:
    each = [
        replace(one, month_orders=count, turns=0 if place == 0 else 9)
        for place, (one, count) in enumerate(zip(vendors(len(counts)), counts, strict=True))
    ]
    assert (choose_vendor(each, seed=1).vendor_id != "v0") == is_capped


def test_ten_thousand_orders_are_shared_as_the_weights_say() -> None:
    grades = "AAABBBBBCC"
    field = [Candidate(f"v{n}", grade=grade, capacity=99) for n, grade in enumerate(grades)]
    rows = simulate(field, orders=10_000, seed=114)
    print("\n" + table(rows))
    assert sum(row.orders for row in rows) == 10_000
    for row in rows:
        assert row.share == pytest.approx(row.due, abs=0.01), row
        assert row.most_in_month <= 0.25
        assert row.longest_gap * row.due < 10, "starved: ten times its own interval"
    by_grade = {grade: [row.share for row in rows if row.grade == grade] for grade in "ABC"}
    for shares in by_grade.values():
        assert max(shares) - min(shares) < 0.01


def test_one_strong_vendor_never_passes_the_cap_and_new_ones_are_not_starved() -> None:
    field = [Candidate("big", grade="A", capacity=99)]
    field += [Candidate(f"c{n}", grade="watch", capacity=99) for n in range(5)]
    field += [Candidate("new", grade="watch", is_new=True, capacity=99)]
    rows = {row.vendor_id: row for row in simulate(field, orders=2_000, seed=7)}
    assert rows["big"].most_in_month <= 0.255
    assert rows["new"].share >= 0.05
