"""When many similar reports are one incident; pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hotline.incidents.rules import Kind, Rule


@dataclass(frozen=True, slots=True)
class Report:
    """One caller's telling of a trouble. `caller` stands for the number without telling it.

    `family` is the service that it is about, whatever the district; `subject` its class in the
    taxonomy. `places` are nearer than the district, as far as any was named.
    """

    id: UUID
    at: datetime
    caller: bytes
    district: UUID | None
    family: str | None = None
    subject: str | None = None
    places: tuple[str, ...] = ()

    def is_like(self, other: "Report") -> bool:
        """The same area, and the same service or the same class."""
        same_family = self.family is not None and self.family == other.family
        same_subject = self.subject is not None and self.subject == other.subject
        return self.district == other.district and (same_family or same_subject)


@dataclass(frozen=True, slots=True)
class Raised:
    """An incident to propose; `place` is what enough of the callers have named."""

    kind: Kind
    reports: tuple[Report, ...]
    place: str | None

    @property
    def caller_count(self) -> int:
        return _callers(self.reports)


def raised_by(newest: Report, others: Iterable[Report], rules: Iterable[Rule]) -> Raised | None:
    """What the report `newest` completes, by the rule with the shortest window that it meets.

    Reports come in any order: a window counts when it ends at `newest` or at a later one.
    """
    like = [newest, *(one for one in others if one.id != newest.id and one.is_like(newest))]
    for rule in sorted(rules, key=lambda rule: rule.window):
        within = _fullest_window(like, newest, rule)
        if _callers(within) >= rule.callers:
            return Raised(rule.kind, within, _shared_place(within, rule.callers))
    return None


def _fullest_window(like: Sequence[Report], newest: Report, rule: Rule) -> tuple[Report, ...]:
    ends = {one.at for one in like if newest.at <= one.at < newest.at + rule.window}
    windows = (_window(like, end, rule) for end in sorted(ends))
    return max(windows, key=_callers)


def _window(like: Sequence[Report], end: datetime, rule: Rule) -> tuple[Report, ...]:
    within = (one for one in like if end - rule.window < one.at <= end)
    return tuple(sorted(within, key=lambda one: (one.at, one.id)))


def _callers(reports: Iterable[Report]) -> int:
    return len({one.caller for one in reports})


def _shared_place(reports: Sequence[Report], callers: int) -> str | None:
    """The place that most callers named, where as many did as make an incident."""
    named = Counter(place for _, place in {(one.caller, p) for one in reports for p in one.places})
    enough = [(count, place) for place, count in named.items() if count >= callers]
    return max(enough)[1] if enough else None
