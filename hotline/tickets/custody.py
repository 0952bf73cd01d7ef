"""Who holds a ticket: dispatch to a lead and co-handling units, delegation, taking back."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from hotline.db import uuid7
from hotline.db.arrays import one_of
from hotline.errors import InvalidInput
from hotline.organizations.models import Organization
from hotline.organizations.queries import subtree_ids
from hotline.tickets import due, queries, words
from hotline.tickets.changes import record, snapshot
from hotline.tickets.conflicts import names_organization
from hotline.tickets.due import Clocks
from hotline.tickets.errors import UnitConflicted
from hotline.tickets.models import Ticket
from hotline.tickets.numbers import next_number
from hotline.tickets.rules import Move
from hotline.tickets.states import Status, TicketKind
from hotline.tickets.step import Step
from hotline.tickets.timetables import clocks_of, set_clocks, terms_of, timetable_for
from hotline.tickets.watching import watch_anew

# A part must be done before the whole is due.
_PART_EARLIER = timedelta(hours=2)
_INHERITED = (
    "kind", "urgency", "subject_code", "subject", "sla_working_days", "entry_key", "entry_name",
    "city_id", "district_id", "confidential", "anonymous",
    "redacted_at", "redacted_by_id",
)  # fmt: skip


async def hand_over(step: Step) -> None:
    """To the lead unit; every co-handling unit gets a child ticket of its own."""
    lead = await _unit_for(step, step.asked_for.organization_id, "organization_id")
    step.ticket.custody_id = lead.id
    step.ticket.assignee_id = None
    for co_handler in dict.fromkeys(step.asked_for.co_handlers):
        if co_handler == lead.id:
            raise InvalidInput(errors=[_error("co_handlers", "主办单位不能同时协办")])
        unit = await _unit_for(step, co_handler, "co_handlers")
        await _open_child(step, unit)


async def open_child(step: Step) -> None:
    """下派: a part for an organization below the holder; the ticket waits for its reply."""
    unit = await _unit_for(step, step.asked_for.organization_id, "organization_id")
    below = await subtree_ids(step.session, step.ticket.custody_id)
    if unit.id == step.ticket.custody_id or unit.id not in below:
        raise InvalidInput(errors=[_error("organization_id", "只能下派给本机构的下级")])
    await _open_child(step, unit)


async def take_back(step: Step) -> None:
    """To the city's desk, which dispatches it anew."""
    await cancel_children(step)
    step.ticket.custody_id = step.ticket.city_id
    step.ticket.assignee_id = None
    step.ticket.return_until = None


async def start_clock(step: Step) -> None:
    """Every dispatch starts the unit's clock; the resident's runs on. A redo has its own limits."""
    ticket = step.ticket
    if step.rule.to is Status.IN_PROGRESS:
        clocks = due.at_redo(clocks_of(ticket), ticket.redo_count, step.now, step.table)
    else:
        clocks = due.at_dispatch(clocks_of(ticket), terms_of(ticket), step.now, step.table)
        ticket.dispatched_at = step.now
    ticket.clock_started_at, ticket.rung = step.now, None
    set_clocks(ticket, clocks)


async def cancel_children(step: Step) -> None:
    """Parts that are still open end with the whole."""
    for child in await step.session.scalars(queries.open_children(step.ticket.id)):
        was = snapshot(child)
        child.status, child.closed_at, child.step_due_at = Status.CANCELLED, step.now, None
        await watch_anew(step.session, child, step.table)
        await record(
            step.session, step.principal, child, was=was, name="ticket.moved", move=Move.CANCEL
        )


async def _open_child(step: Step, unit: Organization) -> None:
    parent, session = step.ticket, step.session
    child = Ticket(id=uuid7(), need="", parent_id=parent.id, status=Status.TO_SIGN)
    for column in _INHERITED:
        setattr(child, column, getattr(parent, column))
    child.number = await next_number(session)
    child.custody_id = unit.id
    child.dispatched_at = child.clock_started_at = step.now
    child.extension_count = child.redo_count = child.supervision_level = child.urge_count = 0
    original = words.words_of(session, parent)
    words.set_words(session, child, title=parent.title, description=original)
    words.set_shown(child, title=parent.title, description=parent.description)
    words.set_caller(session, child, words.caller_of(session, parent))
    words.set_address(session, child, words.address_of(session, parent))
    table = await timetable_for(session, unit.id)
    latest = parent.due_at and parent.due_at - _PART_EARLIER
    clocks = due.at_dispatch(
        Clocks(resident_due_at=parent.resident_due_at),
        terms_of(parent),
        step.now,
        table,
        latest=latest,
    )
    set_clocks(child, clocks)
    await watch_anew(session, child, table)
    session.add(child)
    await session.flush()
    await record(session, step.principal, child, was=None, name="ticket.opened", note=step.note)


async def _unit_for(step: Step, organization_id: UUID | None, field: str) -> Organization:
    """An active organization of the city, not the city itself, and not named in the complaint."""
    chosen = select(Organization).where(
        Organization.id == organization_id,
        Organization.city_id == step.ticket.city_id,
        Organization.id != step.ticket.city_id,
        one_of(Organization.id, step.principal.subtree),
        Organization.status == "active",
    )
    unit = await step.session.scalar(chosen)
    if unit is None:
        raise InvalidInput(errors=[_error(field, "没有这个承办单位")])
    if _is_conflicted(step, unit):
        raise UnitConflicted(organization_id=str(unit.id))
    return unit


def _is_conflicted(step: Step, unit: Organization) -> bool:
    if step.ticket.kind not in (TicketKind.COMPLAINT, TicketKind.REPORT):
        return False
    said = f"{step.ticket.title}\n{words.words_of(step.session, step.ticket)}"
    return names_organization(said, unit)


def _error(field: str, message: str) -> dict[str, str]:
    return {"field": field, "message": message}
