"""When two matters are the same."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.tickets.resemble import (
    Likeness,
    Matter,
    Spot,
    meters_between,
    overlap,
    resemblance,
)

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
SUN = Spot("阳光小区", 39.6700, 106.8000)
NEXT_DOOR = Spot("月亮小区", 39.6715, 106.8000)  # 167 m to the north
FAR = Spot("千里山镇", 39.8000, 106.9000)


def matter(words: str = "阳光小区暖气不热", **given: object) -> Matter:
    defaults: dict[str, object] = {"at": NOW, "subject_code": "A01-01-01"}
    return Matter(words=words, **(defaults | given))  # type: ignore[arg-type]


def test_the_same_words_place_and_subject_are_the_same_matter() -> None:
    alike = resemblance(matter(spots=(SUN,)), matter(spots=(SUN,)))
    assert alike.score == 1.0
    assert alike.counts
    assert set(alike.reasons) == {
        Likeness.SAME_SUBJECT, Likeness.SIMILAR_WORDS, Likeness.SAME_PLACE
    }  # fmt: skip


def test_the_same_subject_elsewhere_in_other_words_is_not() -> None:
    other = matter("热力公司乱收费，服务态度差", spots=(FAR,))
    assert not resemblance(matter(spots=(SUN,)), other).counts


def test_a_caller_is_known_again_in_other_words() -> None:
    before = matter("屋里冷，暖气片是凉的", caller=b"x")
    assert resemblance(matter(caller=b"x"), before).counts
    assert not resemblance(matter(caller=b"y"), before).counts
    assert not resemblance(matter(), matter("路灯坏了", subject_code="B01-01-01")).counts


def test_no_number_is_nobody_s_number() -> None:
    assert Likeness.SAME_CALLER not in resemblance(matter(), matter()).reasons


def test_a_place_nearby_counts_less_the_farther_it_is() -> None:
    same = resemblance(matter(spots=(SUN,)), matter(spots=(SUN,))).score
    near = resemblance(matter(spots=(SUN,)), matter(spots=(NEXT_DOOR,)))
    far = resemblance(matter(spots=(SUN,)), matter(spots=(FAR,)))
    assert same > near.score > far.score
    assert Likeness.NEAR_PLACE in near.reasons
    assert not {Likeness.NEAR_PLACE, Likeness.SAME_PLACE} & set(far.reasons)


def test_the_same_masked_address_is_the_same_place() -> None:
    address = "海勃湾区滨河街道阳光小区***"
    alike = resemblance(matter(address=address), matter(address=address))
    assert Likeness.SAME_PLACE in alike.reasons


def test_older_ones_count_a_little_less() -> None:
    old = resemblance(matter(), matter(at=NOW - timedelta(days=29)))
    assert old.score < resemblance(matter(), matter(at=NOW)).score


def test_one_thousandth_of_a_degree_of_latitude_is_111_meters() -> None:
    here, there = Spot("a", 39.0, 106.0), Spot("b", 39.001, 106.0)
    assert meters_between(here, there) == pytest.approx(111.2, abs=0.1)


def test_dice() -> None:
    assert overlap("abcd", "cdef") == 0.5
    assert overlap("", "") == 0
