"""Every SELECT of the open interfaces."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.opendata.models import ApiKey, GeoReportRequest, GeoReportUpdate
from hotline.organizations.models import Organization
from hotline.principal import Principal
from hotline.tickets import queries as tickets
from hotline.tickets.models import Ticket, TicketHistory, TicketReply
from hotline.tickets.states import FINISHED, Status, TicketKind

# What somebody told on somebody else, and what is nobody's matter any more.
_NEVER_SHOWN = (TicketKind.REPORT, TicketKind.PROXY)
"""Informants, and what the center carries through for one person: nobody else's business."""
_NEVER_STANDING = (Status.DRAFT, Status.INVALID)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; None and empty mean everything."""

    since: datetime
    until: datetime
    numbers: tuple[str, ...] = ()
    service_codes: tuple[str, ...] = ()
    statuses: frozenset[str] = frozenset()
    district_id: UUID | None = None
    updated_since: datetime | None = None
    updated_until: datetime | None = None
    limit: int = 1000
    offset: int = 0


def keys_of(principal: Principal) -> Select[ApiKey]:
    """The keys of the principal's city, newest first."""
    chosen = select(ApiKey).where(ApiKey.city_id.in_(_city(principal)))
    return chosen.order_by(ApiKey.id.desc())


async def own_key(session: AsyncSession, principal: Principal, api_key_id: UUID) -> ApiKey | None:
    chosen = keys_of(principal).where(ApiKey.id == api_key_id)
    return await session.scalar(chosen.with_for_update(key_share=True))


async def usable_key(session: AsyncSession, city_id: UUID, key_hash: bytes) -> ApiKey | None:
    chosen = select(ApiKey).where(
        ApiKey.city_id == city_id, ApiKey.key_hash == key_hash, ApiKey.revoked_at.is_(None)
    )
    return await session.scalar(chosen)


def public_tickets(principal: Principal) -> Select[Ticket]:
    """What everybody may see: nobody's secret, no part of another ticket."""
    return tickets.visible_to(principal).where(
        Ticket.confidential.is_(False),
        Ticket.parent_id.is_(None),
        Ticket.kind.not_in(_NEVER_SHOWN),
        Ticket.status.not_in(_NEVER_STANDING),
    )


async def requests(session: AsyncSession, principal: Principal, wanted: Wanted) -> Sequence[Ticket]:
    """Newest first. Numbers that are asked for by name override everything else."""
    chosen = public_tickets(principal)
    if wanted.numbers:
        chosen = chosen.where(Ticket.number.in_(wanted.numbers))
    else:
        chosen = chosen.where(*_conditions(wanted))
    chosen = chosen.order_by(Ticket.id.desc()).limit(wanted.limit).offset(wanted.offset)
    return (await session.scalars(chosen)).all()


async def request_numbered(
    session: AsyncSession, principal: Principal, number: str, *, is_locked: bool = False
) -> Ticket | None:
    chosen = public_tickets(principal).where(Ticket.number == number)
    return await session.scalar(chosen.with_for_update(key_share=True) if is_locked else chosen)


async def origins(
    session: AsyncSession, ticket_ids: Collection[UUID]
) -> Mapping[UUID, GeoReportRequest]:
    """Ticket → how another system told of it."""
    chosen = select(GeoReportRequest).where(GeoReportRequest.ticket_id.in_(ticket_ids))
    return {row.ticket_id: row for row in await session.scalars(chosen)}


async def newest_answers(session: AsyncSession, ticket_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Ticket → what its unit answered last, for the public."""
    chosen = (
        select(TicketReply.ticket_id, TicketReply.public_answer)
        .where(TicketReply.ticket_id.in_(ticket_ids))
        .order_by(TicketReply.id)
    )
    return {ticket_id: answer for ticket_id, answer in await session.execute(chosen)}


async def ticket_of_token(session: AsyncSession, principal: Principal, token: str) -> Ticket | None:
    mine = tickets.visible_to(principal)
    chosen = mine.join(GeoReportRequest, GeoReportRequest.ticket_id == Ticket.id)
    return await session.scalar(chosen.where(GeoReportRequest.token == token))


async def update_of(
    session: AsyncSession, api_key_id: UUID, foreign_id: str
) -> GeoReportUpdate | None:
    """What a system sent before under the same number of its own."""
    chosen = select(GeoReportUpdate).where(
        GeoReportUpdate.api_key_id == api_key_id, GeoReportUpdate.foreign_id == foreign_id
    )
    return await session.scalar(chosen)


async def steps(
    session: AsyncSession, principal: Principal, wanted: Wanted
) -> Sequence[tuple[TicketHistory, str]]:
    """Changes of state of public tickets in a time, with the ticket's number, oldest first."""
    seen = public_tickets(principal).subquery()
    chosen = (
        select(TicketHistory, seen.c.number)
        .join(seen, seen.c.id == TicketHistory.ticket_id)
        .where(
            TicketHistory.at.between(wanted.since, wanted.until),
            TicketHistory.to_status.is_not(None),
            or_(
                TicketHistory.from_status.is_(None),
                TicketHistory.from_status != TicketHistory.to_status,
            ),
        )
    )
    if wanted.numbers:
        chosen = chosen.where(seen.c.number.in_(wanted.numbers))
    if wanted.district_id is not None:
        chosen = chosen.where(seen.c.district_id == wanted.district_id)
    chosen = chosen.order_by(TicketHistory.at, TicketHistory.id)
    rows = await session.execute(chosen.limit(wanted.limit).offset(wanted.offset))
    return [(row, number) for row, number in rows]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Ticket.created_at.between(wanted.since, wanted.until)]
    if wanted.service_codes:
        named = Ticket.subject_code.in_(wanted.service_codes)
        is_other = "OTHER" in wanted.service_codes
        conditions.append(or_(named, Ticket.subject_code.is_(None)) if is_other else named)
    if wanted.statuses == {"open"}:
        conditions.append(Ticket.status.not_in(FINISHED))
    if wanted.statuses == {"closed"}:
        conditions.append(Ticket.status.in_(FINISHED))
    if wanted.district_id is not None:
        conditions.append(Ticket.district_id == wanted.district_id)
    moment = func.coalesce(Ticket.closed_at, Ticket.updated_at)
    if wanted.updated_since is not None:
        conditions.append(moment >= wanted.updated_since)
    if wanted.updated_until is not None:
        conditions.append(moment <= wanted.updated_until)
    return conditions


def _city(principal: Principal) -> Select[UUID]:
    return select(Organization.city_id).where(Organization.id == principal.organization_id)
