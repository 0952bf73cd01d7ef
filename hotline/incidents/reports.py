"""Keep what a caller told as a report, and propose an incident once enough have told it.

Called by jobs, after the transaction that heard it: so every report sees all that came before.
"""

from functools import lru_cache
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.db import uuid7
from hotline.directory import queries as directory
from hotline.directory.models import DirectoryEntry
from hotline.incidents import queries, words
from hotline.incidents.announce import announce
from hotline.incidents.detect import Raised, Report, raised_by
from hotline.incidents.filing import family_of, subject_name
from hotline.incidents.models import Incident, IncidentReport, IncidentStatus
from hotline.incidents.numbers import blind_of
from hotline.incidents.places import places_in
from hotline.matching.districts import Gazetteer, Place
from hotline.organizations import queries as organizations
from hotline.organizations.models import Organization
from hotline.tickets.models import Ticket
from hotline.tickets.states import TicketKind

log = structlog.get_logger()

COUNTED_TICKETS = frozenset({TicketKind.HELP, TicketKind.COMPLAINT, TicketKind.REPORT})
COUNTED_ENTRIES = frozenset({"assistance", "complaint"})


async def note_ticket(session: AsyncSession, ticket_id: UUID) -> None:
    """A new ticket: who tells of a trouble counts, if we know one caller from another."""
    ticket = await session.get(Ticket, ticket_id)
    if ticket is None or not _counts(ticket):
        return
    assert ticket.caller_blind is not None
    entry = await _entry(session, ticket.city_id, ticket.entry_key)
    report = IncidentReport(
        id=uuid7(), at=ticket.created_at, city_id=ticket.city_id, district_id=ticket.district_id,
        entry_key=ticket.entry_key, family=family_of(entry) if entry else None,
        subject_code=ticket.subject_code, caller_blind=ticket.caller_blind,
        call_id=await _known_call(session, ticket.call_id), ticket_id=ticket.id,
        places=await _places(session, ticket.city_id, ticket.description),
    )  # fmt: skip
    await _note(session, report)


async def note_call(session: AsyncSession, call_id: UUID, entry_key: str) -> None:
    """A caller whose trouble made no ticket: they were connected, or told what to do."""
    call = await session.get(Call, call_id)
    number = calls.caller_number(session, call) if call else None
    entry = await _entry(session, call.city_id, entry_key) if call else None
    if call is None or number is None or entry is None or entry.kind not in COUNTED_ENTRIES:
        return
    said = "，".join(one["text"] for one in call.said if one["speaker"] == "caller")
    report = IncidentReport(
        id=uuid7(), at=clock.now(), city_id=call.city_id, district_id=call.district_id,
        entry_key=entry.key, family=family_of(entry), caller_blind=blind_of(session, number),
        call_id=call.id, places=await _places(session, call.city_id, said),
    )  # fmt: skip
    await _note(session, report)


def _counts(ticket: Ticket) -> bool:
    """Informants whom we protect belong to no list of callers."""
    is_known = ticket.caller_blind is not None and not ticket.confidential
    is_about_something = ticket.entry_key is not None or ticket.subject_code is not None
    return is_known and is_about_something and ticket.kind in COUNTED_TICKETS


async def _note(session: AsyncSession, report: IncidentReport) -> None:
    if await _keep(session, report) and not await _is_covered(session, report):
        await _detect(session, report)


async def _is_covered(session: AsyncSession, report: IncidentReport) -> bool:
    """Whether there is an incident for it already, which then has one report more."""
    known = await queries.covering(session, report, clock.now())
    if known is not None and known.status in queries.OPEN:
        await _claim(session, known, [report.id])
        await announce(session, "incident.updated", known)
    return known is not None


async def _keep(session: AsyncSession, report: IncidentReport) -> bool:
    """False when this call or ticket was counted before."""
    columns = {
        column.key: getattr(report, column.key) for column in IncidentReport.__mapper__.columns
    }
    kept = insert(IncidentReport).values(**columns).on_conflict_do_nothing()
    return await session.scalar(kept.returning(IncidentReport.id)) is not None


async def _detect(session: AsyncSession, report: IncidentReport) -> None:
    rules = await queries.rules_of(session, report.district_id or report.city_id)
    since = report.at - max(rule.window for rule in rules)
    rows = await queries.unclaimed_like(session, report, since)
    raised = raised_by(_value(report), map(_value, rows), rules)
    if raised is None:
        return
    await _hold_area(session, report)
    if not await _is_covered(session, report):
        await _propose(session, report, raised)


async def _hold_area(session: AsyncSession, report: IncidentReport) -> None:
    """Two reports that complete the same incident propose it one after the other: once."""
    area_id = report.district_id or report.city_id
    chosen = select(Organization.id).where(Organization.id == area_id)
    await session.execute(chosen.with_for_update(key_share=True))


async def _propose(session: AsyncSession, report: IncidentReport, raised: Raised) -> None:
    node = None
    if report.district_id is not None:
        node = await organizations.organization(session, report.district_id)
    area = raised.place or (node.name if node else words.text("city_wide"))
    about = await _about(session, report)
    ids = [one.id for one in raised.reports]
    rows = await session.scalars(select(IncidentReport).where(IncidentReport.id.in_(ids)))
    keys = {row.entry_key: row.family for row in rows if row.entry_key and row.family}
    incident = Incident(
        id=uuid7(), city_id=report.city_id, district_id=report.district_id, kind=raised.kind,
        status=IncidentStatus.PROPOSED, title=words.text("title", area=area, about=about),
        area=area, entry_keys=sorted(keys), families=sorted(set(keys.values())),
        subject_code=report.subject_code, began_at=raised.reports[0].at,
    )  # fmt: skip
    session.add(incident)
    await session.flush()
    await _claim(session, incident, ids)
    await announce(session, "incident.proposed", incident)
    alarm = words.text("alarm_proposed", area=area, count=raised.caller_count, about=about)
    await calls.raise_alarm(
        session, kind="incident", text=alarm, city_id=incident.city_id, node=node
    )
    log.info("incident.proposed", incident_id=str(incident.id), callers=raised.caller_count)


async def _claim(session: AsyncSession, incident: Incident, ids: list[UUID]) -> None:
    claimed = update(IncidentReport).where(IncidentReport.id.in_(ids))
    await session.execute(claimed.values(incident_id=incident.id))


async def _about(session: AsyncSession, report: IncidentReport) -> str:
    name = await subject_name(session, report.city_id, report.subject_code)
    entry = await _entry(session, report.city_id, report.entry_key)
    return name or (entry.name if entry else words.text("unnamed"))


async def _entry(session: AsyncSession, city_id: UUID, key: str | None) -> DirectoryEntry | None:
    return (await queries.entries_by_key(session, city_id, [key])).get(key) if key else None


async def _known_call(session: AsyncSession, call_id: UUID | None) -> UUID | None:
    """An agent may name a call that is not here (any more)."""
    found = await session.get(Call, call_id) if call_id else None
    return found.id if found else None


async def _places(session: AsyncSession, city_id: UUID, said: str) -> list[str]:
    rows = await directory.places(session, city_id)
    known = tuple(Place(row.name, row.kind, row.district, tuple(row.aliases)) for row in rows)
    return list(places_in(_gazetteer(known), said))


# The key is every place of the city, so an import is seen at once.
@lru_cache(maxsize=8)
def _gazetteer(known: tuple[Place, ...]) -> Gazetteer:
    return Gazetteer.build(known)


def _value(row: IncidentReport) -> Report:
    return Report(
        id=row.id, at=row.at, caller=row.caller_blind, district=row.district_id,
        family=row.family, subject=row.subject_code, places=tuple(map(str, row.places)),
    )  # fmt: skip
