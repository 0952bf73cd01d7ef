"""How text messages travel out to a phone, and what is told on the way."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotline import clock
from hotline.carrier.memory import keep_newest
from hotline.carrier.messages import Message, MessageDirection, MessageStatus
from hotline.carrier.opt_outs import UNSUBSCRIBED
from hotline.carrier.sids import Prefix, new_sid
from hotline.carrier.store import Kind

if TYPE_CHECKING:
    from hotline.carrier.exchange import Exchange

UNREACHABLE = 30003
_STEP_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class NewMessage:
    from_: str | None
    to: str
    body: str
    direction: MessageDirection
    service_sid: str | None = None
    callback: str | None = None
    owner: str | None = None


def send_message(exchange: "Exchange", new: NewMessage) -> Message:
    """It is sent and delivered in the background; a messaging service accepts it before that."""
    is_direct = new.service_sid is None
    message = new_message(new, MessageStatus.QUEUED if is_direct else MessageStatus.ACCEPTED)
    keep_message(exchange, message)
    exchange.tasks.start(_travel(exchange, message), name="carrier-message")
    return message


def resume_message(exchange: "Exchange", message: Message) -> None:
    """A message that was under way when an earlier run ended travels on."""
    exchange.tasks.start(_travel(exchange, message), name="carrier-message")


def keep_message(exchange: "Exchange", message: Message) -> None:
    message.updated_at = clock.now()
    exchange.messages[message.sid] = message
    keep_newest(exchange.messages, lambda old: not old.is_under_way)
    state = message.as_state()
    exchange.store.save(Kind.MESSAGE, message.sid, state, is_live=message.is_under_way)


def new_message(new: NewMessage, status: MessageStatus) -> Message:
    now = clock.now()
    return Message(
        new_sid(Prefix.MESSAGE),
        new.from_,
        new.to,
        new.body,
        new.direction,
        now,
        now,
        status=status,
        service_sid=new.service_sid,
        callback=new.callback,
        owner=new.owner,
    )


async def _travel(exchange: "Exchange", message: Message) -> None:
    """From wherever it is; what it was at first is not told."""
    fails = exchange.faults.message_fails_now()
    if message.status is MessageStatus.ACCEPTED:
        sender = exchange.numbers.first()
        message.from_ = message.from_ or (sender.phone_number if sender else None)
        if exchange.opt_outs.covers(message.from_, message.to):
            refuse_message(exchange, message)
            return
        _move(exchange, message, MessageStatus.QUEUED)
    await exchange.clock.sleep(_STEP_SECONDS)
    if message.status is not MessageStatus.SENT:
        message.sent_at = clock.now()
        _move(exchange, message, MessageStatus.SENT)
    await exchange.clock.sleep(_STEP_SECONDS)
    if fails:
        message.error_code = UNREACHABLE
    _move(exchange, message, MessageStatus.UNDELIVERED if fails else MessageStatus.DELIVERED)


def refuse_message(exchange: "Exchange", message: Message) -> None:
    """The phone wants nothing from this number."""
    message.error_code = UNSUBSCRIBED
    _move(exchange, message, MessageStatus.FAILED)


def _move(exchange: "Exchange", message: Message, status: MessageStatus) -> None:
    message.status = status
    keep_message(exchange, message)
    fields = message_fields(exchange, message) | {
        "MessageStatus": status.value,
        "SmsStatus": status.value,
    }
    if message.error_code is not None:
        fields["ErrorCode"] = str(message.error_code)
    exchange.callbacks.send(message.callback, "POST", fields)


def message_fields(exchange: "Exchange", message: Message) -> dict[str, str]:
    fields = {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsMessageSid": message.sid,
        "AccountSid": exchange.settings.account_sid,
        "From": message.from_ or "",
        "To": message.to,
        "ApiVersion": "2010-04-01",
    }
    if message.service_sid:
        fields["MessagingServiceSid"] = message.service_sid
    return fields
