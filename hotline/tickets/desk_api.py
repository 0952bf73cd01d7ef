"""The desk: saved views, bulk actions, watching and mentions, the inbox, who else is here."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from hotline.accounts.auth import AnyAccount, TicketReader, TicketSupervisor, TicketWriter
from hotline.accounts.queries import names_of
from hotline.db import Tx
from hotline.db.storable import is_storable
from hotline.errors import HotlineError, InvalidInput
from hotline.organizations.queries import organizations_by_id
from hotline.principal import Principal
from hotline.tickets import bulk, desk_queries, inbox, queries, viewing, views
from hotline.tickets.desk_models import TicketView
from hotline.tickets.desk_schemas import (
    BulkIn,
    BulkOut,
    BulkResult,
    Inbox,
    InboxItemOut,
    InboxRead,
    People,
    UnsealingList,
    UnsealingRow,
    ViewerIn,
    Viewers,
    ViewIn,
    ViewList,
    ViewOut,
    Watchers,
)
from hotline.tickets.idempotent import idempotent
from hotline.tickets.present import present
from hotline.tickets.schemas import Person
from hotline.tickets.seen import SeenTicket

router = APIRouter(prefix="/api/v1", tags=["tickets"])


@router.get("/ticket-views")
async def list_views(session: Tx, principal: TicketReader) -> ViewList:
    """保存的视图：自己的，以及本机构和上级共享的。"""
    rows = list(await desk_queries.views(session, principal))
    return ViewList(items=await _views(session, principal, rows))


@router.post("/ticket-views", status_code=201)
@idempotent
async def save_view(session: Tx, principal: TicketWriter, body: ViewIn) -> ViewOut:
    """保存一个视图；共享给本机构及下级须有派单权限。"""
    return await _one_view(session, principal, await views.save_view(session, principal, body))


@router.put("/ticket-views/{view_id}")
async def change_view(session: Tx, principal: TicketWriter, view_id: UUID, body: ViewIn) -> ViewOut:
    """改名、改条件，或改为共享。"""
    changed = await views.change_view(session, principal, view_id, body)
    return await _one_view(session, principal, changed)


@router.delete("/ticket-views/{view_id}", status_code=204)
async def remove_view(session: Tx, principal: TicketWriter, view_id: UUID) -> None:
    """删除一个视图。"""
    await views.remove_view(session, principal, view_id)


@router.post("/ticket-bulk")
@idempotent
async def act_on_many(session: Tx, principal: TicketWriter, body: BulkIn) -> BulkOut:
    """对多张工单做同一件事：逐张按规则办理，逐张给出结果。"""
    results = await bulk.act_on_many(session, principal, body)
    done = [one for one in results.values() if not isinstance(one, HotlineError)]
    shown = {one.id: one for one in await present(session, principal, done)}
    items = []
    for item in body.items:
        result = results[item.ticket_id]
        refused = result if isinstance(result, HotlineError) else None
        items.append(
            BulkResult(
                ticket_id=item.ticket_id,
                code=refused and refused.code,
                detail=refused and refused.message,
                ticket=shown.get(item.ticket_id),
            )
        )
    return BulkOut(items=items)


@router.get("/tickets/{ticket_id}/people")
async def find_people(
    ticket_id: SeenTicket,
    principal: TicketReader,
    session: Tx,
    q: Annotated[str, Query(max_length=40)] = "",
) -> People:
    """看得到这张工单的人，可以在备注里提到。"""
    if not is_storable(q):
        raise InvalidInput(errors=[{"field": "q", "message": "含有不能查询的字符"}])
    ticket = await queries.ticket(session, principal, ticket_id)
    found = await desk_queries.people_of(session, ticket, q=q)
    return People(items=[Person(id=one.id, name=one.display_name) for one in found])


@router.get("/tickets/{ticket_id}/watchers")
async def list_watchers(ticket_id: SeenTicket, principal: TicketReader, session: Tx) -> Watchers:
    """关注这张工单的人。"""
    found = await desk_queries.watchers(session, ticket_id)
    return Watchers(
        items=[Person(id=one.id, name=one.display_name) for one in found],
        is_mine=any(one.id == principal.account_id for one in found),
    )


@router.put("/tickets/{ticket_id}/watchers/me", status_code=204)
async def watch(ticket_id: SeenTicket, principal: TicketWriter, session: Tx) -> None:
    """关注：此后的流转和备注都会提醒我。"""
    await inbox.watch(session, principal, ticket_id)


@router.delete("/tickets/{ticket_id}/watchers/me", status_code=204)
async def stop_watching(ticket_id: SeenTicket, principal: TicketWriter, session: Tx) -> None:
    """不再关注。"""
    await inbox.stop_watching(session, principal, ticket_id)


@router.put("/tickets/{ticket_id}/viewers/me")
async def look_in(
    ticket_id: SeenTicket, principal: TicketWriter, session: Tx, body: ViewerIn
) -> Viewers:
    """我正打开着这张工单；还有谁也打开着。"""
    others = await viewing.look_in(session, principal, ticket_id, is_writing=body.is_writing)
    return Viewers(items=others)


@router.delete("/tickets/{ticket_id}/viewers/me", status_code=204)
async def leave(ticket_id: SeenTicket, principal: TicketWriter, session: Tx) -> None:
    """我已离开这张工单。"""
    await viewing.leave(session, principal, ticket_id)


@router.get("/tickets/{ticket_id}/unsealings")
async def list_unsealings(
    ticket_id: SeenTicket, principal: TicketSupervisor, session: Tx
) -> UnsealingList:
    """查看诉求人信息的申请：谁、为何、是否获准、到何时。"""
    rows = await desk_queries.unsealings(session, principal, ticket_id)
    people = await names_of(session, {row.asked_by_id for row in rows})
    return UnsealingList(
        items=[
            UnsealingRow(
                id=row.id,
                created_at=row.created_at,
                reason=row.reason,
                asked_by=people.get(row.asked_by_id, ""),
                is_own=row.asked_by_id == principal.account_id,
                approved_at=row.approved_at,
                valid_until=row.valid_until,
            )
            for row in rows
        ]
    )


@router.get("/inbox")
async def read_inbox(
    session: Tx, principal: TicketReader, limit: Annotated[int, Query(ge=1, le=100)] = 30
) -> Inbox:
    """提到我的，和我关注的工单的新进展。"""
    rows = await session.execute(desk_queries.inbox(principal, limit))
    items = [
        InboxItemOut(
            id=item.id, at=item.at, why=item.why, ticket_id=item.ticket_id, number=number,
            title=title, name=row.name, move=row.move, note=row.note, actor=row.actor_name,
            read_at=item.read_at,
        )
        for item, row, number, title in rows
    ]  # fmt: skip
    return Inbox(items=items, unread=await desk_queries.unread_count(session, principal))


@router.post("/inbox/read", status_code=204)
async def mark_read(session: Tx, principal: AnyAccount, body: InboxRead) -> None:
    """标为已读。"""
    await inbox.mark_read(session, principal, body.ids)


async def _one_view(session: Tx, principal: Principal, view: TicketView) -> ViewOut:
    return (await _views(session, principal, [view]))[0]


async def _views(session: Tx, principal: Principal, rows: list[TicketView]) -> list[ViewOut]:
    nodes = await organizations_by_id(session, {row.organization_id for row in rows})
    return [
        ViewOut.of(
            row,
            nodes[row.organization_id].name,
            may_change=views.may_change(principal, row),
        )
        for row in rows
    ]
