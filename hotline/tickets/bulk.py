"""One action on many tickets: each by the same rules as alone, each with a result of its own."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.errors import HotlineError
from hotline.principal import Principal
from hotline.tickets import queries
from hotline.tickets.comment_ticket import comment_ticket
from hotline.tickets.desk_schemas import Bulk, BulkIn, BulkItem
from hotline.tickets.models import Ticket
from hotline.tickets.move_ticket import move_ticket
from hotline.tickets.rules import Move
from hotline.tickets.schemas import MoveIn
from hotline.tickets.take_ticket import take_ticket

Results = dict[UUID, Ticket | HotlineError]


async def act_on_many(session: AsyncSession, principal: Principal, wish: BulkIn) -> Results:
    """By ticket id. What is refused leaves no trace, and the others are done all the same.

    In the order of the ids, so that two who act on the same tickets do not wait in a circle.
    """
    results: Results = {}
    for item in sorted(wish.items, key=lambda one: one.ticket_id):
        try:
            async with session.begin_nested():
                results[item.ticket_id] = await _act(session, principal, wish, item)
        except HotlineError as refused:
            results[item.ticket_id] = refused
    return results


async def _act(session: AsyncSession, principal: Principal, wish: BulkIn, item: BulkItem) -> Ticket:
    if wish.action is Bulk.TAKE:
        return await take_ticket(session, principal, item.ticket_id, version=item.version)
    if wish.action is Bulk.COMMENT:
        assert wish.text is not None
        await comment_ticket(session, principal, item.ticket_id, text=wish.text)
        return await queries.ticket(session, principal, item.ticket_id)
    return await move_ticket(
        session, principal, item.ticket_id, await _move(session, principal, wish, item)
    )


async def _move(
    session: AsyncSession, principal: Principal, wish: BulkIn, item: BulkItem
) -> MoveIn:
    assert wish.move is not None
    wanted = MoveIn.model_validate(wish.move.model_dump() | {"version": item.version})
    if wish.to_proposed and wanted.move is Move.DISPATCH:
        ticket = await queries.ticket(session, principal, item.ticket_id)
        wanted.organization_id = ticket.proposed_id
    return wanted
