"""Numbers as people say them on the telephone: digit by digit, one is 幺."""

from collections.abc import Iterable

_DIGITS = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))
_MOBILE = (3, 4, 4)
_LANDLINE = (4, 3, 4)


def digits_spoken(number: str) -> str:
    """`114` → 幺幺四; everything that is not a digit is passed over."""
    return "".join(_DIGITS[letter] for letter in number if letter in _DIGITS)


def sign_spoken(sign: str) -> str:
    """`A-001` → A零零幺: letters stay, what nobody says is passed over."""
    return "".join(_DIGITS.get(letter, letter) for letter in sign if letter.isalnum())


def number_spoken(number: str) -> str:
    """A telephone number in the groups in which people read it, a pause between the groups."""
    digits = "".join(letter for letter in number if letter in _DIGITS)
    return "，".join(digits_spoken(group) for group in _groups(digits))


def _groups(digits: str) -> Iterable[str]:
    if len(digits) != sum(_MOBILE):
        yield digits
        return
    at = 0
    for length in _LANDLINE if digits.startswith("0") else _MOBILE:
        yield digits[at : at + length]
        at += length
