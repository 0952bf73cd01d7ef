"""Characters as syllables, and syllables that sound alike as one.

A recognizer writes what it hears: the right sound in the wrong characters, and in northern
accents not even quite the right sound. Two texts are compared by syllable without tone, after
zh/z, ch/c, sh/s, n/l, r/l, an/ang, en/eng, in/ing and f/hu have been folded together.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from hotline.matching.dictionary import first_readings

_HIGHEST = 0xA000  # the end of the common ideographs; all else stands for itself
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("r", "l"))
_LIP = {
    "fa": "hua", "fan": "huan", "fei": "hui", "fen": "hun", "fo": "huo", "fou": "hou", "fu": "hu",
    "hon": "hun", "hong": "hun",
}  # fmt: skip
# Readings that a directory of public services means more often than the first of the dictionary.
_USUAL = {"行": "xing", "重": "chong", "还": "huan", "长": "zhang", "地": "di", "都": "dou",
          "了": "le", "着": "zhe", "得": "de", "的": "de"}  # fmt: skip


def syllables(codes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Folded syllable of every code point; a code without a reading stays as it is."""
    table = _table()
    within = codes < len(table)
    folded = codes.copy()
    folded[within] = table[codes[within]]
    return folded


def readings(text: str) -> list[str]:
    """Plain syllables without tone, one per character; other characters stay as they are."""
    return [_plain_readings().get(char, char) for char in text]


def fold(syllable: str) -> str:
    """The class of syllables that are taken for one another."""
    for long, short in _FINALS:
        if syllable.endswith(long):
            syllable = syllable[: -len(long)] + short
            break
    syllable = _LIP.get(syllable, syllable)
    for written, heard in _INITIALS:
        if syllable.startswith(written):
            return heard + syllable[len(written) :]
    return syllable


def sounds_of(text: str) -> list[str]:
    """Folded syllables, one per character."""
    table = _folded_readings()
    return [table.get(char, char) for char in text]


@cache
def readings_table() -> tuple[dict[int, str], dict[int, str]]:
    """Tables for `str.translate`: characters to the first letters, and to the whole syllables."""
    plain = {ord(char): syllable for char, syllable in _plain_readings().items()}
    return {code: syllable[:1] for code, syllable in plain.items()}, plain


@cache
def _plain_readings() -> dict[str, str]:
    return first_readings(_HIGHEST) | _USUAL


@cache
def _folded_readings() -> dict[str, str]:
    plain = _plain_readings()
    folded = {syllable: fold(syllable) for syllable in set(plain.values())}
    return {char: folded[syllable] for char, syllable in plain.items()}


@cache
def _table() -> NDArray[np.uint32]:
    table = np.arange(_HIGHEST, dtype=np.uint32)
    numbers: dict[str, int] = {}
    for char, folded in _folded_readings().items():
        # Private use area: one code per class, so that alignments run on ordinary strings.
        table[ord(char)] = 0xE000 + numbers.setdefault(folded, len(numbers))
    return table
