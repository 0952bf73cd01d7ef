"""Open a ticket by its query code on the telephone: a few tries a day, and then none.

The caller's number only narrows down which tickets the code may be for; it opens nothing itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.tickets.models import Ticket, TicketCodeTry
from hotline.tickets.states import Status
from hotline.tickets.words import normal_number, query_code
from hotline.vault import vault_of

TRIES_A_DAY = 5
ASKED_ABOUT_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Judged:
    """`ticket` where the code was right; `is_locked` when no try was left to judge it by."""

    ticket: Ticket | None = None
    is_locked: bool = False


async def tickets_of_caller(
    session: AsyncSession, city_id: UUID, number: str | None
) -> Sequence[Ticket]:
    """What this number may ask about, newest first."""
    if number is None:
        return ()
    blind = vault_of(session).blind(normal_number(number), purpose="phone")
    chosen = select(Ticket).where(
        Ticket.city_id == city_id,
        Ticket.caller_blind == blind,
        Ticket.created_at > clock.now() - ASKED_ABOUT_FOR,
        Ticket.status != Status.ARCHIVED,
    )
    return (await session.scalars(chosen.order_by(Ticket.id.desc()).limit(20))).all()


async def judge_code(session: AsyncSession, city_id: UUID, number: str | None, code: str) -> Judged:
    """Hold a code against the caller's tickets; every judgement is counted, a locked one none."""
    mine = await tickets_of_caller(session, city_id, number)
    judged = [ticket for ticket in mine if await _count_try(session, ticket)]
    if not judged:
        return Judged(is_locked=True)
    right = [t for t in judged if compare_digest(query_code(session, t), code)]
    return Judged(right[0] if right else None)


async def _count_try(session: AsyncSession, ticket: Ticket) -> bool:
    """False when the day's tries are used up; the row lock makes parallel calls wait in line."""
    today = clock.local(clock.now()).date()
    counted = (
        insert(TicketCodeTry)
        .values(ticket_id=ticket.id, on_day=today, tries=1)
        .on_conflict_do_update(
            index_elements=[TicketCodeTry.ticket_id, TicketCodeTry.on_day],
            set_={"tries": TicketCodeTry.tries + 1},
            where=TicketCodeTry.tries < TRIES_A_DAY,
        )
        .returning(TicketCodeTry.tries)
    )
    return await session.scalar(counted) is not None
