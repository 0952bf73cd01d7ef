"""Readings of single characters, as `pypinyin` knows them.

Its list of words takes a fifth of a second to load and is of no use here.
"""

import os

os.environ.setdefault("PYPINYIN_NO_PHRASES", "yes")

from pypinyin.constants import Style
from pypinyin.pinyin_dict import pinyin_dict
from pypinyin.style import convert


def readings_of(code: int) -> list[str]:
    """Plain syllables without tone, the most usual first; none where there is no reading."""
    marked = pinyin_dict.get(code)
    if marked is None:
        return []
    return [convert(reading, Style.NORMAL, strict=False) for reading in marked.split(",")]


def first_readings(below: int) -> dict[str, str]:
    """The most usual plain syllable of each ideograph before this code point."""
    return {
        chr(code): convert(marked.split(",")[0], Style.NORMAL, strict=False)
        for code, marked in pinyin_dict.items()
        if 0x4E00 <= code < below
    }
