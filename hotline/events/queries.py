"""Read the log by number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Select, select

from hotline.events.models import Event
from hotline.principal import Principal

BATCH = 500


@dataclass(frozen=True, slots=True)
class Position:
    """Where the log stands: the last number given, in which epoch."""

    last: int
    epoch: UUID


def visible_to(principal: Principal) -> Select[Event]:
    """Numbered events addressed to the principal's subtree or itself, whose scope it holds."""
    return select(Event).where(
        Event.seq.is_not(None),
        Event.scope.in_(principal.scopes),
        Event.audience.overlap(list(principal.addresses)),
    )


def page_after(principal: Principal, seq: int, limit: int) -> Select[Event]:
    return visible_to(principal).where(Event.seq > seq).order_by(Event.seq).limit(limit)


async def position(raw: asyncpg.Pool | asyncpg.Connection) -> Position:
    row = await raw.fetchrow("SELECT last, epoch FROM event_position WHERE id = 1")
    return Position(row["last"], row["epoch"])


async def numbered_after(
    raw: asyncpg.Pool | asyncpg.Connection, seq: int, limit: int = BATCH
) -> Sequence[dict[str, Any]]:
    """Every event after `seq`, in order, for the hub, which filters for each socket."""
    rows: Sequence[dict[str, Any]] = await raw.fetch(
        "SELECT seq, name, created_at, subject_type, subject_id, scope, audience, payload,"
        " trace FROM event WHERE seq > $1 ORDER BY seq LIMIT $2",
        seq,
        limit,
    )
    return rows


@dataclass(frozen=True, slots=True)
class Named:
    """Events of one name, and the number up to which the log was looked through."""

    rows: Sequence[dict[str, Any]]
    position: int


async def named_after(raw: asyncpg.Pool, names: Sequence[str], seq: int) -> Named:
    """Events called by one of the names after `seq`."""
    now = await position(raw)
    if now.last == seq:
        return Named((), seq)
    rows = await raw.fetch(
        "SELECT seq, payload FROM event"
        " WHERE seq > $1 AND seq <= $2 AND name = ANY($3) ORDER BY seq",
        seq,
        now.last,
        list(names),
    )
    return Named(rows, now.last)
