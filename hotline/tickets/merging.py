"""并单: one ticket for one matter; every caller with it is told the result."""

from hotline.errors import InvalidInput, NotFound
from hotline.tickets import queries, words
from hotline.tickets.changes import record, snapshot, touch
from hotline.tickets.errors import ParentNotOpen
from hotline.tickets.models import Ticket, TicketPetitioner
from hotline.tickets.states import FINISHED
from hotline.tickets.step import Step
from hotline.vault import vault_of

REPEAT = "repeat"


async def join_parent(step: Step) -> None:
    """The caller becomes a co-petitioner of the parent, which must be open and no part itself.

    Both rows are held already, in the order of their ids.
    """
    parent_id = step.asked_for.parent_id
    if parent_id is None:
        raise NotFound
    parent = await queries.locked_ticket(step.session, step.principal, parent_id)
    is_same = parent.id == step.ticket.id or parent.city_id != step.ticket.city_id
    if is_same or parent.status in FINISHED or parent.parent_id is not None:
        raise ParentNotOpen(ticket_id=str(parent.id))
    step.ticket.merged_into_id = parent.id
    was = snapshot(parent)
    step.session.add(_petitioner(step, parent))
    touch(parent)
    await record(
        step.session, step.principal, parent, was=was, name="ticket.updated", note=step.note
    )


async def link_repeat(step: Step) -> None:
    """同一事项已办结、没有新情况，不重复受理: refused, and linked to what was done before."""
    earlier_id = step.asked_for.parent_id
    if step.asked_for.reason_code != REPEAT:
        return
    if earlier_id is None:
        raise InvalidInput(errors=[{"field": "parent_id", "message": "请指明已办结的工单"}])
    earlier = await queries.ticket(step.session, step.principal, earlier_id)
    if earlier.status not in FINISHED or earlier.id == step.ticket.id:
        raise InvalidInput(errors=[{"field": "parent_id", "message": "该工单还没有办结"}])
    step.ticket.repeat_of_id = earlier.id


def _petitioner(step: Step, parent: Ticket) -> TicketPetitioner:
    ticket = step.ticket
    joined = TicketPetitioner(
        ticket_id=parent.id,
        from_ticket_id=ticket.id,
        call_id=ticket.call_id,
        caller_masked=None if ticket.confidential else ticket.caller_masked,
        caller_blind=ticket.caller_blind,
    )
    number = words.caller_of(step.session, ticket)
    if number is not None:
        joined.caller_sealed = vault_of(step.session).seal(
            number, table="ticket_petitioner", column="caller", row=f"{parent.id}/{ticket.id}"
        )
    return joined


async def refer(step: Step) -> None:
    """To another hotline, which goes on under a number of its own."""
    step.ticket.referred_to = step.asked_for.receiver
    step.ticket.referral_number = step.asked_for.reference
