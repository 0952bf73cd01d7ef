"""How text messages travel: out to a phone, in from a phone, and what is told on the way."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotline import clock, logs
from hotline.carrier.documents import DocumentInvalid, Element, parse_twiml
from hotline.carrier.memory import keep_newest
from hotline.carrier.messages import Message, MessageDirection, MessageStatus, segment_count
from hotline.carrier.numbers import Number
from hotline.carrier.sids import Prefix, new_sid
from hotline.carrier.store import Kind
from hotline.carrier.urls import is_webhook_url, resolve
from hotline.carrier.webhooks import Reply, WebhookFailed

if TYPE_CHECKING:
    from hotline.carrier.exchange import Exchange

UNREACHABLE = 30003
_STEP_SECONDS = 0.3
_NO_CONTENT = 204
_VERBS = frozenset({"Message", "Sms"})

log = logs.get_logger()


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
    message = _new_message(new, MessageStatus.QUEUED if is_direct else MessageStatus.ACCEPTED)
    keep_message(exchange, message)
    exchange.tasks.start(_travel(exchange, message), name="carrier-message")
    return message


def receive_message(exchange: "Exchange", number: Number, new: NewMessage) -> Message:
    """A message that a phone sent to a served number."""
    message = _new_message(new, MessageStatus.RECEIVED)
    message.sent_at = message.created_at
    keep_message(exchange, message)
    exchange.tasks.start(_hand_over(exchange, number, message), name="carrier-message")
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


def _new_message(new: NewMessage, status: MessageStatus) -> Message:
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
        _move(exchange, message, MessageStatus.QUEUED)
    await exchange.clock.sleep(_STEP_SECONDS)
    if message.status is not MessageStatus.SENT:
        message.sent_at = clock.now()
        _move(exchange, message, MessageStatus.SENT)
    await exchange.clock.sleep(_STEP_SECONDS)
    if fails:
        message.error_code = UNREACHABLE
    _move(exchange, message, MessageStatus.UNDELIVERED if fails else MessageStatus.DELIVERED)


def _move(exchange: "Exchange", message: Message, status: MessageStatus) -> None:
    message.status = status
    keep_message(exchange, message)
    fields = _fields(exchange, message) | {
        "MessageStatus": status.value,
        "SmsStatus": status.value,
    }
    if message.error_code is not None:
        fields["ErrorCode"] = str(message.error_code)
    exchange.callbacks.send(message.callback, "POST", fields)


async def _hand_over(exchange: "Exchange", number: Number, message: Message) -> None:
    """Ask the number's address what to answer; its fallback when that fails."""
    if not number.sms_url:
        return
    try:
        reply = await _ask(exchange, message, number.sms_url, number.sms_method, {})
    except WebhookFailed as failure:
        await _fall_back(exchange, number, message, failure.code)
        return
    try:
        _answer(exchange, message, reply)
    except DocumentInvalid as invalid:
        await _fall_back(exchange, number, message, invalid.code)


async def _fall_back(
    exchange: "Exchange", number: Number, message: Message, error_code: int
) -> None:
    log.warning("carrier.message_failed", code=error_code, message_sid=message.sid)
    if not number.sms_fallback_url:
        return
    more = {"ErrorCode": str(error_code), "ErrorUrl": number.sms_url or ""}
    try:
        reply = await _ask(
            exchange, message, number.sms_fallback_url, number.sms_fallback_method, more
        )
        _answer(exchange, message, reply)
    except (WebhookFailed, DocumentInvalid):
        log.warning("carrier.message_fallback_failed", message_sid=message.sid)


async def _ask(
    exchange: "Exchange", message: Message, url: str, method: str, more: dict[str, str]
) -> Reply:
    body = {"Body": message.body, "NumMedia": "0"}
    body["NumSegments"] = str(segment_count(message.body))
    body["SmsStatus"] = MessageStatus.RECEIVED.value
    fields = _fields(exchange, message) | body | more
    return await exchange.webhooks.ask(url, method, fields)


def _answer(exchange: "Exchange", message: Message, reply: Reply) -> None:
    """Every `Message` of the document goes back to the phone; plain text does too."""
    if reply.status == _NO_CONTENT or not reply.body.strip():
        return
    if (reply.content_type or "").lower().startswith("text/plain"):
        _reply(exchange, message, reply.body.decode(errors="replace"), None)
        return
    for verb in parse_twiml(reply.body, reply.url).verbs:
        if verb.name in _VERBS:
            _reply(exchange, message, _text(verb), _callback(verb, reply.url))


def _text(verb: Element) -> str:
    body = next((part for part in verb.elements() if part.name == "Body"), verb)
    return body.own_text()


def _callback(verb: Element, base: str) -> str | None:
    address = verb.attributes.get("statusCallback") or verb.attributes.get("action")
    url = resolve(base, address) if address else None
    return url if url and is_webhook_url(url) else None


def _reply(exchange: "Exchange", message: Message, text: str, callback: str | None) -> None:
    if not text:
        return
    send_message(
        exchange,
        NewMessage(
            from_=message.to,
            to=message.from_ or "",
            body=text,
            direction=MessageDirection.OUTBOUND_REPLY,
            callback=callback,
            owner=message.owner,
        ),
    )


def _fields(exchange: "Exchange", message: Message) -> dict[str, str]:
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
