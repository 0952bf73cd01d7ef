"""The history row and the event of every change, in the transaction of the change."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from hotline import clock
from hotline.db.snapshots import Snapshot, differences, snapshot_of
from hotline.events import service as events
from hotline.organizations.models import Organization
from hotline.principal import Principal
from hotline.tickets import queries
from hotline.tickets.inbox import tell_watchers
from hotline.tickets.models import Ticket, TicketHistory
from hotline.tickets.rules import Move
from hotline.tickets.schemas import (
    Actor,
    Holder,
    TicketCommented,
    TicketTold,
    TicketWithdrawn,
    TimelineItem,
)

# Kept out of the history: what is sealed, what is derived, and what every change touches.
_UNTOLD = frozenset(
    {"description_sealed", "caller_sealed", "caller_blind", "address_sealed", "grams", "version",
     "created_at", "updated_at", "wake_at"}
)  # fmt: skip


def snapshot(ticket: Ticket) -> Snapshot:
    """The columns that the history tells, as they are before a change."""
    return snapshot_of(ticket, untold=_UNTOLD)


def touch(ticket: Ticket) -> None:
    """Give the ticket a new version even when only what hangs on it has changed."""
    ticket.updated_at = clock.now()
    flag_modified(ticket, "updated_at")


async def record(
    session: AsyncSession,
    principal: Principal,
    ticket: Ticket,
    *,
    was: Snapshot | None,
    name: str,
    move: Move | None = None,
    note: str | None = None,
) -> TicketHistory:
    """Write what has changed on the ticket since the snapshot, and tell who may watch it.

    Whoever could see the ticket before and no longer can is told that it is withdrawn, before
    those who still can are told how it is now.
    """
    before, after = differences(was, snapshot(ticket))
    row = await _write(session, principal, ticket, name, note)
    row.move, row.before, row.after = move, before, after
    row.from_status = None if was is None else was["status"]
    row.to_status = ticket.status
    session.add(row)
    await session.flush()
    left = {UUID(before[key]) for key in ("custody_id", "district_id") if before.get(key)}
    if left:
        gone = TicketWithdrawn(ticket_id=ticket.id)
        await _tell(session, "ticket.withdrawn", ticket, gone, left)
    names = await queries.names_of(session, [ticket])
    await _tell(session, name, ticket, TicketTold.told(ticket, names), _audience(ticket))
    if was is not None:
        await tell_watchers(session, ticket, row)
    return row


async def record_comment(
    session: AsyncSession, principal: Principal, ticket: Ticket, note: str
) -> TimelineItem:
    """A remark changes nothing on the ticket, so nobody's version goes stale."""
    row = await _write(session, principal, ticket, "ticket.commented", note)
    session.add(row)
    await session.flush()
    item = timeline_item(row)
    payload = TicketCommented(ticket_id=ticket.id, item=item)
    await _tell(session, "ticket.commented", ticket, payload, _audience(ticket))
    await tell_watchers(session, ticket, row)
    return item


def timeline_item(
    row: TicketHistory, holders: Mapping[UUID, Organization] | None = None
) -> TimelineItem:
    """`holders` are the organizations that held the ticket, where the reader wants their names."""
    held = row.after.get("custody_id")
    holder = (holders or {}).get(UUID(held)) if held else None
    has_actor = row.actor_name is not None or row.organization_name is not None
    return TimelineItem(
        id=row.id,
        at=row.at,
        name=row.name,
        move=row.move,
        actor=Actor(name=row.actor_name, organization=row.organization_name) if has_actor else None,
        from_status=row.from_status,
        to_status=row.to_status,
        note=row.note,
        holder=holder and Holder(id=holder.id, name=holder.name, tier=holder.tier),
        due_was=row.before.get("due_at"),
        due_at=row.after.get("due_at"),
    )


def held_by(rows: Iterable[TicketHistory]) -> set[UUID]:
    """Who held the ticket from one of the rows on."""
    return {UUID(row.after["custody_id"]) for row in rows if row.after.get("custody_id")}


async def _write(
    session: AsyncSession, principal: Principal, ticket: Ticket, name: str, note: str | None
) -> TicketHistory:
    organization = await session.get(Organization, principal.organization_id)
    return TicketHistory(
        ticket_id=ticket.id,
        name=name,
        actor_id=principal.account_id,
        actor_name=principal.name,
        organization_id=principal.organization_id,
        organization_name=organization.name if organization else None,
        tier=organization.tier if organization else None,
        note=note,
        before={},
        after={},
    )


async def _tell(
    session: AsyncSession, name: str, ticket: Ticket, payload: BaseModel, to: set[UUID]
) -> None:
    await events.record(
        session,
        name,
        subject_id=ticket.id,
        payload=payload,
        audience=to,
        scope="tickets:read",
    )


def _audience(ticket: Ticket) -> set[UUID]:
    return {place for place in (ticket.custody_id, ticket.district_id) if place is not None}
