"""Attributes of verbs and nouns as values. What is invalid counts as absent, as documented."""

import re

from hotline.carrier.documents import Element

_WHOLE = re.compile(r"[+-]?[0-9]{1,9}")
METHODS = frozenset({"GET", "POST"})


def boolean(element: Element, name: str, *, default: bool) -> bool:
    value = element.attributes.get(name, "").strip().lower()
    return {"true": True, "false": False}.get(value, default)


def whole(element: Element, name: str, default: int, *, least: int = 1) -> int:
    number = optional_whole(element, name, least=least)
    return default if number is None else number


def optional_whole(element: Element, name: str, *, least: int = 1) -> int | None:
    text = element.attributes.get(name, "").strip()
    if not _WHOLE.fullmatch(text):
        return None
    return number if (number := int(text)) >= least else None


def method(element: Element, name: str = "method", *, default: str = "POST") -> str:
    value = element.attributes.get(name, "").strip().upper()
    return value if value in METHODS else default


def words(element: Element, name: str, default: str = "") -> tuple[str, ...]:
    """Values of a list, separated by spaces."""
    return tuple(element.attributes.get(name, default).split())


def choice(element: Element, name: str, allowed: frozenset[str], default: str) -> str:
    value = element.attributes.get(name, default).strip()
    return value if value in allowed else default


def given(element: Element, name: str) -> str | None:
    """The value, or nothing where it is absent or blank."""
    return element.attributes.get(name, "").strip() or None
