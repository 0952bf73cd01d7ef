"""Mishearing: the right sounds in other characters, as recognizers write them."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

from hotline.matching.pinyin import fold, readings

_RARE = 2_000
_DROPPED, _SAME = 0.06, 0.7


@dataclass(frozen=True, slots=True)
class _Sounds:
    """The common characters of every syllable and of every class of confused syllables."""

    same: Mapping[str, Sequence[str]]
    near: Mapping[str, Sequence[str]]
    frequent: Mapping[str, float]


def mishear(text: str, rate: float, random: Random) -> str:
    """The text with about `rate` of its characters replaced by others that sound alike."""
    sounds = _sounds()
    heard = []
    for char, syllable in zip(text, readings(text), strict=True):
        fate = random.random() / rate if rate else 1.0
        if fate >= 1.0 or char == syllable:
            heard.append(char)
        elif fate > _DROPPED:
            pool = sounds.same[syllable] if fate < _SAME else sounds.near[fold(syllable)]
            weights = [sounds.frequent[other] for other in pool]
            heard += random.choices(pool, weights) if pool else [char]
    return "".join(heard) or text


def ramble(text: str, random: Random) -> str:
    """The text as part of a longer story that says nothing more about the need."""
    around = _around()
    before = [random.choice(around) for _ in range(random.choice((0, 1, 1, 2)))]
    after = [random.choice(around) for _ in range(random.choice((0, 1, 1)))]
    return "".join((*before, text, *after))


@cache
def _around() -> tuple[str, ...]:
    listing = files("hotline.matching.training") / "around.txt"
    lines = listing.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line[:1] not in ("#", ""))


@cache
def _sounds() -> _Sounds:
    frequency: Counter[str] = Counter()
    listing = files("jieba") / "dict.txt"
    for line in listing.read_text(encoding="utf-8").splitlines():
        word, count, _ = line.split(" ")
        for char in word:
            frequency[char] += int(count)
    same: defaultdict[str, list[str]] = defaultdict(list)
    near: defaultdict[str, list[str]] = defaultdict(list)
    frequent = {char: float(n) ** 0.6 for char, n in frequency.items() if n > _RARE}
    for char in frequent:
        syllable = readings(char)[0]
        same[syllable].append(char)
        near[fold(syllable)].append(char)
    return _Sounds(same, near, frequent)
