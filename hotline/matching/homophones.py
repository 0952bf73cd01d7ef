"""Words that speech recognition wrote with a wrong character of the same sound."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from hotline.matching.dictionary import readings_of


class Sounds:
    """Words to listen for in other characters.

    Words of two characters sound like too much else: only the spellings listed under `misheard`
    stand for them. Three characters may differ in one, four and more in two, and of the first
    two characters one must be right.
    """

    def __init__(self, words: Iterable[str], misheard: Mapping[str, Sequence[str]]) -> None:
        self._by_first: dict[str, list[str]] = {}
        self._by_second: dict[str, list[str]] = {}
        for word in sorted(words, key=len, reverse=True):
            self._by_first.setdefault(word[0], []).append(word)
            self._by_second.setdefault(word[1], []).append(word)
        self._meant = {wrong: meant for meant, wrongs in misheard.items() for wrong in wrongs}
        self._misheard = re.compile("|".join(map(re.escape, self._meant)) or r"(?!)")

    def restore(self, text: str) -> str:
        """`text` with misheard words put right, longest first; its length does not change."""
        text = self._misheard.sub(self._put_right, text)
        position = 0
        while position < len(text):
            word = self._word_at(text, position)
            if word is None:
                position += 1
            else:
                text = text[:position] + word + text[position + len(word) :]
                position += len(word)
        return text

    def _put_right(self, found: re.Match[str]) -> str:
        wrong = found.group()
        meant = self._meant[wrong]
        return meant + wrong[len(meant) :]

    def _word_at(self, text: str, position: int) -> str | None:
        likely = self._by_first.get(text[position], _NONE)
        second = self._by_second.get(text[position + 1 : position + 2])
        if second is not None:
            likely = [*likely, *second]
        elif not likely:
            return None
        written = next((word for word in likely if text.startswith(word, position)), None)
        return written or next((w for w in likely if _is_heard_as(w, text, position)), None)


def _is_heard_as(word: str, text: str, position: int) -> bool:
    said = text[position : position + len(word)]
    if len(said) < len(word):
        return False
    wrong = sum(map(str.__ne__, word, said))
    return wrong <= (1 if len(word) == 3 else 2) and all(map(sounds_alike, word, said))


def sounds_alike(one: str, other: str) -> bool:
    """Same syllable in any reading, across tones and the confusions of northern speech."""
    return one == other or not _syllables(one).isdisjoint(_syllables(other))


@lru_cache(maxsize=30_000)
def _syllables(character: str) -> frozenset[str]:
    if not "\u4e00" <= character <= "\u9fff":
        return frozenset()
    return frozenset(map(_blurred, readings_of(ord(character))))


def _blurred(syllable: str) -> str:
    for heard, meant in _CONFUSIONS:
        if syllable.startswith(heard):
            syllable = meant + syllable[len(heard) :]
            break
    return syllable.removesuffix("g") if syllable.endswith(("ang", "eng", "ing")) else syllable


_NONE: list[str] = []
_CONFUSIONS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"))
