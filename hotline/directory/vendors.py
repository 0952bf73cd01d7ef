"""Whether a vendor may be sent to a home. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from hotline.organizations.hours import is_open


class Vetted(Protocol):
    @property
    def status(self) -> str: ...
    @property
    def hours(self) -> str: ...
    @property
    def vetting(self) -> Sequence[Mapping[str, Any]]: ...


def may_be_sent(vendor: Vetted, *, on: date, open_at: datetime | None = None) -> bool:
    """Active, every paper valid on that day (its last day counts), and open at the moment."""
    return (
        vendor.status == "active"
        and not expired_papers(vendor, on)
        and (open_at is None or is_open(vendor.hours, open_at))
    )


def expired_papers(vendor: Vetted, on: date) -> list[str]:
    """The names of the papers that have run out."""
    return [
        paper["document"] for paper in vendor.vetting if date.fromisoformat(paper["expires"]) < on
    ]
