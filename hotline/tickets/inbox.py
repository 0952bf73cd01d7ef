"""Tell people of tickets that they watch or are named in: a row each, and a wake-up by event."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.accounts.roles import SELF
from hotline.db import uuid7
from hotline.errors import InvalidInput
from hotline.events import service as events
from hotline.principal import Principal
from hotline.tickets import desk_queries
from hotline.tickets.desk_models import InboxItem, TicketWatcher, Why
from hotline.tickets.models import Ticket, TicketHistory
from hotline.tickets.schemas import InboxAdded

_UNREAD = text("read_at IS NULL AND why = 'watched'")


async def watch(session: AsyncSession, principal: Principal, ticket_id: UUID) -> None:
    row = {"ticket_id": ticket_id, "account_id": principal.account_id, "since": clock.now()}
    await session.execute(insert(TicketWatcher).values(**row).on_conflict_do_nothing())


async def stop_watching(session: AsyncSession, principal: Principal, ticket_id: UUID) -> None:
    chosen = delete(TicketWatcher).where(
        TicketWatcher.ticket_id == ticket_id, TicketWatcher.account_id == principal.account_id
    )
    await session.execute(chosen)


async def mention(
    session: AsyncSession, principal: Principal, ticket: Ticket, history_id: UUID,
    account_ids: Iterable[UUID],
) -> None:  # fmt: skip
    """Raises InvalidInput for anybody who may not see the ticket."""
    wanted = set(account_ids)
    if not wanted:
        return
    everyone = await desk_queries.people_of(session, ticket, limit=5_000)
    if wanted - {account.id for account in everyone}:
        raise InvalidInput(errors=[{"field": "mentions", "message": "此人看不到这张工单"}])
    told = wanted - {principal.account_id}
    for account_id in sorted(told):
        session.add(
            InboxItem(
                account_id=account_id, ticket_id=ticket.id, history_id=history_id,
                why=Why.MENTIONED,
            )
        )  # fmt: skip
    await session.flush()
    await _wake(session, ticket, told)


async def tell_watchers(session: AsyncSession, ticket: Ticket, row: TicketHistory) -> None:
    """Who watches is told once until they look, of whatever came last; not of what they did."""
    watching = await desk_queries.watching_ids(session, ticket.id)
    told = set(watching) - {row.actor_id}
    for account_id in sorted(told):
        item = {"id": uuid7(), "at": clock.now(), "account_id": account_id,
                "ticket_id": ticket.id, "history_id": row.id, "why": Why.WATCHED}  # fmt: skip
        written = insert(InboxItem).values(**item)
        fresh = {"at": item["at"], "history_id": row.id}
        await session.execute(
            written.on_conflict_do_update(
                index_elements=[InboxItem.account_id, InboxItem.ticket_id],
                index_where=_UNREAD, set_=fresh,
            )
        )  # fmt: skip
    if told:
        await _wake(session, ticket, told)


async def mark_read(session: AsyncSession, principal: Principal, ids: list[UUID] | None) -> None:
    chosen = update(InboxItem).where(
        InboxItem.account_id == principal.account_id, InboxItem.read_at.is_(None)
    )
    if ids is not None:
        chosen = chosen.where(InboxItem.id.in_(ids))
    marked = chosen.values(read_at=clock.now())
    await session.execute(marked.execution_options(synchronize_session=False))


async def _wake(session: AsyncSession, ticket: Ticket, account_ids: set[UUID]) -> None:
    """Whose console it is looks into its inbox; the event says no more than that."""
    for account_id in sorted(account_ids):
        await events.record(
            session, "inbox.added", subject_id=account_id,
            payload=InboxAdded(account_id=account_id, ticket_id=ticket.id),
            audience=[account_id], scope=SELF,
        )  # fmt: skip
