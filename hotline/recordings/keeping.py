"""How long a recording is kept (no national period is known, so ours are defaults). Pure."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MOST_MONTHS = 360


@dataclass(frozen=True, slots=True)
class Terms:
    """Months from the talk; of a complaint or report, from its closing; self-harm, the longest."""

    is_on: bool = True
    keep_months: int = 24
    keep_matter_months: int = 24
    keep_self_harm_months: int = 36


DEFAULT_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Matter:
    """A ticket of the call; `closed_at` null while it is open."""

    is_grievance: bool
    closed_at: datetime | None


def keep_until(
    ended_at: datetime, *, is_self_harm: bool, matters: Sequence[Matter], terms: Terms
) -> datetime | None:
    """When it may be erased; None while a matter of the call is open."""
    if any(matter.closed_at is None for matter in matters):
        return None
    months = terms.keep_self_harm_months if is_self_harm else terms.keep_months
    ends = [months_after(ended_at, months)]
    ends += [
        months_after(matter.closed_at, terms.keep_matter_months)
        for matter in matters
        if matter.is_grievance and matter.closed_at is not None
    ]
    return max(ends)


def months_after(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or its last day."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))
