"""`servicerequestupdates`: what happened to requests, and remarks from other systems."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.opendata import queries
from hotline.opendata.georeport.arguments import LONGEST, Arguments, moment, statuses
from hotline.opendata.georeport.faults import missing, not_found, unfit
from hotline.opendata.models import ApiKey, GeoReportUpdate
from hotline.principal import Principal
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket

_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Remark:
    """`foreign_id` is the number that the sending system gives it."""

    number: str
    text: str
    foreign_id: str | None


def told_remark(arguments: Arguments) -> Remark:
    """What the sender says of the state is judged and left alone: the city's own word counts."""
    number, text = arguments.get("service_request_id"), arguments.get("description")
    if not number:
        raise missing("service_request_id")
    if not text:
        raise missing("description")
    if len(text) > LONGEST:
        raise unfit(f"description 最长 {LONGEST} 字（is limited to {LONGEST} characters）。")
    statuses(Arguments([(name, value.lower()) for name, value in arguments.pairs]))
    moment(arguments, "updated_datetime")
    foreign_id = arguments.get("update_id")[:_LONGEST_ID]
    return Remark(number, text, foreign_id or None)


async def add_remark(
    session: AsyncSession, principal: Principal, key: ApiKey, remark: Remark
) -> UUID:
    """The id of the update; the same number of the same system is the same update."""
    ticket = await _own_ticket(session, principal, key, remark.number)
    if remark.foreign_id is not None:
        known = await queries.update_of(session, key.id, remark.foreign_id)
        if known is not None:
            return known.history_id
    item = await tickets.comment_ticket(session, principal, ticket.id, text=remark.text)
    session.add(
        GeoReportUpdate(
            ticket_id=ticket.id,
            api_key_id=key.id,
            foreign_id=remark.foreign_id,
            history_id=item.id,
        )
    )
    await session.flush()
    return item.id


async def _own_ticket(
    session: AsyncSession, principal: Principal, key: ApiKey, number: str
) -> Ticket:
    """A system speaks about what it sent in itself; the row is held, so doubles wait in line."""
    ticket = await queries.request_numbered(session, principal, number, is_locked=True)
    origin = (await queries.origins(session, [ticket.id])).get(ticket.id) if ticket else None
    if ticket is None or origin is None or origin.api_key_id != key.id:
        raise not_found("service_request_id")
    return ticket
