"""Conditions under which a move is legal although the status allows it. Each tells one fact."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hotline.tickets.facts import TicketFacts, is_last_level
from hotline.tickets.states import Asked, TicketKind, Urgency

Guard = Callable[[TicketFacts, datetime], bool]

MAX_RETURNS = 2
MAX_EXTENSIONS = 1
MAX_REDOS = 2
VISIT_ATTEMPTS = 3
VISIT_DAYS = 2
REOPEN_WITHIN = timedelta(days=30)
ARCHIVE_AFTER = timedelta(days=30)
SAFETY_CLASSES = ("A11",)
_PLACELESS = frozenset(
    {TicketKind.CONSULT, TicketKind.SUGGESTION, TicketKind.PRAISE, TicketKind.OTHER}
)
_SIGNED_OFF = frozenset({TicketKind.COMPLAINT, TicketKind.REPORT})


def is_complete(ticket: TicketFacts, _now: datetime) -> bool:
    """Three-level class, place, and a contact unless anonymous."""
    has_place = ticket.has_place or ticket.kind in _PLACELESS
    return (
        is_last_level(ticket.subject_code)
        and has_place
        and (ticket.has_contact or ticket.anonymous)
    )


def may_be_returned(ticket: TicketFacts, now: datetime) -> bool:
    """Within the return limit, and not twice already by the same unit."""
    is_early = ticket.return_until is not None and now <= ticket.return_until
    return is_early and ticket.return_count < MAX_RETURNS


def is_reviewed_below(ticket: TicketFacts, now: datetime) -> bool:
    """The district has had its say on its unit's return, or let its time pass."""
    is_reviewed = not ticket.is_under_district or Asked.RETURN in ticket.endorsed
    return is_reviewed or is_step_overdue(ticket, now)


def awaits_district(asked: Asked) -> Guard:
    def guard(ticket: TicketFacts, _now: datetime) -> bool:
        is_asked = asked in ticket.waiting_for and asked not in ticket.endorsed
        return ticket.is_under_district and is_asked

    return guard


def awaits(asked: Asked) -> Guard:
    return lambda ticket, _now: asked in ticket.waiting_for


def does_not_await(asked: Asked) -> Guard:
    return lambda ticket, _now: asked not in ticket.waiting_for


def is_endorsed_extension(ticket: TicketFacts, _now: datetime) -> bool:
    return not ticket.is_under_district or Asked.EXTENSION in ticket.endorsed


def is_before_due(ticket: TicketFacts, now: datetime) -> bool:
    return ticket.due_at is not None and now < ticket.due_at


def may_be_extended(ticket: TicketFacts, _now: datetime) -> bool:
    return ticket.extension_count < MAX_EXTENSIONS


def has_no_open_children(ticket: TicketFacts, _now: datetime) -> bool:
    return not ticket.has_open_children


def is_child(ticket: TicketFacts, _now: datetime) -> bool:
    return ticket.is_child


def is_not_child(ticket: TicketFacts, _now: datetime) -> bool:
    return not ticket.is_child


def is_redacted(ticket: TicketFacts, _now: datetime) -> bool:
    """An informant's words leave the desk only after a person has looked through them."""
    return not ticket.needs_redaction


def wants_visit(ticket: TicketFacts, now: datetime) -> bool:
    return not needs_no_visit(ticket, now)


def needs_no_visit(ticket: TicketFacts, _now: datetime) -> bool:
    """Nobody to call, a mere question, or the unit's part of a ticket whose parent is visited."""
    is_unreachable = ticket.anonymous or not ticket.has_contact
    return is_unreachable or ticket.is_child or ticket.kind is TicketKind.CONSULT


def is_step_overdue(ticket: TicketFacts, now: datetime) -> bool:
    return ticket.step_due_at is not None and now > ticket.step_due_at


def was_dispatched(ticket: TicketFacts, _now: datetime) -> bool:
    return ticket.was_dispatched


def is_redone_in_vain(ticket: TicketFacts, now: datetime) -> bool:
    return ticket.was_dispatched and not may_be_redone(ticket, now)


def was_tried_enough(ticket: TicketFacts, _now: datetime) -> bool:
    return ticket.visit_count >= VISIT_ATTEMPTS and ticket.visit_day_count >= VISIT_DAYS


def may_be_redone(ticket: TicketFacts, _now: datetime) -> bool:
    return ticket.redo_count < MAX_REDOS


def is_freshly_closed(ticket: TicketFacts, now: datetime) -> bool:
    return ticket.closed_at is not None and now <= ticket.closed_at + REOPEN_WITHIN


def may_be_archived(ticket: TicketFacts, now: datetime) -> bool:
    return ticket.closed_at is not None and now > ticket.closed_at + ARCHIVE_AFTER


def is_no_safety_report(ticket: TicketFacts, _now: datetime) -> bool:
    """A report of a danger stays, whatever became of the caller's wish."""
    is_danger = ticket.urgency is not Urgency.NORMAL
    is_safety = (ticket.subject_code or "").startswith(SAFETY_CLASSES)
    return ticket.kind is not TicketKind.REPORT or not (is_danger or is_safety)


def needs_sign_off(ticket: TicketFacts) -> bool:
    return ticket.kind in _SIGNED_OFF
