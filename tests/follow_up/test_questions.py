"""What is asked after the work, and how an answer is meant."""

import pytest

from hotline.follow_up.models import FollowUpEnd
from hotline.follow_up.questions import Interview, Question, hear, is_enough


def begun() -> Interview:
    return Interview(Question.RESOLVED, {})


def interview(*answers: str) -> Interview:
    """By key where an answer is a figure, else by voice."""
    going = begun()
    for answer in answers:
        assert going.end is None, going
        is_key = answer.isdigit()
        going = hear(going, "" if is_key else answer, answer if is_key else "")
    return going


def test_a_satisfied_resident_answers_four_questions() -> None:
    done = interview("1", "2", "1", "3")
    assert done.end is FollowUpEnd.RATED
    assert done.answers == {"resolved": 1, "result": 4, "unit": 5, "agent": 3}


def test_who_is_not_satisfied_is_asked_why() -> None:
    going = interview("没解决", "不满意", "", "")
    assert going.question is Question.REASON
    done = hear(going, "来了一趟没修好就走了", "")
    assert (done.end, done.words) == (FollowUpEnd.RATED, "来了一趟没修好就走了")
    assert done.answers == {"resolved": 0, "result": 2}


@pytest.mark.parametrize(
    ("said", "resolved"),
    [
        ("解决了", 1), ("已经修好了", 1), ("嗯", 1), ("是的", 1), ("弄好了", 1), ("好了", 1),
        ("没有", 0), ("没解决", 0), ("还没人来", 0), ("没修好", 0), ("不行，还是老样子", 0),
    ],
)  # fmt: skip
def test_whether_it_is_resolved_is_understood_by_voice(said: str, resolved: int) -> None:
    assert interview(said).answers == {"resolved": resolved}


@pytest.mark.parametrize("said", ["0", "转人工", "我要找人说"])
def test_a_person_is_always_reachable(said: str) -> None:
    assert interview("1", said).end is FollowUpEnd.TO_PERSON


def test_who_wants_no_such_calls_is_not_called_again() -> None:
    assert interview("以后别再给我打了").end is FollowUpEnd.DECLINED


def test_who_is_busy_is_called_another_time() -> None:
    assert interview("我正开车呢").end is FollowUpEnd.HUNG_UP


def test_what_must_be_answered_is_asked_twice() -> None:
    once = hear(begun(), "", "")
    assert (once.end, once.is_repeated, once.question) == (None, True, Question.RESOLVED)
    assert hear(once, "", "").end is FollowUpEnd.HUNG_UP
    assert hear(hear(once, "", "1"), "", "").end is None


def test_result_and_resolved_are_enough_for_a_rating() -> None:
    assert not is_enough({"resolved": 1})
    assert is_enough({"resolved": 1, "result": 5})
