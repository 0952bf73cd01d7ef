"""Words that speech recognition wrote with a wrong character of the same sound."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from pypinyin import Style, pinyin


class Sounds:
    """Words to listen for; a word of up to three characters may differ in one, longer in two."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self.longest = max(map(len, self.words), default=0)
        self._by_gapped: dict[str, list[str]] = {}
        for word in sorted(self.words):
            for gapped in _gapped(word):
                self._by_gapped.setdefault(gapped, []).append(word)

    def word_like(self, said: str) -> str | None:
        """The word that `said` sounds like without being it."""
        for gapped in _gapped(said):
            for word in self._by_gapped.get(gapped, ()):
                if all(map(sounds_alike, word, said)):
                    return word
        return None


def restore(text: str, sounds: Sounds) -> str:
    """`text` with misheard words put right, longest first; its length does not change."""
    position = 0
    while position < len(text):
        for length in range(min(sounds.longest, len(text) - position), 1, -1):
            said = text[position : position + length]
            if said in sounds.words:
                position += length - 1
                break
            word = sounds.word_like(said)
            if word is not None:
                text = text[:position] + word + text[position + length :]
                position += length - 1
                break
        position += 1
    return text


def sounds_alike(one: str, other: str) -> bool:
    """Same syllable in any reading, across tones and the confusions of northern speech."""
    return one == other or not _syllables(one).isdisjoint(_syllables(other))


@lru_cache(maxsize=30_000)
def _syllables(character: str) -> frozenset[str]:
    if not "\u4e00" <= character <= "\u9fff":
        return frozenset()
    readings = pinyin(character, style=Style.NORMAL, heteronym=True, strict=False)[0]
    return frozenset(map(_blurred, readings))


def _blurred(syllable: str) -> str:
    for heard, meant in _CONFUSIONS:
        if syllable.startswith(heard):
            syllable = meant + syllable[len(heard) :]
            break
    return syllable.removesuffix("g") if syllable.endswith(("ang", "eng", "ing")) else syllable


def _gapped(word: str) -> Iterator[str]:
    for index in range(len(word)):
        once = f"{word[:index]}_{word[index + 1 :]}"
        yield once
        if len(word) > 3:
            for second in range(index + 1, len(word)):
                yield f"{once[:second]}_{once[second + 1 :]}"


_CONFUSIONS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"), ("h", "f"))
