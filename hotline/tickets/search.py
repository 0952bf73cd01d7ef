"""Chinese search without a dictionary: every two neighbouring characters are a term. Pure.

Trigrams cannot find words of two characters, which most Chinese words are; pairs can, and an
array of them has an index. What pairs find is checked against the text itself afterwards.
"""

import re

_WORD = re.compile(r"[^\W_]+")
_SPOKEN_TAIL = 6


def grams(*texts: str) -> list[str]:
    """The terms under which texts are found."""
    return sorted({gram for text in texts for word in _words(text) for gram in _pairs(word)})


def number_grams(number: str) -> list[str]:
    """A ticket's number as written, its digits, and the tail that people are told."""
    digits = "".join(filter(str.isdigit, number))
    return [number, digits, digits[-_SPOKEN_TAIL:], digits[-4:]]


def wanted_grams(q: str) -> list[str]:
    """The terms that a text must have to hold every word of `q`; empty when there are none."""
    return sorted({gram for word in _words(q) if len(word) > 1 for gram in _pairs(word)})


def words(q: str) -> list[str]:
    """The words of `q`, for the check against the text."""
    return _words(q)


def is_number(q: str) -> bool:
    return re.fullmatch(r"[\d\s-]{4,20}", q.strip()) is not None


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _pairs(word: str) -> list[str]:
    return [word[at : at + 2] for at in range(len(word) - 1)] or [word]
