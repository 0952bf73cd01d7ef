"""Open the ticket of a report, once for each form, or join one about the same matter."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.attachments.keeping import Checked, Store
from hotline.directory.entry import Entry
from hotline.organizations import queries as organizations
from hotline.portal import queries
from hotline.portal.catalog import Catalog
from hotline.portal.questions import Question, told
from hotline.portal.report_form import Report
from hotline.principal import Principal
from hotline.tickets import queries as ticket_queries
from hotline.tickets import service as tickets
from hotline.tickets.attach import attach_to_ticket
from hotline.tickets.duplicates import Advice, Candidate, Written, duplicates
from hotline.tickets.models import Ticket
from hotline.tickets.rules import Move
from hotline.tickets.schemas import MoveIn
from hotline.tickets.states import FINISHED, TicketKind, Urgency
from hotline.tickets.suggestions import sure_subject

_SCOPES = frozenset({"tickets:read", "tickets:write"})
_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the resident keeps; `followed` is the ticket that it was joined to."""

    number: str
    code: str
    followed: str | None = None


@dataclass(frozen=True, slots=True)
class Photo:
    name: str
    checked: Checked


@dataclass(frozen=True, slots=True)
class Luggage:
    """What comes with a report beside its fields."""

    subject_code: str | None = None
    questions: Sequence[Question] = ()
    photos: Sequence[Photo] = ()


async def open_report(
    session: AsyncSession,
    catalog: Catalog,
    report: Report,
    *,
    opened_by: str,
    luggage: Luggage | None = None,
    store: Store | None = None,
) -> Receipt:
    """A form that is sent twice, even at once, opens one ticket and gets one answer."""
    principal = await portal_principal(session, catalog, opened_by)
    await queries.wait_for_form(session, report.form_id)
    known = await queries.ticket_of_form(session, principal, report.form_id)
    ticket = known or await _open(session, principal, catalog, report, luggage or Luggage())
    if known is None and luggage is not None and store is not None:
        for photo in luggage.photos:
            await attach_to_ticket(
                session, principal, ticket.id, store, photo.checked, name=photo.name
            )
    followed = await _followed(session, principal, report, ticket)
    return Receipt(ticket.number, tickets.query_code(session, ticket), followed)


async def subject_of(session: AsyncSession, catalog: Catalog, report: Report) -> str | None:
    """The subject that needs nobody to choose it: its questions are asked."""
    entry = _entry(catalog, report)
    return await sure_subject(
        session, catalog.city_id, entry_id=entry.id if entry else None, text=report.text
    )


async def known_already(
    session: AsyncSession, catalog: Catalog, report: Report, subject_code: str | None
) -> list[Candidate]:
    """Open tickets of others about the same, none that is nobody's business."""
    if report.is_confidential or report.kind == TicketKind.REPORT:
        return []
    entry = _entry(catalog, report)
    written = Written(
        text=report.text,
        district=report.district or None,
        subject_code=subject_code,
        entry_id=entry.id if entry else None,
        address=report.place or None,
    )
    found = await duplicates(session, await portal_principal(session, catalog, ""), written)
    return [one for one in found if _may_be_followed(one.ticket, one.advice)][:_MOST_SHOWN]


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
    session: AsyncSession,
    principal: Principal,
    catalog: Catalog,
    report: Report,
    luggage: Luggage,
) -> Ticket:
    entry = _entry(catalog, report)
    answers = told(luggage.questions, report.answers)
    return await tickets.open_ticket(
        session,
        principal,
        kind=TicketKind(report.kind),
        title=report.title(entry.name if entry else None),
        description=f"{report.text}\n{answers}" if answers else report.text,
        district=report.district or None,
        entry_id=entry.id if entry else None,
        subject_code=luggage.subject_code,
        caller_number=None if report.is_anonymous else report.phone,
        need=queries.need_of(report.form_id),
        address=report.place or None,
        is_confidential=report.is_confidential,
        is_anonymous=report.is_anonymous,
        urgency=_urgency(entry),
    )


async def _followed(
    session: AsyncSession, principal: Principal, report: Report, ticket: Ticket
) -> str | None:
    """The wish is only a wish: what is finished meanwhile is not joined, and the ticket stands."""
    if not report.follow:
        return None
    chosen = ticket_queries.visible_to(principal).where(Ticket.number == report.follow)
    parent = await session.scalar(chosen)
    if parent is None or parent.id == ticket.id or not _may_be_followed(parent, Advice.MERGE):
        return None
    if ticket.merged_into_id is None:
        wanted = MoveIn(move=Move.MERGE, version=ticket.version, parent_id=parent.id)
        await tickets.move_ticket(session, principal, ticket.id, wanted)
    return parent.number


def _may_be_followed(ticket: Ticket, advice: Advice) -> bool:
    is_open = ticket.status not in FINISHED and ticket.parent_id is None
    is_public = not ticket.confidential and ticket.kind != TicketKind.REPORT
    return advice is Advice.MERGE and is_open and is_public


def _entry(catalog: Catalog, report: Report) -> Entry | None:
    entry = catalog.entries.get(report.entry_id)
    return catalog.version_for(entry, report.district) if entry is not None else None


def _urgency(entry: Entry | None) -> Urgency:
    return Urgency.URGENT if entry and entry.urgency == "urgent" else Urgency.NORMAL
