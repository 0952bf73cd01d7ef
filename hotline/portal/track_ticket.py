"""Read a ticket back by number and code, and do what a resident may do with it."""

from dataclasses import dataclass, replace
from hmac import compare_digest

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import Vendor
from hotline.dispatch.actors import resident
from hotline.dispatch.avoid_vendor import avoid_vendor, bar_of
from hotline.dispatch.queries import held_order, order_of_ticket
from hotline.errors import NotFound
from hotline.organizations import queries as organizations
from hotline.organizations.models import Tier
from hotline.portal import queries
from hotline.portal.catalog import Catalog
from hotline.portal.home_visit import home_visit
from hotline.portal.report_ticket import portal_principal
from hotline.portal.tracking import Holder, Open, Tracked, digits_of, tracked
from hotline.tickets import service as tickets
from hotline.tickets.attending import machine
from hotline.tickets.models import Ticket
from hotline.tickets.moves import may_move
from hotline.tickets.rules import Move, Rule
from hotline.tickets.schemas import MoveIn
from hotline.tickets.standing import actor_of, facts_of
from hotline.tickets.states import FINISHED, Channel, Status


@dataclass(frozen=True, slots=True)
class Key:
    """What the resident was given."""

    number: str
    code: str


async def track(session: AsyncSession, catalog: Catalog, key: Key) -> Tracked | None:
    """None for a number that is not there as for a code that is wrong."""
    ticket = await ticket_of(session, catalog, key)
    if ticket is None:
        return None
    shown = await _shown(session, catalog, ticket)
    return replace(shown, visit=await home_visit(session, ticket))


async def ticket_of(session: AsyncSession, catalog: Catalog, key: Key) -> Ticket | None:
    principal = await portal_principal(session, catalog, "")
    ticket = await queries.ticket_by_digits(session, principal, digits_of(key.number))
    right = tickets.query_code(session, ticket) if ticket else ""
    return ticket if compare_digest(right, digits_of(key.code)) else None


async def rate(session: AsyncSession, ticket: Ticket, rating: tickets.Rating) -> None:
    """Raises NotFound where nothing is asked any more."""
    await tickets.rate_ticket(session, ticket.id, rating, channel=Channel.PORTAL)


async def reopen(session: AsyncSession, ticket: Ticket, note: str) -> None:
    """Within thirty days of the closing. Raises IllegalMove when it is too late."""
    wanted = MoveIn(move=Move.REOPEN, version=ticket.version, note=note)
    acting = await machine(session, ticket.city_id)
    await tickets.move_ticket(session, acting, ticket.id, wanted)


async def add_words(
    session: AsyncSession, catalog: Catalog, ticket: Ticket, note: str, *, name: str, urges: bool
) -> None:
    """More about the matter, or that it takes long; `name` is who is shown to have said it."""
    principal = await portal_principal(session, catalog, name)
    if urges:
        await tickets.urge_ticket(session, principal, ticket.id, note=note or None)
    else:
        await tickets.comment_ticket(session, principal, ticket.id, text=note)


async def avoid(session: AsyncSession, ticket: Ticket) -> None:
    """The vendor that came is not sent to this resident again. Raises IllegalMove, NotFound."""
    known = await order_of_ticket(session, ticket.id)
    order = await held_order(session, known.id) if known else None
    if order is None:
        raise NotFound
    await avoid_vendor(session, resident(), order)


async def _shown(session: AsyncSession, catalog: Catalog, ticket: Ticket) -> Tracked:
    """A ticket that was joined to another shows how that one goes, under its own number."""
    principal = await portal_principal(session, catalog, "")
    joined = await session.get(Ticket, ticket.merged_into_id) if ticket.merged_into_id else None
    living = joined or ticket
    steps = await queries.steps_of(session, principal, living.id)
    reply = await queries.newest_reply(session, principal, living.id)
    holder = await organizations.organization(session, living.custody_id)
    shown = Holder(holder.name, holder.tier != Tier.UNIT)
    return tracked(
        living, steps, reply, shown, number=ticket.number, may=await _open_ways(session, ticket)
    )


async def _open_ways(session: AsyncSession, ticket: Ticket) -> Open:
    return Open(
        rating=ticket.status == Status.TO_VISIT and not await queries.is_rated(session, ticket),
        reopening=await _may_reopen(session, ticket),
        words=ticket.status not in FINISHED,
        vendor=await _vendor_that_came(session, ticket),
    )


async def _vendor_that_came(session: AsyncSession, ticket: Ticket) -> str:
    """By name, unless it stays away already."""
    order = await order_of_ticket(session, ticket.id)
    if order is None or order.vendor_id is None or order.arrived_at is None:
        return ""
    if order.caller_blind is None or await bar_of(session, order) is not None:
        return ""
    return (await session.get_one(Vendor, order.vendor_id)).name


async def _may_reopen(session: AsyncSession, ticket: Ticket) -> bool:
    facts = (await facts_of(session, [ticket]))[ticket.id]
    acting = actor_of(await machine(session, ticket.city_id), ticket)
    return isinstance(may_move(facts, acting, Move.REOPEN, clock.now()), Rule)
