"""What a supervisor does with an incident, and how a caller follows one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.db import uuid7
from hotline.errors import Conflict, InvalidInput, NotFound, StaleVersion
from hotline.incidents import queries
from hotline.incidents.announce import announce
from hotline.incidents.filing import read_area, read_entries
from hotline.incidents.models import (
    Incident,
    IncidentFollower,
    IncidentReport,
    IncidentRules,
    IncidentStatus,
)
from hotline.incidents.numbers import blind_of
from hotline.incidents.rules import Kind, Rule, quiet_for
from hotline.incidents.schemas import (
    IncidentClose,
    IncidentConfirm,
    IncidentDismiss,
    IncidentPatch,
    RulesIn,
)
from hotline.incidents.work import CHECK_END, TELL_FOLLOWER
from hotline.jobs import service as jobs
from hotline.organizations import queries as organizations
from hotline.organizations.models import Tier
from hotline.principal import Principal
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket
from hotline.vault import vault_of

_Wanted = IncidentConfirm | IncidentPatch | IncidentDismiss | IncidentClose


class IncidentNotOpen(Conflict):
    code, detail = "incident_not_open", "突发事件已经办结或者已被排除。"


class IncidentNotActive(Conflict):
    code, detail = "incident_not_active", "突发事件还没有确认播报，或者已经结束。"


class IncidentConfirmed(Conflict):
    code, detail = "incident_confirmed", "突发事件已经确认，不能再次确认或者排除。"


async def confirm(
    session: AsyncSession, principal: Principal, incident_id: UUID, wanted: IncidentConfirm
) -> Incident:
    """From now on callers hear it; whoever reported it will be told how it ends."""
    incident = await _held(session, principal, incident_id, wanted)
    _require_proposed(incident)
    left = await _write(session, principal, incident, wanted)
    incident.status = IncidentStatus.ACTIVE
    incident.confirmed_at, incident.confirmed_by_id = clock.now(), principal.account_id
    for report in await queries.reports_of(session, incident.id):
        await _follow_report(session, incident, report)
    return await _changed(session, principal, incident, "incident.confirmed", left=left)


async def amend(
    session: AsyncSession, principal: Principal, incident_id: UUID, wanted: IncidentPatch
) -> Incident:
    """Change what is said, of where and until when; an active one is spoken anew at once."""
    incident = await _held(session, principal, incident_id, wanted)
    if incident.status not in queries.OPEN:
        raise IncidentNotOpen
    left = await _write(session, principal, incident, wanted)
    return await _changed(session, principal, incident, "incident.updated", left=left)


async def dismiss(
    session: AsyncSession, principal: Principal, incident_id: UUID, wanted: IncidentDismiss
) -> Incident:
    """It is none: the same is not proposed again before the window of its rule has passed."""
    incident = await _held(session, principal, incident_id, wanted)
    _require_proposed(incident)
    rules = await queries.rules_of(session, incident.district_id or incident.city_id)
    incident.quiet_until = clock.now() + quiet_for(Kind(incident.kind), rules)
    _end(incident, principal, IncidentStatus.DISMISSED)
    return await _changed(session, principal, incident, "incident.closed")


async def close(
    session: AsyncSession, principal: Principal, incident_id: UUID, wanted: IncidentClose
) -> Incident:
    """One close for all: a job for each follower carries the message."""
    incident = await _held(session, principal, incident_id, wanted)
    if incident.status != IncidentStatus.ACTIVE:
        raise IncidentNotActive
    incident.closing_message = wanted.message
    _end(incident, principal, IncidentStatus.CLOSED)
    for follower_id in await queries.untold_ids(session, incident.id):
        await _plan_telling(session, follower_id)
    await jobs.cancel(session, CHECK_END, str(incident.id))
    return await _changed(session, principal, incident, "incident.closed")


async def follow(session: AsyncSession, call: Call, incident_id: UUID) -> None:
    """The caller wants to know how it ends; one number follows once.

    Where it has ended since it was announced, the caller is told what the others were told.
    """
    number = calls.caller_number(session, call)
    incident = await queries.incident_to_follow(session, incident_id)
    if incident is None or incident.city_id != call.city_id or number is None:
        return
    fresh = await _add_follower(session, incident, number, call_id=call.id)
    if fresh is None:
        return
    if incident.status == IncidentStatus.CLOSED:
        await _plan_telling(session, fresh)
    await announce(session, "incident.updated", incident)


async def set_rules(
    session: AsyncSession, principal: Principal, organization_id: UUID, wanted: RulesIn
) -> tuple[Rule, ...]:
    """The numbers of a city or a district, for reports from now on."""
    await _require_own_tier(session, principal, organization_id)
    lines = [line.model_dump(mode="json") for line in wanted.rules]
    session.add(
        IncidentRules(organization_id=organization_id, set_by_id=principal.account_id, rules=lines)
    )
    await session.flush()
    target = f"organization:{organization_id}"
    await audit.record(session, principal, "incident_rules.changed", target=target)
    return await queries.rules_of(session, organization_id)


async def _held(
    session: AsyncSession, principal: Principal, incident_id: UUID, wanted: _Wanted
) -> Incident:
    incident = await queries.locked_incident(session, principal, incident_id)
    if wanted.version is not None and wanted.version != incident.version:
        raise StaleVersion
    return incident


def _require_proposed(incident: Incident) -> None:
    if incident.status == IncidentStatus.ACTIVE:
        raise IncidentConfirmed
    if incident.status != IncidentStatus.PROPOSED:
        raise IncidentNotOpen


async def _write(
    session: AsyncSession, principal: Principal, incident: Incident,
    wanted: IncidentConfirm | IncidentPatch,
) -> UUID | None:  # fmt: skip
    """What was given; the district that the incident was in before."""
    was = incident.district_id
    incident.title = wanted.title or incident.title
    incident.announcement = wanted.announcement or incident.announcement
    if wanted.area is not None:
        incident.area = wanted.area
        incident.district_id = await read_area(
            session, principal, incident.city_id, wanted.area, was
        )
    if wanted.entry_ids is not None:
        about = await read_entries(session, incident.city_id, wanted.entry_ids)
        incident.entry_keys, incident.families = about.entry_keys, about.families
    if "expected_end" in wanted.model_fields_set:
        await _expect_end(session, incident, wanted.expected_end)
    return was


async def _expect_end(session: AsyncSession, incident: Incident, at: datetime | None) -> None:
    if at is None:
        await jobs.cancel(session, CHECK_END, str(incident.id))
    elif at <= clock.now():
        raise InvalidInput(errors=[{"field": "expected_end", "message": "应在今后"}])
    else:
        payload, key = {"incident_id": str(incident.id)}, str(incident.id)
        await jobs.enqueue(session, CHECK_END, payload, run_at=at, dedupe=key)
    incident.expected_end = at


def _end(incident: Incident, principal: Principal, status: IncidentStatus) -> None:
    incident.status = status
    incident.ended_at, incident.ended_by_id = clock.now(), principal.account_id


async def _changed(
    session: AsyncSession, principal: Principal, incident: Incident, name: str,
    *, left: UUID | None = None,
) -> Incident:  # fmt: skip
    await announce(session, name, incident, also=left)
    action = name if incident.status != IncidentStatus.DISMISSED else "incident.dismissed"
    await audit.record(session, principal, action, target=f"incident:{incident.id}")
    return incident


async def _follow_report(session: AsyncSession, incident: Incident, report: IncidentReport) -> None:
    """Whoever reported it need not call again to ask."""
    ticket = await session.get(Ticket, report.ticket_id) if report.ticket_id else None
    call = await session.get(Call, report.call_id) if report.call_id else None
    number = tickets.caller_of(session, ticket) if ticket else None
    if number is None and call is not None:
        number = calls.caller_number(session, call)
    if number is not None:
        await _add_follower(
            session, incident, number, call_id=report.call_id, ticket_id=report.ticket_id
        )


async def _add_follower(
    session: AsyncSession, incident: Incident, number: str, *,
    call_id: UUID | None = None, ticket_id: UUID | None = None,
) -> UUID | None:  # fmt: skip
    """The new follower's id; None for a number that follows already."""
    follower_id, vault, now = uuid7(), vault_of(session), clock.now()
    made = insert(IncidentFollower).values(
        id=follower_id, created_at=now, updated_at=now, incident_id=incident.id,
        number_sealed=vault.seal(
            number, table="incident_follower", column="number", row=follower_id
        ),
        number_blind=blind_of(session, number),
        call_id=call_id, ticket_id=ticket_id,
    )  # fmt: skip
    fresh: UUID | None = await session.scalar(
        made.on_conflict_do_nothing().returning(IncidentFollower.id)
    )
    return fresh


async def _plan_telling(session: AsyncSession, follower_id: UUID) -> None:
    payload = {"follower_id": str(follower_id)}
    await jobs.enqueue(session, TELL_FOLLOWER, payload, dedupe=str(follower_id))


async def _require_own_tier(
    session: AsyncSession, principal: Principal, organization_id: UUID
) -> None:
    if organization_id not in principal.subtree:
        raise NotFound
    tier = await organizations.organization(session, organization_id)
    if tier.tier == Tier.UNIT:
        raise InvalidInput(errors=[{"field": "organization_id", "message": "只能是市或区"}])
