"""Carry a matter through: take it, plan its way, count papers, do step after step, finish."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.errors import InvalidInput, NotFound
from hotline.organizations import queries as organizations
from hotline.organizations.models import Organization
from hotline.principal import Principal
from hotline.privacy import mask_text
from hotline.proxy import queries, standing
from hotline.proxy.errors import (
    MatterClosed,
    NotOfficer,
    NotYourStep,
    PaperNotNow,
    PapersKept,
    PapersMissing,
    StepNotCurrent,
    StepsOpen,
)
from hotline.proxy.models import ProxyMatter, ProxyPaper, ProxyStep
from hotline.proxy.news import tell_changed
from hotline.proxy.phrases import phrase
from hotline.proxy.states import OPEN, MatterStatus, PaperState, Result, StepState
from hotline.tickets import service as tickets
from hotline.tickets.attending import machine
from hotline.tickets.changes import record_comment
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Move
from hotline.tickets.schemas import MoveIn
from hotline.tickets.states import Status
from hotline.tickets.timetables import timetable_for
from hotline.worktime import Limit, LimitUnit

_DESK = frozenset({"agent", "dispatcher", "district_supervisor", "city_supervisor"})
_LEADERS = frozenset({"district_supervisor", "city_supervisor"})


@dataclass(frozen=True, slots=True)
class Planned:
    """One step of a way that the officer lays out; `organization` is a key of the tree."""

    name: str
    organization: str
    working_days: int


async def take_matter(session: AsyncSession, principal: Principal, matter_id: UUID) -> ProxyMatter:
    """The one who takes it is its officer; a supervisor may take it over."""
    matter = await _open_matter(session, principal, matter_id)
    is_free = matter.officer_id in (None, principal.account_id)
    if not principal.roles & _DESK or not (is_free or principal.roles & _LEADERS):
        raise NotOfficer
    matter.officer_id, matter.status = principal.account_id, MatterStatus.IN_HAND
    await _tell(session, principal, matter, phrase("taken", name=principal.name))
    return matter


async def plan_steps(
    session: AsyncSession, principal: Principal, matter_id: UUID, planned: Sequence[Planned]
) -> ProxyMatter:
    """Another way than the directory's; only before it was begun."""
    matter = await _officers(session, principal, matter_id)
    steps = await queries.steps_of(session, matter.id)
    if any(step.state != StepState.WAITING for step in steps):
        raise StepNotCurrent
    units = [await _unit(session, matter, one.organization) for one in planned]
    await session.execute(delete(ProxyStep).where(ProxyStep.matter_id == matter.id))
    session.add_all(
        ProxyStep(
            matter_id=matter.id,
            position=number,
            name=one.name,
            organization_id=unit.id,
            working_days=one.working_days,
        )
        for number, (one, unit) in enumerate(zip(planned, units, strict=True))
    )
    await _tell(session, principal, matter, phrase("planned", count=len(planned)))
    return matter


async def count_paper(
    session: AsyncSession,
    principal: Principal,
    matter_id: UUID,
    *,
    paper_id: UUID,
    state: PaperState,
) -> ProxyMatter:
    """Papers go back also after the end or a withdrawal; nothing else does."""
    matter = await queries.locked_matter(session, principal, matter_id)
    _require_officer(principal, matter)
    paper = await session.get(ProxyPaper, paper_id)
    if paper is None or paper.matter_id != matter.id:
        raise NotFound
    is_late = matter.status not in OPEN and state is not PaperState.RETURNED
    if is_late or not standing.may_become(paper.state, state):
        raise PaperNotNow
    _count(paper, state, principal.account_id)
    await _tell(session, principal, matter, phrase(f"paper_{state}", name=paper.name))
    return matter


async def begin_way(session: AsyncSession, principal: Principal, matter_id: UUID) -> ProxyMatter:
    """The first step, once nothing is needed any more."""
    matter = await _officers(session, principal, matter_id)
    steps = await queries.steps_of(session, matter.id)
    if any(step.state != StepState.WAITING for step in steps):
        raise StepNotCurrent
    if not standing.are_together(await queries.papers_of(session, matter.id)):
        raise PapersMissing
    await _begin_next(session, principal, matter, steps)
    return matter


async def finish_step(
    session: AsyncSession,
    principal: Principal,
    matter_id: UUID,
    *,
    step_id: UUID,
    note: str | None,
) -> ProxyMatter:
    """By the unit whose step it is, or by the officer for it; the next begins at once."""
    matter = await _open_matter(session, principal, matter_id)
    steps = await queries.steps_of(session, matter.id)
    step = next((one for one in steps if one.id == step_id), None)
    if step is None:
        raise NotFound
    is_own = step.organization_id in principal.subtree or matter.officer_id == principal.account_id
    if not is_own:
        raise NotYourStep
    if step.state != StepState.CURRENT:
        raise StepNotCurrent
    step.state, step.done_at, step.done_by_id = StepState.DONE, clock.now(), principal.account_id
    step.note = mask_text(note) if note else None
    number = step.position + 1
    told = phrase("step_done", number=number, name=step.name, note=step.note or "")
    await _tell(session, principal, matter, told)
    await _begin_next(session, principal, matter, steps)
    return matter


async def finish_matter(
    session: AsyncSession,
    principal: Principal,
    matter_id: UUID,
    *,
    result: Result,
    note: str,
) -> ProxyMatter:
    """What came of it; the ticket is answered with it and closed.

    A refusal may end the way early. Papers that were received must have gone back.
    """
    matter = await _officers(session, principal, matter_id)
    steps = await queries.steps_of(session, matter.id)
    if result is Result.GRANTED and not standing.is_at_the_end(steps):
        raise StepsOpen
    if not standing.are_given_back(await queries.papers_of(session, matter.id)):
        raise PapersKept
    matter.status, matter.finished_at = MatterStatus.FINISHED, clock.now()
    matter.result, matter.result_note = result, mask_text(note)
    told = phrase(f"finished_{result}", note=matter.result_note)
    await _tell(session, principal, matter, told)
    await _close_ticket(session, matter, told)
    return matter


async def _open_matter(session: AsyncSession, principal: Principal, matter_id: UUID) -> ProxyMatter:
    matter = await queries.locked_matter(session, principal, matter_id)
    if matter.status not in OPEN:
        raise MatterClosed
    return matter


async def _officers(session: AsyncSession, principal: Principal, matter_id: UUID) -> ProxyMatter:
    matter = await _open_matter(session, principal, matter_id)
    _require_officer(principal, matter)
    return matter


def _require_officer(principal: Principal, matter: ProxyMatter) -> None:
    if matter.officer_id is None or matter.officer_id != principal.account_id:
        raise NotOfficer


async def _unit(session: AsyncSession, matter: ProxyMatter, key: str) -> Organization:
    found = await organizations.organization_by_key(session, key)
    if found is None or found.city_id != matter.city_id:
        raise InvalidInput(errors=[{"field": "organization", "message": "没有这个单位"}])
    return found


def _count(paper: ProxyPaper, state: PaperState, account_id: UUID | None) -> None:
    paper.state = state
    if state is PaperState.RECEIVED:
        paper.received_at, paper.received_by_id = clock.now(), account_id
        paper.returned_at = paper.returned_by_id = None
    if state is PaperState.RETURNED:
        paper.returned_at, paper.returned_by_id = clock.now(), account_id


async def _begin_next(
    session: AsyncSession, principal: Principal, matter: ProxyMatter, steps: Sequence[ProxyStep]
) -> None:
    position = standing.next_step(steps)
    if position is None:
        return
    step = steps[position]
    unit = await organizations.organization(session, step.organization_id)
    table = await timetable_for(session, unit.id)
    limit = Limit(step.working_days, LimitUnit.WORKING_DAYS)
    step.state, step.began_at = StepState.CURRENT, clock.now()
    step.due_at = table.after(limit, clock.now()).at
    told = phrase(
        "step_begun", number=position + 1, name=step.name, unit=unit.name, days=step.working_days
    )
    await _tell(session, principal, matter, told)


async def _close_ticket(session: AsyncSession, matter: ProxyMatter, told: str) -> None:
    """By the hotline itself: whoever carried the matter does not close their own work."""
    acting = await machine(session, matter.city_id)
    for move in (Move.ANSWER, Move.CLOSE):
        whole = await queries.whole(session, matter)
        if whole.ticket.status in (Status.REGISTERED, Status.DIRECT):
            wanted = MoveIn(move=move, version=whole.ticket.version, note=told)
            await tickets.move_ticket(session, acting, whole.ticket.id, wanted)


async def _tell(
    session: AsyncSession, principal: Principal, matter: ProxyMatter, text: str
) -> None:
    """A line in the ticket's history; a unit sees its step and not the ticket, so it is written
    here and not by the verb that asks whether the ticket is seen.
    """
    await session.flush()
    ticket = await session.get_one(Ticket, matter.ticket_id)
    await record_comment(session, principal, ticket, text)
    await tell_changed(session, matter)
