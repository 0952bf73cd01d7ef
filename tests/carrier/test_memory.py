"""What is over is let go of, oldest first; what is not over never is."""

from hotline.carrier.memory import keep_newest


def test_only_what_is_over_goes_and_the_oldest_first() -> None:
    kept = {str(number): number for number in range(12)}
    keep_newest(kept, lambda number: number % 2 == 0, most=10)
    assert list(kept.values()) == [1, 3, 4, 5, 6, 7, 8, 9, 10, 11]


def test_nothing_goes_while_there_is_room() -> None:
    kept = {str(number): number for number in range(10)}
    keep_newest(kept, lambda number: True, most=10)
    assert len(kept) == 10
