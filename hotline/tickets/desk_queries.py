"""Every SELECT on what people at the desk keep; tickets in it are seen by the tickets' rules."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts.models import Account, RoleBinding
from hotline.accounts.roles import SCOPES
from hotline.errors import NotFound
from hotline.organizations.queries import path_ids
from hotline.principal import Principal
from hotline.tickets import queries
from hotline.tickets.desk_models import InboxItem, TicketView, TicketViewer, TicketWatcher
from hotline.tickets.models import Ticket, TicketHistory, TicketUnsealing

_READERS = [role.value for role, scopes in SCOPES.items() if "tickets:read" in scopes]


async def views(session: AsyncSession, principal: Principal) -> Sequence[TicketView]:
    """One's own, and those shared by one's organization or one above it."""
    above = await path_ids(session, principal.organization_id)
    is_own = TicketView.account_id == principal.account_id
    is_shared = and_(TicketView.account_id.is_(None), TicketView.organization_id.in_(above))
    chosen = select(TicketView).where(or_(is_own, is_shared))
    return (await session.scalars(chosen.order_by(TicketView.name, TicketView.id))).all()


async def view(session: AsyncSession, principal: Principal, view_id: UUID) -> TicketView:
    found = next((one for one in await views(session, principal) if one.id == view_id), None)
    if found is None:
        raise NotFound
    return found


async def people_of(
    session: AsyncSession, ticket: Ticket, *, q: str = "", limit: int = 20
) -> Sequence[Account]:
    """Who may see a ticket: a role that reads tickets, at or above its custody or district."""
    places = set(await path_ids(session, ticket.custody_id))
    if ticket.district_id is not None:
        places |= set(await path_ids(session, ticket.district_id))
    may_see = exists().where(
        RoleBinding.account_id == Account.id,
        RoleBinding.role.in_(_READERS),
        RoleBinding.organization_id.in_(places),
    )
    chosen = select(Account).where(may_see, Account.disabled_at.is_(None))
    if q.strip():
        found = Account.display_name.contains(q.strip(), autoescape=True)
        chosen = chosen.where(or_(found, Account.username.contains(q.strip(), autoescape=True)))
    return (await session.scalars(chosen.order_by(Account.display_name).limit(limit))).all()


async def watchers(session: AsyncSession, ticket_id: UUID) -> Sequence[Account]:
    chosen = (
        select(Account)
        .join(TicketWatcher, TicketWatcher.account_id == Account.id)
        .where(TicketWatcher.ticket_id == ticket_id)
        .order_by(TicketWatcher.since)
    )
    return (await session.scalars(chosen)).all()


async def watching_ids(session: AsyncSession, ticket_id: UUID) -> Sequence[UUID]:
    chosen = select(TicketWatcher.account_id).where(TicketWatcher.ticket_id == ticket_id)
    return (await session.scalars(chosen)).all()


def inbox(principal: Principal, limit: int) -> Select[InboxItem, TicketHistory, str, str]:
    """Newest first; what is about a ticket that one no longer sees is not there."""
    chosen = _inbox(principal).with_only_columns(
        InboxItem, TicketHistory, Ticket.number, Ticket.title
    )
    return chosen.order_by(InboxItem.id.desc()).limit(limit)


async def unread_count(session: AsyncSession, principal: Principal) -> int:
    unread = _inbox(principal).where(InboxItem.read_at.is_(None))
    return await session.scalar(unread.with_only_columns(func.count())) or 0


async def other_viewers(
    session: AsyncSession, ticket_id: UUID, account_id: UUID | None, since: datetime
) -> Sequence[Row[UUID, str, bool]]:
    """Who else has it open, the longest known first."""
    chosen = (
        select(Account.id, Account.display_name, TicketViewer.is_writing)
        .join(TicketViewer, TicketViewer.account_id == Account.id)
        .where(
            TicketViewer.ticket_id == ticket_id,
            TicketViewer.account_id != account_id,
            TicketViewer.seen_at > since,
        )
        .order_by(Account.display_name)
    )
    return (await session.execute(chosen)).all()


async def unsealings(
    session: AsyncSession, principal: Principal, ticket_id: UUID
) -> Sequence[TicketUnsealing]:
    """Newest first."""
    seen = queries.visible_to(principal).where(Ticket.id == ticket_id)
    chosen = select(TicketUnsealing).where(
        TicketUnsealing.ticket_id.in_(seen.with_only_columns(Ticket.id))
    )
    return (await session.scalars(chosen.order_by(TicketUnsealing.id.desc()))).all()


def _inbox(principal: Principal) -> Select[Ticket]:
    seen = queries.visible_to(principal).join(InboxItem, InboxItem.ticket_id == Ticket.id)
    seen = seen.join(TicketHistory, TicketHistory.id == InboxItem.history_id)
    return seen.where(InboxItem.account_id == principal.account_id)
