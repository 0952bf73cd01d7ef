"""Move a ticket along the table: the only place where a status changes."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db.snapshots import Snapshot
from hotline.errors import IllegalMove, InvalidInput, StaleVersion
from hotline.principal import Principal
from hotline.tickets import custody, due, merging, outcomes, queries, requests, words
from hotline.tickets.changes import record, snapshot, touch
from hotline.tickets.due import Timetable
from hotline.tickets.errors import MoveNotNow, MoveNotYours
from hotline.tickets.facts import TicketFacts
from hotline.tickets.guards import MAX_REDOS
from hotline.tickets.models import Ticket
from hotline.tickets.moves import may_move, missing
from hotline.tickets.notices import tell_moved
from hotline.tickets.rules import Effect, Move, Refusal, Rule
from hotline.tickets.schemas import MoveIn
from hotline.tickets.standing import actor_of, facts_of
from hotline.tickets.states import Status
from hotline.tickets.step import Step
from hotline.tickets.timetables import clocks_of, set_clocks, terms_of, timetable_for
from hotline.tickets.watching import watch_anew


async def move_ticket(
    session: AsyncSession, principal: Principal, ticket_id: UUID, wanted: MoveIn
) -> Ticket:
    """One move, with its history row and its event.

    Raises NotFound (not visible), StaleVersion, IllegalMove (not in the table, or not now),
    MoveNotYours, InvalidInput (a field that the move needs is missing or does not fit).
    """
    if wanted.parent_id is not None:
        await queries.lock_in_order(session, (ticket_id, wanted.parent_id))
    ticket = await queries.locked_ticket(session, principal, ticket_id)
    if ticket.version != wanted.version:
        raise StaleVersion
    now = clock.now()
    facts = (await facts_of(session, [ticket]))[ticket.id]
    rule = _permitted(facts, principal, ticket, wanted, now)
    step = Step(
        session=session,
        principal=principal,
        ticket=ticket,
        rule=rule,
        asked_for=wanted,
        note=_note(ticket, wanted),
        now=now,
        table=await timetable_for(session, ticket.custody_id),
    )
    was = snapshot(ticket)
    with session.no_autoflush:
        await _carry_out(step, Status(ticket.status))
        await watch_anew(session, ticket, await _table_now(step, was))
    touch(ticket)
    await session.flush()
    name = "ticket.updated" if was["status"] == ticket.status else "ticket.moved"
    await record(session, principal, ticket, was=was, name=name, move=wanted.move, note=step.note)
    await tell_moved(session, ticket, wanted)
    return ticket


def _permitted(
    facts: TicketFacts, principal: Principal, ticket: Ticket, wanted: MoveIn, now: datetime
) -> Rule:
    ruled = may_move(facts, actor_of(principal, ticket), wanted.move, now)
    if isinstance(ruled, Refusal):
        raise _REFUSALS[ruled](move=wanted.move, status=facts.status)
    absent = missing(ruled, facts, wanted.given())
    if absent:
        raise InvalidInput(errors=[{"field": name, "message": "必须填写"} for name in absent])
    return ruled


async def _carry_out(step: Step, before: Status) -> None:
    step.ticket.status = step.rule.to
    if step.rule.to is not before:
        _enter(step)
    for effect in step.rule.effects:
        await _EFFECTS[effect](step)


async def _table_now(step: Step, was: Snapshot) -> Timetable:
    """Whoever holds it now may have other hours than whoever held it before the move."""
    if was["custody_id"] == str(step.ticket.custody_id):
        return step.table
    return await timetable_for(step.session, step.ticket.custody_id)


def _enter(step: Step) -> None:
    """Every status has its own step clock, or none."""
    ticket = step.ticket
    limit = _STEP_LIMITS.get(step.rule.to)
    ticket.step_due_at = None
    if limit is not None:
        clocks = due.at_step(clocks_of(ticket), limit, terms_of(ticket), step.now, step.table)
        set_clocks(ticket, clocks)
    if step.asked_for.move in (Move.SIGN, Move.AUTO_SIGN):
        ticket.signed_at = step.now


async def _finish(step: Step) -> None:
    step.ticket.closed_at = step.now
    await requests.lapse_all(step)
    await custody.cancel_children(step)


async def _resume_life(step: Step) -> None:
    step.ticket.closed_at = None


async def _count_redo(step: Step) -> None:
    """The second redo is done under the city's eye (重办二次即督办)."""
    step.ticket.redo_count += 1
    if step.ticket.redo_count == MAX_REDOS:
        step.ticket.supervision_level = max(step.ticket.supervision_level, 1)


def _note(ticket: Ticket, wanted: MoveIn) -> str | None:
    """What the history tells of the words that came with the move, masked."""
    said = [wanted.receiver, wanted.reason_code, wanted.note, wanted.statute, wanted.answer]
    text = "\n".join(part for part in said if part)
    return words.shown(ticket, text) if text else None


_REFUSALS: Mapping[Refusal, type[IllegalMove | MoveNotYours]] = {
    Refusal.NOT_FROM_HERE: IllegalMove,
    Refusal.NOT_YOURS: MoveNotYours,
    Refusal.NOT_NOW: MoveNotNow,
}
_STEP_LIMITS: Mapping[Status, str] = {
    Status.TO_DISPATCH: "dispatch",
    Status.RETURN_REQUESTED: "ruling",
    Status.REPLIED: "audit",
    Status.TO_VISIT: "follow_up",
    Status.REDO: "ruling",
}
_EFFECTS: Mapping[Effect, Callable[[Step], Awaitable[None]]] = {
    Effect.START_CLOCK: custody.start_clock,
    Effect.HAND_OVER: custody.hand_over,
    Effect.TAKE_BACK: custody.take_back,
    Effect.OPEN_CHILD: custody.open_child,
    Effect.ASK: requests.ask,
    Effect.ENDORSE: requests.endorse,
    Effect.RULE: requests.rule,
    Effect.LAPSE: requests.lapse_all,
    Effect.EXTEND: requests.extend,
    Effect.PAUSE: requests.pause,
    Effect.UNPAUSE: requests.unpause,
    Effect.RECORD_REPLY: outcomes.record_reply,
    Effect.RECORD_VISIT: outcomes.record_visit,
    Effect.JOIN_PARENT: merging.join_parent,
    Effect.LINK_REPEAT: merging.link_repeat,
    Effect.REFER: merging.refer,
    Effect.COUNT_REDO: _count_redo,
    Effect.FINISH: _finish,
    Effect.RESUME_LIFE: _resume_life,
}
