"""What the decisions about a ticket look at: plain values, read once, without a session."""

from dataclasses import dataclass
from datetime import datetime

from hotline.tickets.states import Asked, Status, TicketKind, Urgency

_SUBJECT_LEVELS = 3


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """A ticket as the table of moves sees it."""

    status: Status
    kind: TicketKind
    urgency: Urgency = Urgency.NORMAL
    subject_code: str | None = None
    has_place: bool = False
    has_contact: bool = False
    has_entry: bool = False
    anonymous: bool = False
    needs_redaction: bool = False
    is_child: bool = False
    was_dispatched: bool = False
    has_open_children: bool = False
    is_under_district: bool = False
    due_at: datetime | None = None
    step_due_at: datetime | None = None
    return_until: datetime | None = None
    closed_at: datetime | None = None
    return_count: int = 0
    extension_count: int = 0
    redo_count: int = 0
    waiting_for: frozenset[Asked] = frozenset()
    endorsed: frozenset[Asked] = frozenset()
    visit_count: int = 0
    visit_day_count: int = 0


@dataclass(frozen=True, slots=True)
class Actor:
    """Who wants to move it, and how they stand to the organization that holds it."""

    roles: frozenset[str] = frozenset()
    is_hotline: bool = False
    is_holder: bool = False
    is_above: bool = False
    is_city: bool = False
    has_handled: bool = False


def is_last_level(subject_code: str | None) -> bool:
    """Whether the code names a subject and not a class of them."""
    return subject_code is not None and subject_code.count("-") == _SUBJECT_LEVELS - 1
