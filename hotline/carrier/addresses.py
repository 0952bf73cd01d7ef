"""Addresses that can be dialled: telephone numbers, `client:` names and `sip:` addresses."""

import re

_PUNCTUATION = re.compile(r"[\s().\-/]+")
_NUMBER = re.compile(r"\+?[0-9]{2,15}")
_US_NUMBER = re.compile(r"\+1([0-9]{3})([0-9]{3})([0-9]{4})")
_CLIENT = re.compile(r"client:[^\s?]{1,256}(\?.*)?")
_SIP = re.compile(r"sips?:[^\s@]+@[^\s@]+")
_SCHEMES = ("client:", "sip:", "sips:")


def clean(address: str) -> str:
    """An address as it is dialled: numbers lose their punctuation."""
    text = address.strip()
    if text.lower().startswith(_SCHEMES):
        return text
    bare = _PUNCTUATION.sub("", text)
    return bare if _NUMBER.fullmatch(bare) else text


def is_number(address: str) -> bool:
    return _NUMBER.fullmatch(address) is not None


def may_be_dialled(address: str) -> bool:
    return any(pattern.fullmatch(address) for pattern in (_NUMBER, _CLIENT, _SIP))


def key(address: str) -> str:
    """Two addresses with one key are one line: digits of a number, no parameters of the others."""
    text = clean(address)
    if is_number(text):
        return text.lstrip("+")
    if text.startswith("client:"):
        return text.partition("?")[0]
    return text.partition("?")[0].partition(";")[0].lower()


def formatted(address: str) -> str:
    """As people write it: `(415) 867-5308` in North America, unchanged elsewhere."""
    match = _US_NUMBER.fullmatch(address)
    return "({}) {}-{}".format(*match.groups()) if match else address


def contains(number: str, pattern: str) -> bool:
    """Whether `pattern` occurs in the number: digits, with `*` for any one of them."""
    wanted = re.escape(_PUNCTUATION.sub("", pattern.strip()).lstrip("+")).replace(r"\*", "[0-9]")
    return re.search(wanted, number) is not None
