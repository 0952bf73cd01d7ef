"""Every SELECT on tickets. `visible_to` is where each of them starts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    cast,
    false,
    func,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.accounts.queries import names_of as account_names
from hotline.db.arrays import one_of
from hotline.errors import NotFound
from hotline.organizations.models import Organization
from hotline.organizations.queries import city_of, district_node, organizations_by_id
from hotline.principal import Principal
from hotline.tickets import search
from hotline.tickets.models import (
    Ticket,
    TicketHistory,
    TicketPetitioner,
    TicketReply,
    TicketRequest,
    TicketVisit,
)
from hotline.tickets.narrowing import Filters, conditions, is_read_by_moment
from hotline.tickets.states import FINISHED, Status

FEWEST_SHOWN = 5
_WINDOW = 12_000
_TERM = 2
_OPEN = frozenset(Status) - FINISHED
# A plan that suits every viewer walks through all years for whoever holds few tickets.
_FOR_THIS_VIEWER = text("SET LOCAL plan_cache_mode = force_custom_plan")


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in tickets stand for."""

    organizations: dict[UUID, Organization]
    accounts: dict[UUID, str]

    def district(self, district_id: UUID | None) -> str | None:
        found = None if district_id is None else self.organizations.get(district_id)
        return None if found is None else found.district


def visible_to(principal: Principal) -> Select[Ticket]:
    """Tickets whose district or custody lies in the principal's subtree.

    A ticket of the whole city has no district and is seen by who holds it and whoever is above.
    """
    subtree = principal.subtree
    return select(Ticket).where(
        or_(one_of(Ticket.district_id, subtree), one_of(Ticket.custody_id, subtree))
    )


async def ticket(session: AsyncSession, principal: Principal, ticket_id: UUID) -> Ticket:
    found = await session.scalar(visible_to(principal).where(Ticket.id == ticket_id))
    if found is None:
        raise NotFound
    return found


async def locked_ticket(session: AsyncSession, principal: Principal, ticket_id: UUID) -> Ticket:
    """The ticket as it is now, held against every other change until the transaction ends."""
    chosen = visible_to(principal).where(Ticket.id == ticket_id)
    found = await session.scalar(
        chosen.with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


async def held_ticket(session: AsyncSession, ticket_id: UUID) -> Ticket | None:
    """For the hotline's own work: any ticket, held until the transaction ends."""
    chosen = select(Ticket).where(Ticket.id == ticket_id).with_for_update(key_share=True)
    return await session.scalar(chosen.execution_options(populate_existing=True))


def to_wake(before: datetime, limit: int) -> Select[UUID]:
    """Tickets whose hour came and went, the longest waiting first."""
    chosen = select(Ticket.id).where(Ticket.wake_at < before)
    return chosen.order_by(Ticket.wake_at).limit(limit)


async def lock_in_order(session: AsyncSession, ids: Iterable[UUID]) -> None:
    """Hold several tickets, always in the order of their ids, so that nobody waits in a circle."""
    chosen = select(Ticket.id).where(Ticket.id.in_(list(ids))).order_by(Ticket.id)
    await session.execute(chosen.with_for_update(key_share=True))


def open_children(ticket_id: UUID) -> Select[Ticket]:
    """Parts of a ticket that are not finished, held until the transaction ends."""
    chosen = select(Ticket).where(Ticket.parent_id == ticket_id, Ticket.status.not_in(FINISHED))
    return chosen.order_by(Ticket.id).with_for_update(key_share=True)


async def page(
    session: AsyncSession,
    principal: Principal,
    filters: Filters,
    *,
    after: UUID | None,
    limit: int,
) -> Sequence[Ticket]:
    """Newest first, after the ticket `after`.

    Words that everybody says fill the page from the newest few thousand, whatever the index would
    cost; only words that do not are looked up in all years.
    """
    await session.execute(_FOR_THIS_VIEWER)
    district_id = await _district_id(session, principal, filters.district)
    chosen = _reach(principal, filters, district_id).where(*conditions(principal, filters))
    if filters.is_by_due:
        return await _by_due(session, chosen.where(_found_by(filters.q)), after, limit)
    if is_read_by_moment(filters):
        return await _by_moment(session, chosen.where(_found_by(filters.q)), after, limit)
    if after is not None:
        chosen = chosen.where(Ticket.id < after)
    chosen = chosen.order_by(_order(principal, district_id)).limit(limit)
    if not filters.q.strip() or search.is_number(filters.q):
        return (await session.scalars(chosen.where(_found_by(filters.q)))).all()
    oldest = await session.scalar(_newest_window(after))
    if oldest is not None:
        recent = chosen.where(Ticket.id >= oldest, _found_by(filters.q, by_index=False))
        rows = (await session.scalars(recent)).all()
        if len(rows) == limit:
            return rows
    return (await session.scalars(chosen.where(_found_by(filters.q)))).all()


async def counts(session: AsyncSession, principal: Principal) -> dict[str, int]:
    """Open tickets by status; confidential ones only where five or more hide among each other."""
    secret = func.count().filter(Ticket.confidential)
    plain = func.count().filter(Ticket.confidential.is_(False))
    chosen = visible_to(principal).where(Ticket.status.in_(_OPEN)).group_by(Ticket.status)
    rows = await session.execute(chosen.with_only_columns(Ticket.status, plain, secret))
    return {
        status: shown + (hidden if hidden >= FEWEST_SHOWN else 0) for status, shown, hidden in rows
    }


def history(principal: Principal, ticket_id: UUID) -> Select[TicketHistory]:
    """Everything that happened to a ticket, oldest first."""
    seen = _seen(principal, ticket_id)
    chosen = select(TicketHistory).where(TicketHistory.ticket_id.in_(seen))
    return chosen.order_by(TicketHistory.at, TicketHistory.id)


def replies(principal: Principal, ticket_id: UUID) -> Select[TicketReply]:
    chosen = select(TicketReply).where(TicketReply.ticket_id.in_(_seen(principal, ticket_id)))
    return chosen.order_by(TicketReply.id)


def visits(principal: Principal, ticket_id: UUID) -> Select[TicketVisit]:
    chosen = select(TicketVisit).where(TicketVisit.ticket_id.in_(_seen(principal, ticket_id)))
    return chosen.order_by(TicketVisit.id)


def petitioners(principal: Principal, ticket_id: UUID) -> Select[TicketPetitioner]:
    seen = _seen(principal, ticket_id)
    chosen = select(TicketPetitioner).where(TicketPetitioner.ticket_id.in_(seen))
    return chosen.order_by(TicketPetitioner.id)


def requests(principal: Principal, ticket_id: UUID) -> Select[TicketRequest]:
    chosen = select(TicketRequest).where(TicketRequest.ticket_id.in_(_seen(principal, ticket_id)))
    return chosen.order_by(TicketRequest.id)


def latest_reply(ticket_id: UUID) -> Select[TicketReply]:
    """For telling the resident."""
    chosen = select(TicketReply).where(TicketReply.ticket_id == ticket_id)
    return chosen.order_by(TicketReply.id.desc()).limit(1)


def perhaps_same(
    principal: Principal,
    *,
    subject_codes: Sequence[str],
    entry_key: str | None,
    district_id: UUID | None,
    caller: bytes | None,
    since: datetime,
    limit: int,
) -> Select[Ticket]:
    """What the caller brought lately, and what is open on the same subject or entry, newest first.

    Each way has an index of its own and a limit of its own, so that a subject which everybody
    calls about does not crowd out the caller's own tickets.
    """
    is_there: list[ColumnElement[bool]] = [Ticket.status.not_in(FINISHED)]
    if district_id is not None:
        is_there.append(Ticket.district_id == district_id)
    wanted: list[tuple[bool, list[ColumnElement[bool]]]] = [
        (caller is not None, [Ticket.caller_blind == caller]),
        (bool(subject_codes), [Ticket.subject_code.in_(subject_codes), *is_there]),
        (entry_key is not None, [Ticket.entry_key == entry_key, *is_there]),
    ]
    ways = [way for is_wanted, way in wanted if is_wanted]
    newest = [
        select(Ticket.id)
        .where(*way, Ticket.created_at > since, Ticket.confidential.is_(False))
        .order_by(Ticket.created_at.desc())
        .limit(limit)
        for way in ways
    ]
    chosen = union_all(*(each.subquery().select() for each in newest)) if newest else None
    if chosen is None:
        return visible_to(principal).where(false())
    return visible_to(principal).where(Ticket.id.in_(chosen.subquery().select()))


async def opened_on_call(session: AsyncSession, call_id: UUID, need: str) -> Ticket | None:
    """The ticket that a need of a call already has."""
    chosen = select(Ticket).where(Ticket.call_id == call_id, Ticket.need == need)
    return await session.scalar(chosen)


async def names_of(session: AsyncSession, tickets: Sequence[Ticket]) -> Names:
    places = [(each.district_id, each.custody_id, each.proposed_id) for each in tickets]
    organizations = {place for triple in places for place in triple if place is not None}
    people = {each.assignee_id for each in tickets if each.assignee_id is not None}
    return Names(
        await organizations_by_id(session, organizations),
        await account_names(session, people) if people else {},
    )


def _seen(principal: Principal, ticket_id: UUID) -> Select[UUID]:
    return visible_to(principal).where(Ticket.id == ticket_id).with_only_columns(Ticket.id)


async def _district_id(
    session: AsyncSession, principal: Principal, district: str | None
) -> UUID | None:
    """The node of a district of the principal's city."""
    if district is None:
        return None
    city_id = await city_of(session, principal.organization_id)
    node = await district_node(session, city_id, district)
    return node.id if node else None


def _reach(principal: Principal, filters: Filters, district_id: UUID | None) -> Select[Ticket]:
    """Where the district is wholly the principal's, who holds a ticket need not be asked."""
    if filters.district is None:
        return visible_to(principal)
    if district_id is None:
        return visible_to(principal).where(false())
    if district_id in principal.subtree:
        return select(Ticket).where(Ticket.district_id == district_id)
    holders = list(principal.subtree)
    held = Ticket.custody_id.in_(holders) if len(holders) > 1 else Ticket.custody_id == holders[0]
    return select(Ticket).where(held, Ticket.district_id == district_id)


async def _by_due(
    session: AsyncSession, chosen: Select[Ticket], after: UUID | None, limit: int
) -> Sequence[Ticket]:
    """What is open and has a time to be done by, the earliest first."""
    chosen = chosen.where(Ticket.closed_at.is_(None), Ticket.due_at.is_not(None))
    if after is not None:
        passed = await session.scalar(select(Ticket.due_at).where(Ticket.id == after))
        chosen = chosen.where(tuple_(Ticket.due_at, Ticket.id) > (passed, after))
    return (await session.scalars(chosen.order_by(Ticket.due_at, Ticket.id).limit(limit))).all()


async def _by_moment(
    session: AsyncSession, chosen: Select[Ticket], after: UUID | None, limit: int
) -> Sequence[Ticket]:
    """What is wanted may lie years back: from there on, and not from the newest of all."""
    if after is not None:
        passed = await session.scalar(select(Ticket.created_at).where(Ticket.id == after))
        chosen = chosen.where(tuple_(Ticket.created_at, Ticket.id) < (passed, after))
    newest_first = chosen.order_by(Ticket.created_at.desc(), Ticket.id.desc())
    return (await session.scalars(newest_first.limit(limit))).all()


def _order(principal: Principal, district_id: UUID | None) -> ColumnElement[Any]:
    """Newest first. Few tickets lie in one district and with several units of another: ordered by
    their text, such ids are found first and sorted then, instead of walking through all years.
    """
    is_foreign = district_id is not None and district_id not in principal.subtree
    if is_foreign and len(principal.subtree) > 1:
        return cast(Ticket.id, Text).desc()
    return Ticket.id.desc()


def _newest_window(after: UUID | None) -> Select[UUID]:
    """The oldest of the newest few thousand."""
    chosen = select(Ticket.id).order_by(Ticket.id.desc()).offset(_WINDOW).limit(1)
    return chosen if after is None else chosen.where(Ticket.id < after)


def _found_by(q: str, *, by_index: bool = True) -> ColumnElement[bool]:
    """By number or its tail, else by the masked words; a confidential ticket by its number only."""
    if not q.strip():
        return true()
    if search.is_number(q):
        digits = "".join(filter(str.isdigit, q))
        return Ticket.grams.contains([digits])
    words = search.words(q)
    if not words:
        return false()
    terms = search.wanted_grams(q) if by_index else []
    indexed = [Ticket.grams.contains(terms)] if terms else []
    # A word of two characters is one term, and the index is exact.
    holds = [_holds(word) for word in words if not by_index or len(word) != _TERM]
    return and_(*indexed, *holds, Ticket.confidential.is_(False))


def _holds(word: str) -> ColumnElement[bool]:
    """`strpos` and not LIKE, which the planner takes for rarer than the words of a language are.

    Chinese has no upper case, and to look for one costs more than to look for the word.
    """
    text: ColumnElement[str] = Ticket.title + " " + Ticket.description
    has_cases = word.lower() != word.upper()
    return func.strpos(func.lower(text) if has_cases else text, word) > 0
