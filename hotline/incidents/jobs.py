"""Jobs of incidents, by kind."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import service as calls
from hotline.db import Database
from hotline.incidents import reports, words
from hotline.incidents.models import Incident, IncidentFollower, IncidentStatus, Means
from hotline.incidents.work import CHECK_END, NOTE_CALL, TELL_FOLLOWER
from hotline.jobs.worker import Claimed, Runner
from hotline.messages.sending import Letter, send_by_template
from hotline.organizations import queries as organizations
from hotline.principal import Principal
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.tickets.open_ticket import NOTE_TICKET
from hotline.tickets.rules import Move
from hotline.tickets.schemas import MoveIn
from hotline.tickets.states import FINISHED, Status, TicketKind
from hotline.vault import vault_of

_AT_DESK = frozenset({Status.REGISTERED, Status.TO_DISPATCH})
_MACHINE_SCOPES = frozenset({"tickets:read", "tickets:write"})


def runners() -> dict[str, Runner]:
    return {
        NOTE_TICKET: _note_ticket,
        NOTE_CALL: _note_call,
        TELL_FOLLOWER: _tell_follower,
        CHECK_END: _check_end,
    }


async def tell_follower(session: AsyncSession, follower_id: UUID) -> None:
    """Once. A mobile phone is texted; the follower's own ticket is answered and closed with the
    incident where it still waits at the desk, else whoever works on it gets a remark. Where
    neither a message nor a ticket carries it, a ticket to call them back is opened."""
    chosen = select(IncidentFollower).where(IncidentFollower.id == follower_id)
    follower = await session.scalar(chosen.with_for_update(key_share=True))
    if follower is None or follower.told_at is not None:
        return
    incident = await session.get_one(Incident, follower.incident_id)
    principal = await _machine(session, incident)
    ticket = await session.get(Ticket, follower.ticket_id) if follower.ticket_id else None
    is_texted = await _text(session, incident, follower, ticket)
    on_ticket = await _settle(session, principal, incident, ticket)
    if is_texted:
        follower.means = Means.MESSAGE
    elif on_ticket:
        follower.means = Means.TICKET
    else:
        await _open_call_back(session, principal, incident, follower)
        follower.means = Means.CALL_BACK
    follower.told_at = clock.now()


async def check_end(session: AsyncSession, incident_id: UUID) -> None:
    """The time that callers were told has passed: supervisors say how it goes on."""
    incident = await session.get(Incident, incident_id)
    if incident is None or incident.status != IncidentStatus.ACTIVE:
        return
    node = None
    if incident.district_id is not None:
        node = await organizations.organization(session, incident.district_id)
    alarm = words.text("alarm_overdue", title=incident.title)
    await calls.raise_alarm(
        session, kind="incident", text=alarm, city_id=incident.city_id, node=node
    )


async def _note_ticket(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await reports.note_ticket(session, UUID(job.payload["ticket_id"]))
        await job.finish(session)


async def _note_call(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        call_id, entry_key = UUID(job.payload["call_id"]), job.payload["entry_key"]
        await reports.note_call(session, call_id, entry_key)
        await job.finish(session)


async def _tell_follower(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await tell_follower(session, UUID(job.payload["follower_id"]))
        await job.finish(session)


async def _check_end(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await check_end(session, UUID(job.payload["incident_id"]))
        await job.finish(session)


async def _text(
    session: AsyncSession, incident: Incident, follower: IncidentFollower, ticket: Ticket | None
) -> bool:
    """False for land lines, and for whoever asked that their number be kept secret."""
    if ticket is not None and (ticket.confidential or ticket.anonymous):
        return False
    letter = Letter(
        city_id=incident.city_id,
        organization_id=incident.district_id or incident.city_id,
        subject=f"incident:{incident.id}",
        template="sms_incident_closed",
        params={"title": incident.title, "message": incident.closing_message or ""},
        to=_number(session, follower),
    )
    return await send_by_template(session, letter) is not None


async def _settle(
    session: AsyncSession, principal: Principal, incident: Incident, ticket: Ticket | None
) -> bool:
    """False when there is no ticket that somebody still looks at."""
    if ticket is None or ticket.status in FINISHED:
        return False
    message = incident.closing_message or ""
    if ticket.status in _AT_DESK and ticket.parent_id is None:
        answer = words.text("closing_answer", title=incident.title, message=message)
        await _move(session, principal, ticket, Move.ANSWER, answer)
        await _move(session, principal, ticket, Move.CLOSE, None)
        return True
    note = words.text("closing_note", title=incident.title, message=message)
    await tickets.comment_ticket(session, principal, ticket.id, text=note)
    return True


async def _move(
    session: AsyncSession, principal: Principal, ticket: Ticket, move: Move, note: str | None
) -> None:
    wanted = MoveIn(move=move, version=ticket.version, note=note)
    await tickets.move_ticket(session, principal, ticket.id, wanted)


async def _open_call_back(
    session: AsyncSession, principal: Principal, incident: Incident, follower: IncidentFollower
) -> None:
    """Of the kind 其他: it tells of no new trouble and is not counted as a report."""
    district = None
    if incident.district_id is not None:
        district = (await organizations.organization(session, incident.district_id)).district
    await tickets.open_ticket(
        session,
        principal,
        kind=TicketKind.OTHER,
        title=words.text("call_back_title", title=incident.title),
        description=words.text(
            "call_back", title=incident.title, message=incident.closing_message or ""
        ),
        district=district,
        subject_code=incident.subject_code,
        caller_number=_number(session, follower),
        call_id=follower.call_id,
        need=f"incident:{incident.id}",
    )


def _number(session: AsyncSession, follower: IncidentFollower) -> str:
    return vault_of(session).open(
        follower.number_sealed, table="incident_follower", column="number", row=follower.id
    )


async def _machine(session: AsyncSession, incident: Incident) -> Principal:
    """The hotline itself, for the whole city: tickets of reporters may have moved since."""
    return Principal(
        account_id=None,
        name=words.text("machine_name"),
        scopes=_MACHINE_SCOPES,
        organization_id=incident.city_id,
        subtree=await organizations.subtree_ids(session, incident.city_id),
    )
