"""Carry out what a caller wants of a ticket that their code has opened."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.conversation.talk import Press
from hotline.errors import HotlineError
from hotline.principal import Principal
from hotline.tickets import queries, service
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Move
from hotline.tickets.schemas import MoveIn
from hotline.tickets.standing import moves_for
from hotline.tickets.states import FINISHED

_MOVES = {Press.CANCEL: Move.CANCEL, Press.REOPEN: Move.REOPEN}


async def presses_for(
    session: AsyncSession, principal: Principal, ticket: Ticket
) -> tuple[Press, ...]:
    """What the state of the ticket allows its caller now."""
    legal = (await moves_for(session, principal, [ticket]))[ticket.id]
    moves = [press for press, move in _MOVES.items() if move in legal]
    return tuple(moves) if ticket.status in FINISHED else (Press.URGE, *moves)


async def press_ticket(
    session: AsyncSession, principal: Principal, ticket_id: UUID, press: Press, note: str
) -> None:
    """A ticket that has moved on meanwhile gets the wish as a remark, so that it is not lost."""
    try:
        async with session.begin_nested():
            await _act(session, principal, ticket_id, press, note)
    except HotlineError:
        await service.add_from_caller(session, principal, ticket_id, note=note)


async def _act(
    session: AsyncSession, principal: Principal, ticket_id: UUID, press: Press, note: str
) -> None:
    if press is Press.URGE:
        await service.urge_ticket(session, principal, ticket_id, note=note)
        return
    ticket = await queries.locked_ticket(session, principal, ticket_id)
    wanted = MoveIn(move=_MOVES[press], version=ticket.version, note=note)
    await service.move_ticket(session, principal, ticket_id, wanted)
