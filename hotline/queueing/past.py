"""What is known of whoever calls: earlier calls and matters, as far as the agent may see them.

Matters in confidence, anonymous ones and what informants told are left out, and so are the calls
that told them: a list must not tell who they were.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import queries as calls
from hotline.calls import service
from hotline.calls.models import Call
from hotline.principal import Principal
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketKind
from hotline.tickets.words import normal_number
from hotline.vault import vault_of

MOST = 10
LOOKED_AT = 5 * MOST
BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Past:
    """Newest first, at the most ten of each."""

    calls: Sequence[Call] = ()
    tickets: Sequence[Ticket] = ()


async def past_of(session: AsyncSession, principal: Principal, call: Call) -> Past:
    """Nothing where the number is hidden."""
    number = service.caller_number(session, call)
    if number is None or call.from_blind is None:
        return Past()
    since = clock.now() - BACK
    earlier = calls.visible_to(principal).where(
        Call.from_blind == call.from_blind, Call.id != call.id, Call.started_at > since
    )
    matters = tickets.visible_to(principal).where(
        Ticket.caller_blind == vault_of(session).blind(normal_number(number), purpose="phone"),
        Ticket.created_at > since,
        Ticket.confidential.is_(False),
        Ticket.anonymous.is_(False),
        Ticket.kind != TicketKind.REPORT,
    )
    rows = (await session.scalars(earlier.order_by(Call.id.desc()).limit(LOOKED_AT))).all()
    return Past(
        (await _without_secrets(session, rows))[:MOST],
        (await session.scalars(matters.order_by(Ticket.id.desc()).limit(MOST))).all(),
    )


async def _without_secrets(session: AsyncSession, rows: Sequence[Call]) -> Sequence[Call]:
    """Without the calls that told a matter which must not be traced to whoever told it."""
    named = {UUID(one) for row in rows for one in row.ticket_ids}
    told = or_(Ticket.id.in_(named), Ticket.call_id.in_([row.id for row in rows]))
    is_secret = or_(Ticket.confidential, Ticket.anonymous, Ticket.kind == TicketKind.REPORT)
    found = (await session.execute(select(Ticket.id, Ticket.call_id).where(told, is_secret))).all()
    secret, told_on = {str(row.id) for row in found}, {row.call_id for row in found}
    return [row for row in rows if row.id not in told_on and secret.isdisjoint(row.ticket_ids)]
