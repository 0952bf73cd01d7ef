"""What is hot: far above chance, and words rather than halves of words."""

from hotline.stats.topics import Rise, hottest, joined, risen_words, rises

DAYS = [f"2026-11-{day:02d}" for day in range(16, 23)]
TODAY = "2026-11-23"


def test_today_is_held_against_the_mean_of_seven_days() -> None:
    by_day = {("a", day): 2 for day in DAYS} | {("a", TODAY): 9, ("b", TODAY): 3}
    assert rises(by_day, TODAY) == {"a": Rise(9, 2.0), "b": Rise(3, 0.0)}
    assert Rise(9, 2.0).growth == 4.5


def test_little_and_usual_things_are_not_hot() -> None:
    found = {"usual": Rise(21, 20.0), "few": Rise(2, 0.0), "rising": Rise(12, 3.0)}
    assert list(hottest(found)) == ["rising"]


def test_the_less_likely_comes_first() -> None:
    found = {"a": Rise(12, 4.0), "b": Rise(30, 4.0), "c": Rise(14, 4.0)}
    assert list(hottest(found)) == ["b", "c", "a"]


def test_pairs_that_rise_alike_are_one_word() -> None:
    pairs = {"内温": Rise(26, 8.0), "室内": Rise(26, 8.0), "温度": Rise(27, 8.0)}
    assert list(joined(pairs)) == ["室内温度"]


def test_pairs_of_different_weight_stay_apart() -> None:
    pairs = {"停水": Rise(40, 2.0), "水管": Rise(6, 1.0)}
    assert set(joined(pairs)) == {"停水", "水管"}


def test_words_rise_against_the_days_before() -> None:
    today = {"停水": 6, "水管": 6, "路灯": 7, "扰民": 2}
    assert risen_words(today, {"路灯": 42}) == {"停水管": Rise(6, 0.0)}


def test_pairs_in_a_circle_end() -> None:
    pairs = {"天天": Rise(5, 0.0), "上下": Rise(7, 0.0), "下上": Rise(7, 0.0)}
    assert sorted("".join(joined(pairs))) == sorted("天天上下上")
