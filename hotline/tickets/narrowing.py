"""The filters of a list of tickets as conditions. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func

from hotline.principal import Principal
from hotline.tickets.ladder import Card, Rung
from hotline.tickets.models import Ticket

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


def conditions(principal: Principal, filters: Filters) -> list[ColumnElement[bool]]:
    """All of them must hold. Who called is found for nobody on a confidential ticket."""
    return [*_words(filters), *_people(principal, filters), *_times(filters)]


def _words(filters: Filters) -> list[ColumnElement[bool]]:
    wanted: dict[ColumnElement[bool], bool] = {
        Ticket.status.in_(filters.statuses): bool(filters.statuses),
        Ticket.kind.in_(filters.kinds): bool(filters.kinds),
        Ticket.urgency.in_(filters.urgencies): bool(filters.urgencies),
        Ticket.subject_code.startswith(filters.subject or ""): filters.subject is not None,
        Ticket.rung.in_(_RUNGS.get(filters.card, ()) if filters.card else ()): bool(filters.card),
        Ticket.supervision_level > 0: filters.is_supervised,
        Ticket.confidential.is_(filters.is_confidential or False): (
            filters.is_confidential is not None
        ),
    }
    return _chosen(wanted)


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
    }
    return _chosen(wanted)


def _chosen(wanted: dict[ColumnElement[bool], bool]) -> list[ColumnElement[bool]]:
    return [condition for condition, is_wanted in wanted.items() if is_wanted]
