"""Readings of single characters, as `pypinyin` knows them.

Its list of words takes a fifth of a second to load and is of no use here.
"""

import os

os.environ.setdefault("PYPINYIN_NO_PHRASES", "yes")

from pypinyin.phonetic_symbol import phonetic_symbol
from pypinyin.pinyin_dict import pinyin_dict


def readings_of(code: int) -> list[str]:
    """Plain syllables without tone, the most usual first; none where there is no reading."""
    marked = pinyin_dict.get(code)
    if marked is None:
        return []
    return [reading.translate(_PLAIN) for reading in marked.split(",")]


def first_readings(below: int) -> dict[str, str]:
    """The most usual plain syllable of each ideograph before this code point."""
    return {
        chr(code): marked.split(",")[0].translate(_PLAIN)
        for code, marked in pinyin_dict.items()
        if 0x4E00 <= code < below
    }


_TONES = "0123456789"
_COMBINED = "\u0300\u0304\u030c"
"""Tones above letters that have no sign of their own with that tone."""
_PLAIN = str.maketrans(
    {sign: named.rstrip(_TONES) for sign, named in phonetic_symbol.items() if len(sign) == 1}
    | dict.fromkeys(_COMBINED, "")
)
"""One table for a whole syllable; the package's own conversion takes ten times as long."""
