"""Return, extension, suspension: asked for by the unit, endorsed by the district, ruled above."""

from sqlalchemy import Select, select

from hotline.errors import InvalidInput
from hotline.tickets import due
from hotline.tickets.models import TicketRequest
from hotline.tickets.states import Asked, Outcome
from hotline.tickets.step import Step
from hotline.tickets.timetables import clocks_of, set_clocks, terms_of

# 中止计时 is allowed for these and for nothing else.
SUSPENSION_GROUNDS = frozenset({"court", "appraisal", "season", "caller_material"})


async def ask(step: Step) -> None:
    wanted = step.asked_for
    _check(step)
    step.session.add(
        TicketRequest(
            ticket_id=step.ticket.id,
            asked=step.rule.asked,
            organization_id=step.ticket.custody_id,
            asked_by_id=step.principal.account_id,
            reason=step.note or "",
            statute=wanted.statute,
            ground=wanted.ground,
            working_days=wanted.working_days,
            review_at=wanted.review_at,
        )
    )


async def endorse(step: Step) -> None:
    request = await _pending(step)
    request.endorsed_by_id, request.endorsed_at = step.principal.account_id, step.now


async def rule(step: Step) -> None:
    """Granted or refused, as the move says; the ruling is final."""
    request = await _pending(step)
    is_granted = step.asked_for.move.value.startswith("grant_")
    request.outcome = Outcome.GRANTED if is_granted else Outcome.REFUSED
    request.ruled_by_id, request.ruled_at = step.principal.account_id, step.now


async def extend(step: Step) -> None:
    request = await _pending(step)
    clocks = due.extended(clocks_of(step.ticket), request.working_days or 1, step.table)
    set_clocks(step.ticket, clocks)
    step.ticket.extension_count += 1


async def pause(step: Step) -> None:
    """The clock stands until it is resumed, at the latest on the day of review."""
    request = await _pending(step)
    step.ticket.suspended_at = step.now
    step.ticket.step_due_at = request.review_at


async def unpause(step: Step) -> None:
    ticket = step.ticket
    if ticket.suspended_at is not None:
        clocks = due.resumed(
            clocks_of(ticket), terms_of(ticket), ticket.suspended_at, step.now, step.table
        )
        set_clocks(ticket, clocks)
        if ticket.clock_started_at is not None:
            ticket.clock_started_at = due.moved_on(
                ticket.clock_started_at, terms_of(ticket), ticket.suspended_at, step.now, step.table
            )
    ticket.suspended_at = None


async def lapse_all(step: Step) -> None:
    """What was asked for and not ruled on has no meaning once the ticket has moved on."""
    for request in await step.session.scalars(_open(step)):
        if request.outcome is None:  # one that this very move ruled on is not written yet
            request.outcome, request.ruled_at = Outcome.LAPSED, step.now


def _check(step: Step) -> None:
    wanted = step.asked_for
    if step.rule.asked is Asked.EXTENSION:
        longest = due.longest_extension(terms_of(step.ticket), step.table)
        if (wanted.working_days or 0) > longest:
            raise InvalidInput(errors=[_error("working_days", f"最多 {longest} 个工作日")])
    if step.rule.asked is Asked.SUSPENSION:
        if wanted.ground not in SUSPENSION_GROUNDS:
            raise InvalidInput(errors=[_error("ground", "不是可以中止计时的情形")])
        if wanted.review_at is None or wanted.review_at <= step.now:
            raise InvalidInput(errors=[_error("review_at", "复核时间应在今后")])


async def _pending(step: Step) -> TicketRequest:
    chosen = _open(step).where(TicketRequest.asked == step.rule.asked)
    return (await step.session.scalars(chosen)).one()


def _open(step: Step) -> Select[TicketRequest]:
    return (
        select(TicketRequest)
        .where(TicketRequest.ticket_id == step.ticket.id, TicketRequest.outcome.is_(None))
        .with_for_update()
    )


def _error(field: str, message: str) -> dict[str, str]:
    return {"field": field, "message": message}
