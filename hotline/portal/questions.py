"""Questions that go with a subject: what a unit needs to know before it sets out. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from hotline.portal.texts import CHINESE


class Datatype(StrEnum):
    """Kinds of answers, by the names of GeoReport v2."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    ONE = "singlevaluelist"
    SEVERAL = "multivaluelist"


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    name: str
    name_en: str

    def named(self, language: str) -> str:
        return self.name if language == CHINESE else self.name_en


@dataclass(frozen=True, slots=True)
class Question:
    """`help` says how to find the answer; `choices` only where there is a list."""

    code: str
    datatype: Datatype
    is_required: bool
    asked: str
    asked_en: str
    help: str = ""
    help_en: str = ""
    choices: tuple[Choice, ...] = ()

    def named(self, language: str) -> str:
        return self.asked if language == CHINESE else self.asked_en

    def helped(self, language: str) -> str:
        return self.help if language == CHINESE else self.help_en


LONGEST_ANSWER = 300

Answers = Mapping[str, Sequence[str]]
"""Code of a question → what was given, several where several may be chosen."""


def questions_for(subject_code: str | None) -> tuple[Question, ...]:
    """Those of the subject itself, else of the class above it."""
    code = subject_code or ""
    while code:
        if code in _all():
            return _all()[code]
        code = code.rpartition("-")[0]
    return ()


def wrong_answers(questions: Sequence[Question], answers: Answers) -> Mapping[str, str]:
    """Code → `missing` or `unfit`, in the order of the questions."""
    wrong: dict[str, str] = {}
    for question in questions:
        given = [one for one in answers.get(question.code, ()) if one]
        if not given and question.is_required:
            wrong[question.code] = "missing"
        elif given and not _fits(question, given):
            wrong[question.code] = "unfit"
    return wrong


def told(questions: Sequence[Question], answers: Answers) -> str:
    """Questions and answers as lines that a unit reads; only what was asked and answered."""
    lines: list[str] = []
    for question in questions:
        names = {choice.key: choice.name for choice in question.choices}
        given = [names.get(one, one) for one in answers.get(question.code, ()) if one]
        if given:
            lines.append(f"{question.asked}：{'、'.join(given)}")
    return "\n".join(lines)


def _fits(question: Question, given: Sequence[str]) -> bool:
    if any(len(one) > LONGEST_ANSWER for one in given):
        return False
    if question.choices:
        keys = {choice.key for choice in question.choices}
        return keys.issuperset(given) and (question.datatype is Datatype.SEVERAL or len(given) == 1)
    return len(given) == 1 and (question.datatype is not Datatype.NUMBER or _is_number(given[0]))


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < 1e9
    except ValueError:
        return False


@cache
def _all() -> Mapping[str, tuple[Question, ...]]:
    listing = files("hotline.portal") / "listings" / "questions.json"
    rows = json.loads(listing.read_text(encoding="utf-8"))
    return {code: tuple(map(_question, asked)) for code, asked in rows.items()}


def _question(row: Mapping[str, object]) -> Question:
    values = row.get("values") or []
    assert isinstance(values, list)
    return Question(
        code=str(row["code"]),
        datatype=Datatype(str(row["datatype"])),
        is_required=bool(row["required"]),
        asked=str(row["zh"]),
        asked_en=str(row["en"]),
        help=str(row.get("help_zh", "")),
        help_en=str(row.get("help_en", "")),
        choices=tuple(Choice(*map(str, value)) for value in values),
    )
