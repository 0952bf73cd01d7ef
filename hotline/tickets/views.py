"""Saved views: a filter with a name, one's own or shared with an organization and all below it."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.errors import Conflict, NotFound, ScopeMissing
from hotline.principal import Principal
from hotline.tickets import desk_queries
from hotline.tickets.desk_models import TicketView
from hotline.tickets.desk_schemas import ViewIn

MOST = 50
SHARING = "tickets:dispatch"


class TooManyViews(Conflict):
    code, detail = "too_many_views", "保存的视图已达上限，请先删除不用的。"


async def save_view(session: AsyncSession, principal: Principal, wish: ViewIn) -> TicketView:
    """Raises ScopeMissing for whoever may not share with others."""
    if principal.account_id is None:
        raise NotFound
    own = select(func.count()).where(TicketView.made_by_id == principal.account_id)
    if (await session.scalar(own) or 0) >= MOST:
        raise TooManyViews
    view = TicketView(organization_id=principal.organization_id, made_by_id=principal.account_id)
    _write(principal, view, wish)
    session.add(view)
    await session.flush()
    return view


async def change_view(
    session: AsyncSession, principal: Principal, view_id: UUID, wish: ViewIn
) -> TicketView:
    view = await _own(session, principal, view_id)
    _write(principal, view, wish)
    await session.flush()
    return view


async def remove_view(session: AsyncSession, principal: Principal, view_id: UUID) -> None:
    await session.delete(await _own(session, principal, view_id))
    await session.flush()


def may_change(principal: Principal, view: TicketView) -> bool:
    """One's own; a shared one, whoever may share for the organization that it belongs to."""
    if view.account_id is not None:
        return view.account_id == principal.account_id
    return principal.has(SHARING) and view.organization_id in principal.subtree


async def _own(session: AsyncSession, principal: Principal, view_id: UUID) -> TicketView:
    view = await desk_queries.view(session, principal, view_id)
    if not may_change(principal, view):
        raise ScopeMissing(scopes=[SHARING])
    return view


def _write(principal: Principal, view: TicketView, wish: ViewIn) -> None:
    if wish.is_shared and not principal.has(SHARING):
        raise ScopeMissing(scopes=[SHARING])
    view.name, view.query, view.columns = wish.name, dict(wish.query), list(wish.columns)
    view.account_id = None if wish.is_shared else principal.account_id
