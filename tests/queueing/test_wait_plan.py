"""What a waiting caller hears, round by round."""

import pytest

from hotline.queueing.counting import counted
from hotline.queueing.wait_plan import plan_wait


def rounds(seconds: list[int], **more: bool) -> list[tuple[bool, bool]]:
    told: int | None = None
    heard = []
    settings = {"is_emergency": False, "may_call_back": True, **more}
    for waited in seconds:
        plan = plan_wait(waited, told, **settings)
        told = waited if plan.tells_place else told
        heard.append((plan.tells_place, plan.offers_callback))
    return heard


def test_the_place_is_told_at_once_and_then_every_45_seconds() -> None:
    heard = rounds([0, 10, 20, 44, 45, 60, 89, 90])
    assert [place for place, _ in heard] == [True, False, False, False, True, False, False, True]


def test_a_call_back_is_offered_from_30_seconds_on() -> None:
    assert [offer for _, offer in rounds([0, 29, 30, 50])] == [False, False, True, True]
    assert [offer for _, offer in rounds([0, 30], may_call_back=False)] == [False, False]


def test_the_same_request_twice_is_answered_alike() -> None:
    assert rounds([0, 0]) == [(True, False), (True, False)]


def test_an_emergency_hears_no_music_no_place_and_no_offer_to_hang_up() -> None:
    plan = plan_wait(60, None, is_emergency=True, may_call_back=True)
    assert (plan.tells_place, plan.offers_callback, plan.has_music) == (False, False, False)


@pytest.mark.parametrize(
    ("number", "spoken"),
    [(0, "零"), (1, "一"), (2, "两"), (10, "十"), (12, "十二"), (20, "二十"), (22, "二十二"),
     (99, "九十九"), (100, "很多")],
)  # fmt: skip
def test_numbers_are_counted_as_people_do(number: int, spoken: str) -> None:
    assert counted(number) == spoken
