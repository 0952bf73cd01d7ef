"""Which passwords are good enough. Pure: length and guessability; rules of composition (MLPS) only
where an installation asks for them.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from hotline.db.storable import is_storable
from hotline.settings import PasswordProfile

SHORTEST: Mapping[PasswordProfile, int] = {PasswordProfile.ASVS: 12, PasswordProfile.MLPS: 8}
LONGEST = 128
_LEET = str.maketrans("013457@$!", "oleastasi")
_FEWEST_OWN = 5


def fault(
    password: str, *, names: tuple[str, ...] = (), profile: PasswordProfile = PasswordProfile.ASVS
) -> str | None:
    """What is wrong with a new password, in Chinese; None when it is good. Taken unchanged.

    `names` are those of the account, which others know.
    """
    if len(password) < SHORTEST[profile]:
        return f"密码至少需要 {SHORTEST[profile]} 个字符。"
    if len(password) > LONGEST:
        return f"密码最多 {LONGEST} 个字符。"
    if not is_storable(password):
        return "密码含有无法识别的字符。"
    if profile is PasswordProfile.MLPS and not has_four_classes(password):
        return "密码要有大写字母、小写字母、数字和符号。"
    if is_guessable(password, names=names):
        return "这个密码太容易被猜到，请换一个。"
    return None


def has_four_classes(password: str) -> bool:
    """Upper case, lower case, digits, and anything else."""
    kinds = (str.isupper, str.islower, str.isdigit, lambda one: not one.isalnum())
    return all(any(is_kind(one) for one in password) for is_kind in kinds)


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
