"""A message that may have gone is looked for at the network, and goes again only if it did not."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.messages import queries, sending
from hotline.messages.gateway import SmsGateway, Text
from hotline.messages.models import OutgoingMessage
from hotline.messages.sending import AGAIN, FRESH, INTERRUPTED, LOOKS, REPORTED
from hotline.messages.states import SendState
from hotline.organizations import queries as organizations
from hotline.telephony.client import SentText

log = structlog.get_logger()

NOT_NOW = timedelta(minutes=15)
_CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was sent, and what the network has; None when it could not be asked."""

    body: str
    sent: list[SentText] | None


async def text_in_doubt(
    session: AsyncSession, message_id: UUID, gateway: SmsGateway, *, address: str
) -> Text | None:
    """What may have gone; None once its fate is known."""
    message = await queries.held_message(session, message_id)
    if message is None or message.state != SendState.UNKNOWN:
        return None
    numbers = await organizations.hotline_numbers(session, message.city_id)
    sender = numbers[0].number if numbers else ""
    return await sending.text_of(session, message, gateway, sender=sender, address=address)


async def conclude(session: AsyncSession, message_id: UUID, seen: Seen, *, look: int) -> None:
    """Found, it is followed; absent at every look, it goes again.

    While the network cannot be asked, its report is waited for, until it is not worth waiting.
    """
    message = await queries.held_message(session, message_id)
    if message is None or message.state != SendState.UNKNOWN:
        return
    if seen.sent is None:
        await _wait_or_give_up(session, message, look)
        return
    known = await queries.known_sids(session, [one.sid for one in seen.sent])
    ours = [one for one in seen.sent if one.sid not in known and _is_it(message, seen.body, one)]
    if ours:
        await _found(session, message, ours[0])
    elif look + 1 < len(LOOKS):
        await sending.look_later(session, message_id, look=look + 1, wait=LOOKS[look + 1])
    elif message.error == AGAIN:
        await sending.follow(session, message, SendState.FAILED, INTERRUPTED)
    else:
        log.warning("message.never_left", message_id=str(message_id))
        await sending.send_again(session, message)


def _is_it(message: OutgoingMessage, body: str, one: SentText) -> bool:
    """Networks may put words before ours, and some accounts have the text taken out."""
    earliest = (message.sent_at or message.created_at) - _CLOCKS_DIFFER
    is_late_enough = one.created_at is None or one.created_at >= earliest
    return is_late_enough and (not one.body or one.body.strip().endswith(body.strip()))


async def _found(session: AsyncSession, message: OutgoingMessage, one: SentText) -> None:
    message.provider_sid = one.sid
    state = REPORTED.get(one.status, SendState.SENT)
    await sending.follow(session, message, state, one.error)


async def _wait_or_give_up(session: AsyncSession, message: OutgoingMessage, look: int) -> None:
    if clock.now() - message.created_at > FRESH:
        await sending.follow(session, message, SendState.FAILED, INTERRUPTED)
    else:
        await sending.look_later(session, message.id, look=look, wait=NOT_NOW)
