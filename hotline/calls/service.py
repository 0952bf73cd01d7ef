"""Every change of a call, each with the event that shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock, privacy
from hotline.calls import queries
from hotline.calls.models import Call, CallStatus, Direction, LegState, Turn, WebhookReceipt
from hotline.calls.schemas import AlarmOut, CallOut
from hotline.db import hold_logs, uuid7
from hotline.events import service as events
from hotline.organizations.models import Organization
from hotline.vault import vault_of

CALLS_SCOPE = "calls:read"
HIDDEN_NUMBER = "号码未显示"
PLANNED = "planned:"
PLACING = "placing:"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One turn as it shall be kept: what was heard, how it was meant, what was said."""

    heard: str
    digits: str
    said: str
    decision: str | None
    hearing_confidence: float | None
    candidates: list[dict[str, Any]]
    matched_ms: float | None


async def receive_call(
    session: AsyncSession, organization: Organization, *, provider_sid: str, caller: str | None,
    called: str, attestation: str | None = None,
) -> tuple[Call, bool]:  # fmt: skip
    """The row of a call that rings, locked; False when the network told us of it before."""
    call_id = uuid7()
    vault = vault_of(session)
    now = clock.now()
    fresh: dict[str, Any] = {
        "id": call_id,
        "provider_sid": provider_sid,
        "organization_id": organization.id,
        "city_id": organization.city_id,
        "district": organization.district,
        "district_id": organization.id if organization.district else None,
        "to_number": called,
        "attestation": attestation,
        "from_masked": privacy.mask_number(caller) if caller else HIDDEN_NUMBER,
        "started_at": now,
        "created_at": now,
        "updated_at": now,
    }
    if caller:
        fresh["from_sealed"] = vault.seal(caller, table="call", column="from", row=call_id)
        fresh["from_blind"] = vault.blind(caller, purpose="phone")
    made = await session.scalar(
        insert(Call).values(**fresh).on_conflict_do_nothing().returning(Call)
    )
    if made is not None:
        await announce(session, "call.started", made)
        return made, True
    call = await queries.locked_call(session, provider_sid)
    assert call is not None
    return call, False


def caller_number(session: AsyncSession, call: Call) -> str | None:
    """The caller's number in clear, for passing it on; never for a log or an event."""
    if call.from_sealed is None:
        return None
    return vault_of(session).open(call.from_sealed, table="call", column="from", row=call.id)


async def keep_turn(session: AsyncSession, call: Call, spoken: Spoken) -> None:
    """Write down one turn and show it."""
    now = clock.now()
    number = call.step
    call.step = number + 1
    turn_id = uuid7()
    masked = privacy.mask_text(spoken.heard)
    sealed = None
    if spoken.heard:
        sealed = vault_of(session).seal(spoken.heard, table="turn", column="heard", row=turn_id)
    session.add(
        Turn(
            id=turn_id, created_at=now, call_id=call.id, number=number, heard=masked or None,
            heard_sealed=sealed, digits=spoken.digits or None, said=spoken.said,
            hearing_confidence=spoken.hearing_confidence, decision=spoken.decision,
            results=spoken.candidates, matched_ms=spoken.matched_ms,
        )
    )  # fmt: skip
    call.said = [*call.said, *_said(number, now.isoformat(), masked, spoken)]
    if spoken.candidates:
        call.candidates = spoken.candidates[:3]
    await announce(session, "call.turned", call)


async def set_district(session: AsyncSession, call: Call, node: Organization | None) -> None:
    """The place that the caller told of decides who sees the call."""
    call.district = node.district if node else None
    call.district_id = node.id if node else None


async def put_in_line(session: AsyncSession, call: Call, queue: str) -> None:
    if call.status == CallStatus.ENDED:
        return
    call.status = CallStatus.WAITING
    call.queue = queue
    call.queued_at = call.queued_at or clock.now()
    await announce(session, "call.queued", call)


async def begin_talk(session: AsyncSession, call: Call, *, account_id: UUID, desk_id: UUID) -> None:
    """A person has taken the call; the first answer is the one that counts for waiting times."""
    call.status = CallStatus.TALKING
    call.answered_at = call.answered_at or clock.now()
    call.agent_id, call.desk_id = account_id, desk_id
    await announce(session, "call.answered", call)


async def plan_outbound(
    session: AsyncSession, before: Call | Organization, *, number: str, from_number: str
) -> Call:
    """A call that we shall place, waiting until it is its turn; `before` is what it follows."""
    call_id = uuid7()
    vault = vault_of(session)
    call = Call(
        id=call_id, provider_sid=f"{PLANNED}{call_id}", city_id=before.city_id,
        direction=Direction.OUTBOUND, to_number=from_number,
        from_masked=privacy.mask_number(number),
        from_sealed=vault.seal(number, table="call", column="from", row=call_id),
        from_blind=vault.blind(number, purpose="phone"),
        status=CallStatus.WAITING, queued_at=clock.now(),
    )  # fmt: skip
    _follow(call, before)
    session.add(call)
    await announce(session, "call.started", call)
    return call


def is_placed(call: Call) -> bool:
    """Whether the host knows the call; one that we only plan to place has no SID yet."""
    return not call.provider_sid.startswith((PLANNED, PLACING))


def claim_placing(call: Call) -> bool:
    """Mark that the call is being placed; False when it was marked before."""
    if not call.provider_sid.startswith(PLANNED):
        return False
    call.provider_sid = PLACING + call.provider_sid.removeprefix(PLANNED)
    return True


async def end_call(session: AsyncSession, call: Call) -> None:
    """Ends once; later news of the same end change nothing."""
    if call.status == CallStatus.ENDED:
        return
    call.status = CallStatus.ENDED
    call.ended_at = clock.now()
    call.parties = [_left(party, call.ended_at) for party in call.parties]
    await announce(session, "call.ended", call)


def _left(party: dict[str, Any], ended_at: datetime) -> dict[str, Any]:
    if party["state"] == LegState.ENDED:
        return party
    over = {"state": LegState.ENDED, "since": ended_at.isoformat(), "is_held": False}
    return {**party, **over}


async def keep_receipt(
    session: AsyncSession, *, key: str, kind: str, call_id: UUID | None, answer: str
) -> None:
    """Remember the answer to a webhook, sealed, for when the network asks again."""
    receipt_id = uuid7()
    vault = vault_of(session)
    sealed = vault.seal(answer, table="webhook_receipt", column="answer", row=receipt_id)
    session.add(WebhookReceipt(id=receipt_id, key=key, kind=kind, call_id=call_id, answer=sealed))


async def answered_before(session: AsyncSession, key: str) -> str | None:
    found = await queries.receipt(session, key)
    if found is None:
        return None
    vault = vault_of(session)
    return vault.open(found.answer, table="webhook_receipt", column="answer", row=found.id)


async def name_ticket(session: AsyncSession, call: Call, ticket_id: UUID) -> None:
    """A ticket that somebody wrote beside the call, which is locked; its desk shows it at once."""
    if str(ticket_id) in call.ticket_ids:
        return
    call.ticket_ids = [*call.ticket_ids, str(ticket_id)]
    await announce(session, "call.changed", call)


async def announce(session: AsyncSession, name: str, call: Call) -> None:
    """Record an event with the call as the API serves it."""
    with hold_logs(session):
        await session.flush()
    await events.record(
        session,
        name,
        subject_id=call.id,
        payload=CallOut.model_validate(call),
        audience=await audience_of(session, call),
        scope=CALLS_SCOPE,
    )


async def audience_of(session: AsyncSession, call: Call) -> set[UUID]:
    """The district of the matter, the desk that took it, the city, and who is or was on the line.

    The same who may read the call: `queries.visible_to`.
    """
    known = {call.district_id, call.organization_id, call.desk_id, call.city_id}
    has_agents = call.queued_at is not None or call.direction == Direction.OUTBOUND
    people = await queries.people_of(session, call.id) if has_agents else ()
    return {one for one in (*known, *people) if one is not None}


async def raise_alarm(
    session: AsyncSession, *, kind: str, text: str, city_id: UUID, call: Call | None = None,
    ticket_id: UUID | None = None, node: Organization | None = None,
) -> None:  # fmt: skip
    """Tell supervisors at once; the text names no number and repeats no words of a caller.

    `node` is the district of an alarm that is of no single call.
    """
    place = call or node
    alarm = AlarmOut(
        id=uuid7(), kind=kind, call_id=call.id if call else None, ticket_id=ticket_id,
        district=place.district if place else None, text=text, at=clock.now(),
    )  # fmt: skip
    district_id = call.district_id if call else node.id if node else None
    audience = [city_id] if district_id is None else [city_id, district_id]
    await events.record(
        session, "alarm.raised", subject_id=alarm.id, payload=alarm, audience=audience,
        scope=CALLS_SCOPE,
    )  # fmt: skip


def _follow(call: Call, before: Call | Organization) -> None:
    """What was said before is not asked again."""
    call.district = before.district
    if isinstance(before, Organization):
        call.organization_id = before.id
        call.district_id = before.id if before.district else None
        return
    call.organization_id, call.district_id = before.organization_id, before.district_id
    call.said, call.candidates = before.said, before.candidates
    call.ticket_ids, call.talk = before.ticket_ids, None


def _said(number: int, at: str, masked: str, spoken: Spoken) -> list[dict[str, Any]]:
    both: list[dict[str, Any]] = []
    heard = masked or (f"[{spoken.digits}]" if spoken.digits else "")
    if heard:
        both.append(
            {"turn": number, "at": at, "speaker": "caller", "text": heard,
             "decision": spoken.decision}
        )  # fmt: skip
    both.append(
        {"turn": number, "at": at, "speaker": "hotline", "text": spoken.said, "decision": None}
    )
    return both
