"""What the portal reads beside the directory in memory."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.attachments.models import Attachment
from hotline.attachments.scanner import Verdict
from hotline.calls.models import Call, Turn
from hotline.directory.models import DirectoryEntry, EntryForm, Vendor
from hotline.matching.values import Decision
from hotline.principal import Principal
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket, TicketHistory, TicketReply, TicketVisit

_FORM_AGE = timedelta(days=1)
_NUMBER_DIGITS = 14

FEWEST = 5
"""What fewer callers asked for is counted as nobody's: it might point to a person."""


async def verified_days(session: AsyncSession, city_id: UUID) -> dict[str, str]:
    """When somebody last said that an entry is true."""
    chosen = select(DirectoryEntry.key, DirectoryEntry.verified_on).where(
        DirectoryEntry.city_id == city_id,
        DirectoryEntry.status == "published",
    )
    return {key: day.isoformat() for key, day in await session.execute(chosen) if day}


async def withdrawn_keys(session: AsyncSession, city_id: UUID) -> frozenset[str]:
    chosen = select(DirectoryEntry.key).where(
        DirectoryEntry.city_id == city_id, DirectoryEntry.status == "withdrawn"
    )
    return frozenset(await session.scalars(chosen))


async def newest_forms(
    session: AsyncSession, city_id: UUID
) -> Sequence[tuple[EntryForm, Attachment]]:
    """The newest published file of each form that may be handed out."""
    chosen = (
        select(EntryForm, Attachment)
        .join(Attachment, Attachment.id == EntryForm.attachment_id)
        .where(
            EntryForm.city_id == city_id,
            EntryForm.number.is_not(None),
            Attachment.verdict == Verdict.PASSED,
        )
        .order_by(EntryForm.entry_key, EntryForm.name, EntryForm.number.desc())
        .ext(distinct_on(EntryForm.entry_key, EntryForm.name))
    )
    return [(form, kept) for form, kept in await session.execute(chosen)]


async def asked_counts(session: AsyncSession, city_id: UUID, since: datetime) -> Mapping[str, int]:
    """Entry → in how many calls it was what the caller wanted; rare ones are left out."""
    entry_key = Turn.results[0]["entry_id"].astext
    calls = func.count(Turn.call_id.distinct())
    chosen = (
        select(entry_key, calls)
        .join(Call, Call.id == Turn.call_id)
        .where(
            Call.city_id == city_id,
            Turn.created_at >= since,
            Turn.decision == Decision.ANSWER,
            func.jsonb_array_length(Turn.results) > 0,
        )
        .group_by(entry_key)
        .having(calls >= FEWEST)
    )
    return {key: count for key, count in await session.execute(chosen) if key}


def need_of(form_id: UUID) -> str:
    """By this a ticket is known as the one of a form."""
    return f"portal:{form_id}"


async def wait_for_form(session: AsyncSession, form_id: UUID) -> None:
    """Until the transaction ends, nobody else opens the ticket of this form."""
    await session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(need_of(form_id), 0)))
    )


async def ticket_of_form(
    session: AsyncSession, principal: Principal, form_id: UUID
) -> Ticket | None:
    """The ticket that a form opened already, among those of the last day."""
    chosen = tickets.visible_to(principal).where(
        Ticket.id > first_id_at(clock.now() - _FORM_AGE), Ticket.need == need_of(form_id)
    )
    return await session.scalar(chosen)


async def ticket_by_digits(
    session: AsyncSession, principal: Principal, digits: str
) -> Ticket | None:
    """By the number that the resident was told, without its dashes."""
    if len(digits) != _NUMBER_DIGITS:
        return None
    number = f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"
    return await session.scalar(tickets.visible_to(principal).where(Ticket.number == number))


async def ticket(session: AsyncSession, principal: Principal, ticket_id: UUID) -> Ticket:
    return await tickets.ticket(session, principal, ticket_id)


async def vendor_id(session: AsyncSession, city_id: UUID, key: str) -> UUID | None:
    """The row of a vendor that a resident chose; None where nobody is chosen."""
    if not key:
        return None
    return await session.scalar(
        select(Vendor.id).where(Vendor.city_id == city_id, Vendor.key == key)
    )


async def steps_of(
    session: AsyncSession, principal: Principal, ticket_id: UUID
) -> Sequence[TicketHistory]:
    return (await session.scalars(tickets.history(principal, ticket_id))).all()


async def newest_reply(
    session: AsyncSession, principal: Principal, ticket_id: UUID
) -> TicketReply | None:
    seen = tickets.visible_to(principal).where(Ticket.id == ticket_id).with_only_columns(Ticket.id)
    chosen = select(TicketReply).where(TicketReply.ticket_id.in_(seen))
    return await session.scalar(chosen.order_by(TicketReply.id.desc()).limit(1))


async def is_rated(session: AsyncSession, ticket: Ticket) -> bool:
    """Whether the resident has graded the answer that stands now."""
    said = select(TicketVisit.id).where(
        TicketVisit.ticket_id == ticket.id,
        TicketVisit.level.is_not(None),
        TicketVisit.round >= ticket.redo_count,
    )
    return await session.scalar(said.limit(1)) is not None


def first_id_at(moment: datetime) -> UUID:
    """The smallest id that a row of that moment can have: ids begin with the time."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
