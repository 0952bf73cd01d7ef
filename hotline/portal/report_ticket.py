"""Open the ticket of a report, once for each form, and read one back by number and code."""

from dataclasses import dataclass
from hmac import compare_digest

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.entry import Entry
from hotline.organizations import queries as organizations
from hotline.organizations.models import Tier
from hotline.portal import queries
from hotline.portal.catalog import Catalog
from hotline.portal.report_form import Report
from hotline.portal.tracking import Holder, Tracked, digits_of, tracked
from hotline.principal import Principal
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketKind, Urgency

_SCOPES = frozenset({"tickets:read", "tickets:write"})


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the resident keeps."""

    number: str
    code: str


async def open_report(
    session: AsyncSession, catalog: Catalog, report: Report, *, opened_by: str
) -> Receipt:
    """A form that is sent twice, even at once, opens one ticket and gets one answer."""
    principal = await portal_principal(session, catalog, opened_by)
    await queries.wait_for_form(session, report.form_id)
    known = await queries.ticket_of_form(session, principal, report.form_id)
    ticket = known or await _open(session, principal, catalog, report)
    return Receipt(ticket.number, tickets.query_code(session, ticket))


async def track(
    session: AsyncSession, catalog: Catalog, *, number: str, code: str
) -> Tracked | None:
    """None for a number that is not there as for a code that is wrong."""
    principal = await portal_principal(session, catalog, "")
    ticket = await queries.ticket_by_digits(session, principal, digits_of(number))
    right = tickets.query_code(session, ticket) if ticket else ""
    if not compare_digest(right, digits_of(code)) or ticket is None:
        return None
    steps = await queries.steps_of(session, principal, ticket.id)
    reply = await queries.newest_reply(session, principal, ticket.id)
    holder = await organizations.organization(session, ticket.custody_id)
    return tracked(ticket, steps, reply, Holder(holder.name, holder.tier != Tier.UNIT))


async def portal_principal(session: AsyncSession, catalog: Catalog, name: str) -> Principal:
    """The hotline itself, at the desk of the city."""
    return Principal(
        account_id=None,
        name=name,
        scopes=_SCOPES,
        organization_id=catalog.city_id,
        subtree=await organizations.subtree_ids(session, catalog.city_id),
    )


async def _open(
    session: AsyncSession, principal: Principal, catalog: Catalog, report: Report
) -> Ticket:
    entry = catalog.entries.get(report.entry_id)
    if entry is not None:
        entry = catalog.version_for(entry, report.district)
    return await tickets.open_ticket(
        session,
        principal,
        kind=TicketKind(report.kind),
        title=report.title(entry.name if entry else None),
        description=report.text,
        district=report.district or None,
        entry_id=entry.id if entry else None,
        caller_number=None if report.is_anonymous else report.phone,
        need=queries.need_of(report.form_id),
        address=report.place or None,
        is_confidential=report.is_confidential,
        is_anonymous=report.is_anonymous,
        urgency=_urgency(entry),
    )


def _urgency(entry: Entry | None) -> Urgency:
    return Urgency.URGENT if entry and entry.urgency == "urgent" else Urgency.NORMAL
