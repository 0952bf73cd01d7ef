"""Which passwords are good enough. Pure: length and guessability, no rules of composition."""

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

from hotline.db.storable import is_storable

SHORTEST = 12
LONGEST = 128
_LEET = str.maketrans("013457@$!", "oleastasi")
_FEWEST_OWN = 5


def fault(password: str, *, names: tuple[str, ...] = ()) -> str | None:
    """What is wrong with a new password, in Chinese; None when it is good. Taken unchanged.

    `names` are those of the account, which others know.
    """
    if len(password) < SHORTEST:
        return f"密码至少需要 {SHORTEST} 个字符。"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 个字符。"
    if not is_storable(password):
        return "密码含有无法识别的字符。"
    if is_guessable(password, names=names):
        return "这个密码太容易被猜到，请换一个。"
    return None


def is_guessable(password: str, *, names: tuple[str, ...] = ()) -> bool:
    """Whether little is left when known words, years, runs and repetitions are taken away."""
    known = {name.casefold() for name in names if len(name) > 2} | set(weak_words())
    text = unicodedata.normalize("NFKC", password).casefold()
    for word in sorted(known, key=len, reverse=True):
        text = _without(word, text)
    text = re.sub(r"(19|20)\d\d", "", text)
    text = _without_runs("".join(character for character in text if character.isalnum()))
    return len(set(text)) < _FEWEST_OWN


def _without(word: str, text: str) -> str:
    """Cut the word out, also where digits and signs stand for letters (`p@ssw0rd`)."""
    for spelling in (text, text.translate(_LEET)):
        if (start := spelling.find(word)) >= 0:
            return _without(word, text[:start] + text[start + len(word) :])
    return text


def _without_runs(text: str) -> str:
    """Drop characters that repeat the one before or stand next to it (`aaa`, `1234`, `fedc`)."""
    pairs = zip(text, " " + text, strict=False)
    return "".join(now for now, before in pairs if abs(ord(now) - ord(before)) > 1)


@lru_cache(maxsize=1)
def weak_words() -> tuple[str, ...]:
    """The most used passwords and their parts, and the words of city and product."""
    listing = files("hotline.accounts").joinpath("weak_words.txt").read_text(encoding="utf-8")
    return tuple(word.strip() for word in listing.splitlines() if word.strip())
