"""Licences of what ships: none that asks to open the whole (GPL, AGPL, SSPL)."""

import re
from collections.abc import Sequence
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from typing import cast

from scripts.scanning.packages import Package

_COPYLEFT = re.compile(r"\b(A?GPL|SSPL|GNU (Affero )?General Public)", re.IGNORECASE)
_LESSER = re.compile(r"\b(LGPL|Lesser|Library)\b|MPL", re.IGNORECASE)
_CHOICE = re.compile(r"\bOR\b")


def licence_of(package: Package) -> str | None:
    """As the package itself says; None for one that is not installed on this machine."""
    if package.licence or package.ecosystem != "PyPI":
        return package.licence
    try:
        told = cast("Message", metadata(package.name))
    except PackageNotFoundError:
        return None
    named = told.get("License-Expression") or _by_classifier(told.get_all("Classifier") or ())
    return named or (told.get("License") or "").partition("\n")[0].strip() or "unknown"


def refused(licence: str | None) -> bool:
    """A choice of which one is free is taken; the lesser ones are, since nothing is changed."""
    if licence is None:
        return False
    parts = _CHOICE.split(licence)
    return all(_COPYLEFT.search(part) and not _LESSER.search(part) for part in parts)


def _by_classifier(classifiers: Sequence[str]) -> str:
    found = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License ::")]
    return " OR ".join(found)
