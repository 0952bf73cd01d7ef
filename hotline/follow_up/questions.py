"""What is asked after the work, and how an answer is meant. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from hotline.follow_up.models import FollowUpEnd
from hotline.queueing.rating import LOW, level_of

HUMAN_KEY = "0"
MOST_SILENCES = 2
_PERSON = re.compile(r"人工|话务员|找.{0,2}人|转.{0,2}人|真人")
_NEVER = re.compile(r"(不要|别|不用|不准).{0,2}再.{0,3}打|拒绝回访|不接受回访|别(老|总).{0,2}打")
_BUSY = re.compile(r"没空|没时间|不方便|在忙|正忙|开会|开车|一会儿?再|晚点|回头再")
_NO = re.compile(
    r"没(有|能)?(解决|修|弄|处理|办|好|人)|不(行|是|好|对)|还没|未解决|^没有?[。，,]?$|老样子"
)
_YES = re.compile(
    r"解决了|已经?解决|修好|弄好|办好|处理好|好了|是的|^(是|对|嗯|有|行|解决)[的啊呢。，,]?$"
)


class Question(StrEnum):
    """In this order; the reason only from who is not satisfied."""

    RESOLVED = "resolved"
    RESULT = "result"
    UNIT = "unit"
    AGENT = "agent"
    REASON = "reason"


_NEXT = {
    Question.RESOLVED: Question.RESULT,
    Question.RESULT: Question.UNIT,
    Question.UNIT: Question.AGENT,
    Question.AGENT: Question.REASON,
}
_MUST = frozenset({Question.RESOLVED, Question.RESULT})


@dataclass(frozen=True, slots=True)
class Interview:
    """Where it stands; `answers` are levels, and 1 or 0 for whether it is resolved."""

    question: Question
    answers: Mapping[str, int]
    silences: int = 0
    words: str = ""
    end: FollowUpEnd | None = None
    is_repeated: bool = False


def hear(interview: Interview, text: str, digits: str) -> Interview:
    """The interview after an answer; with `end` set nothing more is asked."""
    if digits == HUMAN_KEY or _PERSON.search(text):
        return replace(interview, end=FollowUpEnd.TO_PERSON)
    if _NEVER.search(text):
        return replace(interview, end=FollowUpEnd.DECLINED)
    if interview.question is Question.REASON:
        return replace(interview, words=text, end=FollowUpEnd.RATED)
    answer = _answer(interview.question, text, digits)
    if answer is None and interview.question in _MUST:
        return _unanswered(interview, text)
    answers = dict(interview.answers)
    if answer is not None:
        answers[interview.question] = answer
    return _go_on(replace(interview, answers=answers, silences=0, is_repeated=False))


def is_enough(answers: Mapping[str, int]) -> bool:
    """Whether what was said so far is a rating, also from who then hung up."""
    return set(answers) >= _MUST


def _answer(question: Question, text: str, digits: str) -> int | None:
    if question is Question.RESOLVED:
        return _resolved(text, digits)
    return level_of(text, digits)


def _resolved(text: str, digits: str) -> int | None:
    if digits:
        return {"1": 1, "2": 0}.get(digits)
    if _NO.search(text):
        return 0
    return 1 if _YES.search(text) else None


def _unanswered(interview: Interview, text: str) -> Interview:
    """Once more; who is busy is called another time, and so is who says nothing twice."""
    silences = interview.silences + 1
    if _BUSY.search(text) or silences >= MOST_SILENCES:
        return replace(interview, silences=silences, end=FollowUpEnd.HUNG_UP)
    return replace(interview, silences=silences, is_repeated=True)


def _go_on(interview: Interview) -> Interview:
    following = _NEXT[interview.question]
    if following is Question.REASON and interview.answers.get(Question.RESULT, LOW + 1) > LOW:
        return replace(interview, end=FollowUpEnd.RATED)
    return replace(interview, question=following)
