"""Which numbers the hotline may ring; pure. Keeps toll fraud out: no premium, nothing abroad."""

import re

EMERGENCY_LINES = frozenset({"110", "119", "120", "122", "12356"})
_COUNTRY = re.compile(r"^(\+86|0086)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0[1-9]\d{1,2}[2-8]\d{6,7}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_PUBLIC_LINE = re.compile(r"1[012]\d{1,3}|9[56]\d{3,6}")
_PREMIUM = re.compile(r"(0\d{2,3})?(16[08]|268|968)\d*|9688\d*")


def plain(number: str) -> str:
    """Digits as dialled inside the country: with the trunk's 0 instead of the country's code."""
    bare = re.sub(r"[\s().\-]", "", number)
    inside = _COUNTRY.sub("", bare)
    if inside != bare and not _MOBILE.fullmatch(inside) and _LANDLINE.fullmatch(f"0{inside}"):
        return f"0{inside}"
    return inside


def may_ring_resident(number: str) -> bool:
    """A mobile or fixed telephone of this country."""
    digits = plain(number)
    return _is_telephone(digits) and not _PREMIUM.fullmatch(digits)


def may_ring_office(number: str) -> bool:
    """What an agent may call into a talk: offices, public lines, emergency lines too."""
    digits = plain(number)
    if digits in EMERGENCY_LINES:
        return True
    is_office = _is_telephone(digits) or _LOCAL.fullmatch(digits) or _PUBLIC_LINE.fullmatch(digits)
    return bool(is_office) and not _PREMIUM.fullmatch(digits)


def may_ring_agent(address: str) -> bool:
    """A seat's own telephone: a browser or SIP phone, or a number that costs nothing special."""
    return address.startswith(("client:", "sip:", "sips:")) or may_ring_office(address)


def _is_telephone(digits: str) -> bool:
    return bool(_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits))
