"""Send a text message: decided with the matter, sent by a job, followed by reports of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.consents import queries as consents
from hotline.consents.states import Purpose as ConsentPurpose
from hotline.db import uuid7
from hotline.events import service as events
from hotline.jobs import service as jobs
from hotline.messages import queries
from hotline.messages.gateway import SmsGateway, Text
from hotline.messages.limits import (
    BUDGET_WAIT,
    HOUR,
    SendLimits,
    limits_for,
    may_be_texted,
    range_of,
    wait_for_number,
)
from hotline.messages.models import OutgoingMessage
from hotline.messages.night import by_day
from hotline.messages.schemas import OutgoingOut
from hotline.messages.states import ENDED, Purpose, SendState, is_forward
from hotline.messages.wording import may_be_declined, message_texts, written
from hotline.organizations import queries as organizations
from hotline.privacy import mask_number
from hotline.vault import vault_of

log = structlog.get_logger()

SEND = "messages.send"
LOOK = "messages.look"
LOOKS = (timedelta(minutes=1), timedelta(minutes=4))
INTERRUPTED = "interrupted"
AGAIN = "interrupted_once"
"""Of a text that goes for the second time, since the network had nothing of the first."""
SOONEST, LATEST = timedelta(seconds=5), timedelta(minutes=2)
"""Between two tries while the host cannot be reached."""
NO_SENDER = "no_sender"
STALE = "stale"
FRESH = timedelta(hours=48)
_SCOPE = "tickets:read"
REPORTED = {
    "sent": SendState.SENT,
    "delivered": SendState.DELIVERED,
    "undelivered": SendState.FAILED,
    "failed": SendState.FAILED,
}


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: the night, the number's hour or the city's budget must pass first."""

    span: timedelta


@dataclass(frozen=True, slots=True)
class Letter:
    """What to say to whom. `subject` is `type:id` of the matter; `to` is E.164."""

    city_id: UUID
    organization_id: UUID
    subject: str
    template: str
    params: Mapping[str, str]
    to: str
    purpose: Purpose = Purpose.TICKET
    is_urgent: bool = False


async def send_by_template(session: AsyncSession, letter: Letter) -> OutgoingMessage | None:
    """Enqueue it with the transaction; None when the number cannot, may not or will not get it."""
    if letter.template not in message_texts():
        raise KeyError(letter.template)
    if not may_be_texted(letter.to):
        return None
    now, row_id, vault = clock.now(), uuid7(), vault_of(session)
    to_blind = vault.blind(letter.to, purpose="phone")
    if may_be_declined(letter.template) and await consents.is_withdrawn(
        session, letter.city_id, to_blind, ConsentPurpose.SMS
    ):
        return None
    params = orjson.dumps(dict(letter.params)).decode()
    message = OutgoingMessage(
        id=row_id,
        city_id=letter.city_id,
        organization_id=letter.organization_id,
        subject=letter.subject,
        purpose=letter.purpose,
        template=letter.template,
        params_sealed=vault.seal(params, table="outgoing_message", column="params", row=row_id),
        to_masked=mask_number(letter.to),
        to_sealed=vault.seal(letter.to, table="outgoing_message", column="to", row=row_id),
        to_blind=to_blind,
        range_blind=vault.blind(range_of(letter.to), purpose="phone range"),
        send_at=now if letter.is_urgent else by_day(now),
    )
    session.add(message)
    await _enqueue(session, message)
    return message


async def claim(
    session: AsyncSession,
    message_id: UUID,
    gateway: SmsGateway,
    *,
    address: str,
    limits: SendLimits | None = None,
) -> Text | Wait | None:
    """What to send now, marked as being sent; None when it went or must not go.

    One that is found in the middle of sending was interrupted: it may have gone.
    """
    message = await queries.held_message(session, message_id)
    if message is None or message.state not in (SendState.QUEUED, SendState.SENDING):
        return None
    if message.state == SendState.SENDING:
        await note_unsure(session, message_id)
        return None
    if clock.now() - message.created_at > FRESH:
        await follow(session, message, SendState.DROPPED, STALE)
        return None
    wait = await _wait(session, message, limits or limits_for(message.purpose))
    if wait:
        return Wait(wait)
    numbers = await organizations.hotline_numbers(session, message.city_id)
    if not numbers:
        await follow(session, message, SendState.FAILED, NO_SENDER)
        return None
    message.state, message.sent_at = SendState.SENDING, clock.now()
    return await text_of(session, message, gateway, sender=numbers[0].number, address=address)


async def text_of(
    session: AsyncSession,
    message: OutgoingMessage,
    gateway: SmsGateway,
    *,
    sender: str,
    address: str,
) -> Text:
    body = await _body(session, message, address)
    vault = vault_of(session)
    to = vault.open(message.to_sealed, table="outgoing_message", column="to", row=message.id)
    return Text(to, sender, body, gateway.status_url(str(message.id)))


async def postpone(session: AsyncSession, message_id: UUID, wait: Wait) -> None:
    """The job that found so must have ended, in this transaction."""
    message = await queries.held_message(session, message_id)
    if message is not None:
        message.send_at = clock.now() + wait.span
        await _enqueue(session, message)


async def note_unsure(session: AsyncSession, message_id: UUID) -> None:
    """It may have gone: unknown until the network reports of it, or is asked in a minute."""
    message = await queries.held_message(session, message_id)
    if message is not None and message.state == SendState.SENDING:
        doubt = AGAIN if message.error == AGAIN else INTERRUPTED
        await follow(session, message, SendState.UNKNOWN, doubt)
        await look_later(session, message_id, look=0, wait=LOOKS[0])


async def look_later(
    session: AsyncSession, message_id: UUID, *, look: int, wait: timedelta
) -> None:
    payload = {"message_id": str(message_id), "look": look}
    await jobs.enqueue(session, LOOK, payload, run_at=clock.now() + wait)


async def send_again(session: AsyncSession, message: OutgoingMessage) -> None:
    """The network has nothing of it, as far as it says. Once: a second doubt ends it."""
    message.state, message.sent_at, message.error = SendState.QUEUED, None, AGAIN
    message.send_at = clock.now()
    await _enqueue(session, message)
    await _tell(session, message)


async def try_later(session: AsyncSession, message_id: UUID) -> None:
    """The host could not be reached; the longer that lasts, the less often it is tried.

    The job that found so must have ended, in this transaction.
    """
    await note_unsent(session, message_id, None)
    message = await queries.held_message(session, message_id)
    if message is not None and message.state == SendState.QUEUED:
        age = clock.now() - message.created_at
        await postpone(session, message_id, Wait(min(max(age / 2, SOONEST), LATEST)))


async def note_sent(session: AsyncSession, message_id: UUID, sid: str) -> None:
    message = await queries.held_message(session, message_id)
    if message is not None:
        message.provider_sid = sid
        await follow(session, message, SendState.SENT, None)


async def note_unsent(session: AsyncSession, message_id: UUID, error: str | None) -> None:
    """Refused for good, or (no error) to be tried again because the host could not be reached."""
    message = await queries.held_message(session, message_id)
    if message is None or message.state != SendState.SENDING:
        return
    message.sent_at = None
    if error is None:
        message.state = SendState.QUEUED
    else:
        await follow(session, message, SendState.FAILED, error)


async def note_report(
    session: AsyncSession, message_id: UUID, *, sid: str | None, status: str, error: str | None
) -> None:
    """What the network tells of a message; unknown words and late reports change nothing.

    Without `sid` the message was found by our own id, and the network's is not compared.
    """
    message = await queries.held_message(session, message_id)
    state = REPORTED.get(status)
    if message is None or state is None:
        return
    if sid is not None and message.provider_sid not in (None, sid):
        return
    message.provider_sid = sid or message.provider_sid
    await follow(session, message, state, error)


async def follow(
    session: AsyncSession, message: OutgoingMessage, state: SendState, error: str | None
) -> None:
    if not is_forward(SendState(message.state), state):
        return
    message.state, message.error = state, error
    if state in ENDED:
        message.ended_at = clock.now()
    if state is SendState.FAILED:
        log.warning("message.failed", message_id=str(message.id), error=error)
    await _tell(session, message)


async def _tell(session: AsyncSession, message: OutgoingMessage) -> None:
    await session.flush()
    await events.record(
        session,
        "message.updated",
        subject_id=message.id,
        payload=OutgoingOut.model_validate(message),
        audience=[message.organization_id],
        scope=_SCOPE,
    )


async def _wait(session: AsyncSession, message: OutgoingMessage, limits: SendLimits) -> timedelta:
    now = clock.now()
    if message.send_at > now:
        return message.send_at - now
    sent = await queries.sent_to(session, message.to_blind, message.purpose, limits.per_number)
    wait = wait_for_number(sent, now, limits)
    if wait:
        return wait
    if await _is_pumped(session, message, limits, now - HOUR):
        log.warning("messages.range_spent", city_id=str(message.city_id), purpose=message.purpose)
        return HOUR
    spent = await queries.sent_since(session, message.city_id, message.purpose, now - HOUR)
    if spent < limits.per_city:
        return timedelta()
    log.warning("messages.budget_spent", city_id=str(message.city_id), purpose=message.purpose)
    return BUDGET_WAIT


async def _is_pumped(
    session: AsyncSession, message: OutgoingMessage, limits: SendLimits, since: datetime
) -> bool:
    """Many neighbors of one range within an hour are nobody's residents."""
    others = await queries.neighbors_since(session, message, since)
    return others >= limits.per_range


async def _body(session: AsyncSession, message: OutgoingMessage, address: str) -> str:
    """In the organization's own words, as they are now. Paths become addresses."""
    sealed = vault_of(session).open(
        message.params_sealed, table="outgoing_message", column="params", row=message.id
    )
    params: dict[str, str] = orjson.loads(sealed)
    if "link" in params:
        params["link"] = f"{address}{params['link']}"
    own = await organizations.wording(session, message.organization_id)
    return written(message.template, params, own)


async def _enqueue(session: AsyncSession, message: OutgoingMessage) -> None:
    key = str(message.id)
    await jobs.enqueue(session, SEND, {"message_id": key}, run_at=message.send_at, dedupe=key)
