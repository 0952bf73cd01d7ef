"""What was found when somebody looked whether an installation is fit."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


MARKS: Mapping[Grade, str] = {Grade.GOOD: "✓", Grade.DOUBTFUL: "!", Grade.BAD: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """`says` is a plain sentence: what is so, and what to do about it."""

    grade: Grade
    subject: str
    says: str
