"""The filters of a list of tickets as conditions. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, literal_column

from hotline.principal import Principal
from hotline.tickets.facts import is_last_level
from hotline.tickets.ladder import Card, Rung
from hotline.tickets.models import Ticket
from hotline.tickets.states import Urgency

# As the indexes of what is rare have them, word for word: a parameter would hide it from them.
_IS_URGENT = Ticket.urgency != literal_column(f"'{Urgency.NORMAL}'")
_IS_CONFIDENTIAL: ColumnElement[bool] = Ticket.confidential.expression
_IS_SUPERVISED = Ticket.supervision_level > literal_column("0")
_RUNGS = {
    Card.YELLOW: (Rung.YELLOW,),
    Card.RED: (Rung.RED, Rung.SUPERVISION, Rung.LEADER, Rung.REPRIMAND),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None, false and empty mean everything.

    `subject` is a class or one above it; `caller` the blind index of a number.
    """

    statuses: tuple[str, ...] = ()
    district: str | None = None
    kinds: tuple[str, ...] = ()
    urgencies: tuple[str, ...] = ()
    subject: str | None = None
    q: str = ""
    custody_id: UUID | None = None
    assignee_id: UUID | None = None
    is_unassigned: bool = False
    is_mine: bool = False
    call_id: UUID | None = None
    caller: bytes | None = None
    card: Card | None = None
    is_supervised: bool = False
    is_confidential: bool | None = None
    due_before: datetime | None = None
    due_after: datetime | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    is_by_due: bool = False


def is_read_by_moment(filters: Filters) -> bool:
    """Whether days bound the list, or one subject: it is read along the moments of registration."""
    bounds = (filters.created_from, filters.created_to, filters.due_before)
    return any(bound is not None for bound in bounds) or is_last_level(filters.subject)


def conditions(principal: Principal, filters: Filters) -> list[ColumnElement[bool]]:
    """All of them must hold. Who called is found for nobody on a confidential ticket."""
    return [*_words(filters), *_people(principal, filters), *_times(filters)]


def _words(filters: Filters) -> list[ColumnElement[bool]]:
    is_urgent = bool(filters.urgencies) and Urgency.NORMAL not in filters.urgencies
    wanted: dict[ColumnElement[bool], bool] = {
        Ticket.status.in_(filters.statuses): bool(filters.statuses),
        Ticket.kind.in_(filters.kinds): bool(filters.kinds),
        Ticket.urgency.in_(filters.urgencies): bool(filters.urgencies),
        _IS_URGENT: is_urgent,
        _is_of(filters.subject or ""): filters.subject is not None,
        Ticket.rung.in_(_RUNGS.get(filters.card, ()) if filters.card else ()): bool(filters.card),
        Ticket.rung.is_not(None): bool(filters.card),
        _IS_SUPERVISED: filters.is_supervised,
        Ticket.confidential.is_(False): filters.is_confidential is False,
        _IS_CONFIDENTIAL: filters.is_confidential is True,
    }
    return _chosen(wanted)


def _is_of(subject: str) -> ColumnElement[bool]:
    if is_last_level(subject):
        return Ticket.subject_code == subject
    return Ticket.subject_code.startswith(subject)


def _people(principal: Principal, filters: Filters) -> list[ColumnElement[bool]]:
    wanted: dict[ColumnElement[bool], bool] = {
        Ticket.custody_id == filters.custody_id: filters.custody_id is not None,
        Ticket.assignee_id == filters.assignee_id: filters.assignee_id is not None,
        Ticket.assignee_id.is_(None): filters.is_unassigned,
        Ticket.assignee_id == principal.account_id: filters.is_mine,
        Ticket.call_id == filters.call_id: filters.call_id is not None,
        Ticket.caller_blind == filters.caller: filters.caller is not None,
        Ticket.confidential.is_(False): filters.caller is not None,
    }
    return _chosen(wanted)


def _times(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: dict[ColumnElement[bool], bool] = {
        Ticket.due_at < (filters.due_before or func.now()): filters.due_before is not None,
        Ticket.due_at >= (filters.due_after or func.now()): filters.due_after is not None,
        Ticket.created_at >= (filters.created_from or func.now()): filters.created_from is not None,
        Ticket.created_at < (filters.created_to or func.now()): filters.created_to is not None,
        # What is due by then was registered by then: years of later tickets need no look.
        Ticket.created_at < (filters.due_before or func.now()): filters.due_before is not None,
    }
    return _chosen(wanted)


def _chosen(wanted: dict[ColumnElement[bool], bool]) -> list[ColumnElement[bool]]:
    return [condition for condition, is_wanted in wanted.items() if is_wanted]
