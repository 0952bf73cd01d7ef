"""How a visit to a home stands, and who comes: for whoever follows the order by telephone."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.dispatch.queries import ENDED, order_of_ticket
from hotline.dispatch.states import OrderState
from hotline.dispatch.workers import comer, name_of


@dataclass(frozen=True, slots=True)
class Visitor:
    """The whole name, in clear: for the ear of whose door it is, never for a log or a list."""

    name: str
    badge: str


@dataclass(frozen=True, slots=True)
class Visit:
    state: OrderState
    visitor: Visitor | None


async def visit_of(session: AsyncSession, ticket_id: UUID, *, caller: bytes | None) -> Visit | None:
    """None for a ticket without an order, or with one that has ended.

    `caller` is the blind index of the number that asks: the name is for the number that the order
    was made for, and for no other that may ask about the ticket.
    """
    order = await order_of_ticket(session, ticket_id)
    if order is None or order.state in ENDED:
        return None
    is_own = caller is not None and caller == order.caller_blind
    worker = await comer(session, order, clock.now()) if is_own else None
    visitor = None if worker is None else Visitor(name_of(session, worker), worker.badge)
    return Visit(OrderState(order.state), visitor)
