"""Every SELECT on proxy handling. `visible_to` is where each of them starts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db.arrays import one_of
from hotline.directory import queries as directory
from hotline.directory.models import DirectoryEntry
from hotline.errors import NotFound
from hotline.principal import Principal
from hotline.proxy.models import ProxyMatter, ProxyPaper, ProxyStep
from hotline.proxy.states import OPEN, StepState
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket

P = TypeVar("P", ProxyPaper, ProxyStep)


@dataclass(frozen=True, slots=True)
class Whole:
    """A matter with everything that hangs on it."""

    matter: ProxyMatter
    ticket: Ticket
    papers: tuple[ProxyPaper, ...]
    steps: tuple[ProxyStep, ...]


def visible_to(principal: Principal) -> Select[ProxyMatter]:
    """Whoever sees the ticket, and the units whose step has come."""
    seen = tickets.visible_to(principal).with_only_columns(Ticket.id)
    own = select(ProxyStep.matter_id).where(
        one_of(ProxyStep.organization_id, principal.subtree),
        ProxyStep.state != StepState.WAITING,
    )
    return select(ProxyMatter).where(or_(ProxyMatter.ticket_id.in_(seen), ProxyMatter.id.in_(own)))


def page(
    principal: Principal, *, is_open: bool | None, is_mine: bool, after: UUID | None, limit: int
) -> Select[ProxyMatter]:
    """Newest first."""
    chosen = visible_to(principal).order_by(ProxyMatter.id.desc()).limit(limit)
    if is_open is not None:
        within = ProxyMatter.status.in_(OPEN)
        chosen = chosen.where(within if is_open else ~within)
    if is_mine:
        chosen = chosen.where(ProxyMatter.officer_id == principal.account_id)
    return chosen if after is None else chosen.where(ProxyMatter.id < after)


async def matter(session: AsyncSession, principal: Principal, matter_id: UUID) -> ProxyMatter:
    found = await session.scalar(visible_to(principal).where(ProxyMatter.id == matter_id))
    if found is None:
        raise NotFound
    return found


async def locked_matter(
    session: AsyncSession, principal: Principal, matter_id: UUID
) -> ProxyMatter:
    """Held against every other change until the transaction ends."""
    chosen = visible_to(principal).where(ProxyMatter.id == matter_id)
    found = await session.scalar(
        chosen.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


async def matter_of_ticket(session: AsyncSession, ticket_id: UUID) -> ProxyMatter | None:
    """For the resident, who has shown number and code."""
    chosen = select(ProxyMatter).where(ProxyMatter.ticket_id == ticket_id)
    return await session.scalar(chosen)


async def held_matter_of_ticket(session: AsyncSession, ticket_id: UUID) -> ProxyMatter | None:
    chosen = select(ProxyMatter).where(ProxyMatter.ticket_id == ticket_id)
    return await session.scalar(chosen.with_for_update(key_share=True))


async def entry_name(session: AsyncSession, principal: Principal, entry_id: str) -> str | None:
    """What a published service of the principal's city is called."""
    chosen = directory.visible_to(principal).where(DirectoryEntry.key == entry_id)
    found = await session.scalar(chosen)
    return found.name if found is not None else None


async def papers_of(session: AsyncSession, matter_id: UUID) -> tuple[ProxyPaper, ...]:
    chosen = select(ProxyPaper).where(ProxyPaper.matter_id == matter_id)
    return tuple(await session.scalars(chosen.order_by(ProxyPaper.position)))


async def steps_of(session: AsyncSession, matter_id: UUID) -> tuple[ProxyStep, ...]:
    chosen = select(ProxyStep).where(ProxyStep.matter_id == matter_id)
    return tuple(await session.scalars(chosen.order_by(ProxyStep.position)))


async def wholes(session: AsyncSession, rows: Sequence[ProxyMatter]) -> list[Whole]:
    """Three statements, however many matters."""
    ids = [row.id for row in rows]
    chosen = select(Ticket).where(Ticket.id.in_([row.ticket_id for row in rows]))
    by_id = {ticket.id: ticket for ticket in await session.scalars(chosen)}
    papers = await session.scalars(
        select(ProxyPaper).where(ProxyPaper.matter_id.in_(ids)).order_by(ProxyPaper.position)
    )
    steps = await session.scalars(
        select(ProxyStep).where(ProxyStep.matter_id.in_(ids)).order_by(ProxyStep.position)
    )
    papers_by, steps_by = _grouped(papers), _grouped(steps)
    return [
        Whole(
            matter=row,
            ticket=by_id[row.ticket_id],
            papers=tuple(papers_by.get(row.id, ())),
            steps=tuple(steps_by.get(row.id, ())),
        )
        for row in rows
    ]


async def whole(session: AsyncSession, row: ProxyMatter) -> Whole:
    (only,) = await wholes(session, [row])
    return only


def _grouped(parts: Iterable[P]) -> dict[UUID, list[P]]:
    found: dict[UUID, list[P]] = {}
    for part in parts:
        found.setdefault(part.matter_id, []).append(part)
    return found
