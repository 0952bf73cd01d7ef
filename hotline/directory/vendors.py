"""Whether a vendor may be sent to a home: the one rule of speech, portal and open data. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from hotline.directory.required_papers import lacking


class Vetted(Protocol):
    @property
    def status(self) -> str: ...
    @property
    def vetting(self) -> Sequence[Mapping[str, Any]]: ...


def may_be_sent(vendor: Vetted, entry_key: str, *, on: date) -> bool:
    """For that entry: active, and its papers in order on that day."""
    return vendor.status == "active" and has_papers(vendor.vetting, entry_key, on)


def has_papers(vetting: Sequence[Mapping[str, Any]], entry_key: str, on: date) -> bool:
    """Every paper that the entry asks for is there, and none of any kind has run out.

    The last day of a paper counts.
    """
    return not lacking(vetting, [entry_key], on) and not expired_papers(vetting, on)


def expired_papers(vetting: Sequence[Mapping[str, Any]], on: date) -> list[str]:
    """The names of the papers that have run out."""
    return [paper["document"] for paper in vetting if date.fromisoformat(paper["expires"]) < on]
