"""Show what is sealed: with a reason, audited, within an hourly limit, and twice so when it is an
informant who was promised secrecy.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.audit.models import Result
from hotline.db import Database
from hotline.errors import Conflict, NotFound, ScopeMissing, TooManyAttempts
from hotline.principal import Principal
from hotline.tickets import queries, words
from hotline.tickets.changes import record, snapshot, touch
from hotline.tickets.models import Ticket, TicketReveal, TicketUnsealing
from hotline.tickets.phrases import phrase
from hotline.tickets.states import Sealed

REVEALS_AN_HOUR = 30
UNSEALED_FOR = timedelta(hours=4)
_HOUR = timedelta(hours=1)
_MAY_SEE = frozenset(
    {"agent", "dispatcher", "district_supervisor", "city_supervisor", "unit_handler"}
)
_MAY_AGREE = frozenset({"city_supervisor"})


class StillSealed(Conflict):
    code, detail = "still_sealed", "本工单已保密，须经两人批准后方可查看。"


class OwnUnsealing(Conflict):
    code, detail = "own_unsealing", "不能批准自己提出的申请。"


_OPENERS: Mapping[Sealed, Callable[[AsyncSession, Ticket], str | None]] = {
    Sealed.CALLER: words.caller_of,
    Sealed.ADDRESS: words.address_of,
    Sealed.WORDS: words.words_of,
}


async def reveal(
    session: AsyncSession,
    principal: Principal,
    ticket_id: UUID,
    *,
    fields: list[Sealed],
    reason: str,
) -> dict[Sealed, str | None]:
    """Raises TooManyAttempts beyond thirty an hour, StillSealed for an informant's ticket."""
    account_id = principal.account_id
    if account_id is None or not principal.roles & _MAY_SEE:
        raise ScopeMissing
    ticket = await queries.locked_ticket(session, principal, ticket_id)
    await _count(session, account_id)
    if ticket.confidential and not await is_unsealed(session, ticket.id, account_id):
        raise StillSealed
    chosen = sorted(set(fields))
    session.add(
        TicketReveal(account_id=account_id, ticket_id=ticket.id, fields=list(chosen), reason=reason)
    )
    await audit.record(
        session, principal, "ticket.revealed", target=f"ticket:{ticket.id}", reason=reason,
        fields=list(chosen),
    )  # fmt: skip
    return {name: _OPENERS[name](session, ticket) for name in chosen}


async def is_unsealed(session: AsyncSession, ticket_id: UUID, account_id: UUID) -> bool:
    """For the one who asked, and only for as long as was agreed."""
    valid = select(TicketUnsealing.id).where(
        TicketUnsealing.ticket_id == ticket_id,
        TicketUnsealing.asked_by_id == account_id,
        TicketUnsealing.valid_until > clock.now(),
    )
    return await session.scalar(valid.limit(1)) is not None


async def note_refused(
    database: Database, principal: Principal, ticket_id: UUID, reason: str
) -> None:
    """A refusal rolls its transaction back, so it is written down in one of its own."""
    async with database.transaction() as session:
        await audit.record(
            session, principal, "ticket.revealed", target=f"ticket:{ticket_id}", reason=reason,
            result=Result.REFUSED,
        )  # fmt: skip


async def ask_unsealing(
    session: AsyncSession, principal: Principal, ticket_id: UUID, *, reason: str
) -> TicketUnsealing:
    """The first of the two persons."""
    if principal.account_id is None or not principal.roles & _MAY_SEE:
        raise ScopeMissing
    ticket = await queries.locked_ticket(session, principal, ticket_id)
    if not ticket.confidential:
        raise Conflict
    asked = TicketUnsealing(ticket_id=ticket.id, asked_by_id=principal.account_id, reason=reason)
    session.add(asked)
    await session.flush()
    await _note(session, principal, ticket, "unsealing_asked", reason)
    return asked


async def agree_unsealing(
    session: AsyncSession, principal: Principal, ticket_id: UUID, unsealing_id: UUID
) -> TicketUnsealing:
    """The second, who must be another supervisor of the city; valid for four hours."""
    if not principal.roles & _MAY_AGREE:
        raise ScopeMissing
    ticket = await queries.locked_ticket(session, principal, ticket_id)
    asked = await session.get(TicketUnsealing, unsealing_id, with_for_update=True)
    if asked is None or asked.ticket_id != ticket.id:
        raise NotFound
    if asked.asked_by_id == principal.account_id:
        raise OwnUnsealing
    if asked.approved_at is not None:
        raise Conflict
    now = clock.now()
    asked.approved_by_id, asked.approved_at = principal.account_id, now
    asked.valid_until = now + UNSEALED_FOR
    await _note(session, principal, ticket, "unsealing_agreed", asked.reason)
    return asked


async def _note(
    session: AsyncSession, principal: Principal, ticket: Ticket, name: str, reason: str
) -> None:
    """Everybody who watches the ticket learns that it is being opened; the reason stays inside."""
    await audit.record(
        session, principal, f"ticket.{name}", target=f"ticket:{ticket.id}", reason=reason
    )
    was = snapshot(ticket)
    touch(ticket)
    await session.flush()
    await record(session, principal, ticket, was=was, name="ticket.updated", note=phrase(name))


async def _count(session: AsyncSession, account_id: UUID) -> None:
    """One at a time per account, so that thirty at once are not thirty-one."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 114))"),
        {"key": f"reveal:{account_id}"},
    )
    made = select(func.count()).where(
        TicketReveal.account_id == account_id, TicketReveal.at > clock.now() - _HOUR
    )
    if (await session.scalar(made) or 0) >= REVEALS_AN_HOUR:
        raise TooManyAttempts
