"""Who is asked to take which caller; pure.

Callers in order of priority, then of who came first. Agents: those who speak the caller's
language, the desk's own first, other desks' once the rule lets the caller overflow to them or the
own desk is not staffed, within a desk whoever has been idle longest.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place in the line. `reach` maps the desks that may be asked to seconds of waiting."""

    id: UUID
    organization_id: UUID
    skill: str
    priority: int
    entered_at: datetime
    waited: float
    reach: Mapping[UUID, int] = field(default_factory=dict)
    refused: Set[UUID] = frozenset()
    wanted: UUID | None = None


@dataclass(frozen=True, slots=True)
class Free:
    """A seat that could take a call now."""

    account_id: UUID
    organization_id: UUID
    skills: Set[str]
    idle_since: datetime


@dataclass(frozen=True, slots=True)
class Pair:
    waiting: Waiting
    agent: Free


def choose_agent(waiting: Waiting, free: Sequence[Free], staffed: Set[UUID]) -> Free | None:
    """The agent for one caller. `staffed` are desks where anybody is signed in."""
    able = [agent for agent in free if _may_take(agent, waiting)]
    if waiting.wanted is not None:
        return next((agent for agent in able if agent.account_id == waiting.wanted), None)
    desks = desks_in_reach(waiting, staffed)
    reachable = [agent for agent in able if agent.organization_id in desks]
    ranked = sorted(
        reachable,
        key=lambda agent: (
            agent.organization_id != waiting.organization_id, agent.idle_since, agent.account_id
        ),
    )  # fmt: skip
    return ranked[0] if ranked else None


def next_pair(waiting: Sequence[Waiting], free: Sequence[Free], staffed: Set[UUID]) -> Pair | None:
    """The first caller in order for whom there is an agent; nobody blocks those behind."""
    for one in sorted(waiting, key=order_of):
        agent = choose_agent(one, free, staffed)
        if agent is not None:
            return Pair(one, agent)
    return None


def order_of(waiting: Waiting) -> tuple[int, datetime, UUID]:
    return (waiting.priority, waiting.entered_at, waiting.id)


def desks_in_reach(waiting: Waiting, staffed: Set[UUID]) -> frozenset[UUID]:
    """The own desk, and each other one after its time, or at once when nobody is at the own."""
    is_empty = waiting.organization_id not in staffed
    others = (desk for desk, after in waiting.reach.items() if is_empty or waiting.waited >= after)
    return frozenset({waiting.organization_id, *others})


def seconds_to_overflow(waiting: Waiting) -> float | None:
    """How long until the next desk may be asked; None when all may."""
    left = [after - waiting.waited for after in waiting.reach.values() if after > waiting.waited]
    return min(left, default=None)


def _may_take(agent: Free, waiting: Waiting) -> bool:
    return waiting.skill in agent.skills and agent.account_id not in waiting.refused
