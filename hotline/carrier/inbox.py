"""Messages that phones send: kept, heeded where they are keywords, answered by a document."""

from typing import TYPE_CHECKING

from hotline import logs
from hotline.carrier import attributes
from hotline.carrier.documents import DocumentInvalid, Element, read_document
from hotline.carrier.legs import Source
from hotline.carrier.messages import Message, MessageDirection, MessageStatus, segment_count
from hotline.carrier.numbers import Number
from hotline.carrier.opt_outs import Keyword, OptOut, keyword_of, reply_to
from hotline.carrier.post import (
    NewMessage,
    keep_message,
    message_fields,
    new_message,
    refuse_message,
    send_message,
)
from hotline.carrier.sids import Prefix, new_sid
from hotline.carrier.store import Kind
from hotline.carrier.urls import is_webhook_url, resolve
from hotline.carrier.webhooks import Reply, WebhookFailed

if TYPE_CHECKING:
    from hotline.carrier.exchange import Exchange

TOO_MANY_DOCUMENTS, TOO_MANY_REPLIES = 14106, 14109
_MOST_DOCUMENTS, _MOST_REPLIES = 50, 10
_NO_CONTENT = 204
_VERBS = frozenset({"Message", "Sms"})

log = logs.get_logger()


def receive_message(exchange: "Exchange", number: Number, new: NewMessage) -> Message:
    """A message that a phone sent to a served number; the application hears of keywords too."""
    message = new_message(new, MessageStatus.RECEIVED)
    message.sent_at = message.created_at
    keep_message(exchange, message)
    _heed_keyword(exchange, message)
    exchange.tasks.start(_hand_over(exchange, number, message), name="carrier-message")
    return message


def _heed_keyword(exchange: "Exchange", message: Message) -> None:
    """Block or unblock the pair; what changes nothing is not answered, nor a phone that wants none.

    The confirmation of a STOP is the one message that still goes.
    """
    keyword, phone = keyword_of(message.body), message.from_ or ""
    if keyword is None:
        return
    is_stopped = exchange.opt_outs.covers(message.to, phone)
    if is_stopped != (keyword is Keyword.START):
        return
    if keyword is Keyword.STOP:
        opt_out = OptOut(new_sid(Prefix.OPT_OUT), message.to, phone)
        exchange.opt_outs.add(opt_out)
        exchange.store.save(Kind.OPT_OUT, opt_out.sid, opt_out.as_state())
    elif stopped := exchange.opt_outs.remove(message.to, phone):
        exchange.store.forget(Kind.OPT_OUT, stopped.sid)
    send_message(exchange, _answer_to(message, reply_to(keyword, exchange.settings.language)))


async def _hand_over(exchange: "Exchange", number: Number, message: Message) -> None:
    """Ask the number's address what to answer; its fallback when that fails."""
    if not number.sms_url:
        return
    failure = await _follow(exchange, message, Source(number.sms_url, number.sms_method))
    if failure is None or not number.sms_fallback_url:
        return
    fields = {"ErrorCode": str(failure.code), "ErrorUrl": failure.url}
    await _follow(
        exchange,
        message,
        Source(number.sms_fallback_url, number.sms_fallback_method, fields=fields),
    )


async def _follow(exchange: "Exchange", message: Message, source: Source) -> WebhookFailed | None:
    """Follow a document and what it redirects to; returns why that failed."""
    for _ in range(_MOST_DOCUMENTS):
        try:
            upcoming = _answer(exchange, message, await _ask(exchange, message, source))
        except (WebhookFailed, DocumentInvalid) as error:
            log.warning("carrier.message_failed", code=error.code, message_sid=message.sid)
            return WebhookFailed(error.code, error.message, source.url or "")
        if upcoming is None:
            return None
        source = upcoming
    log.warning("carrier.message_loops", code=TOO_MANY_DOCUMENTS, message_sid=message.sid)
    return None


async def _ask(exchange: "Exchange", message: Message, source: Source) -> Reply:
    fields = message_fields(exchange, message) | {
        "Body": message.body,
        "NumMedia": "0",
        "NumSegments": str(segment_count(message.body)),
        "SmsStatus": MessageStatus.RECEIVED.value,
    }
    return await exchange.webhooks.ask(source.url or "", source.method, fields | source.fields)


def _answer(exchange: "Exchange", message: Message, reply: Reply) -> Source | None:
    """Every `Message` of the document goes back to the phone; plain text does too.

    A `Redirect` leads on, and what stands after it is not followed.
    """
    if reply.status == _NO_CONTENT or not reply.body.strip():
        return None
    if (reply.content_type or "").lower().startswith("text/plain"):
        _reply(exchange, message, reply.body.decode(errors="replace"), None)
        return None
    count = 0
    for verb in read_document(reply.body, reply.content_type, reply.url).verbs:
        if verb.name == "Redirect":
            return Source(resolve(reply.url, verb.own_text()), attributes.method(verb))
        if verb.name not in _VERBS:
            continue
        count += 1
        if count > _MOST_REPLIES:
            log.warning("carrier.replies_cut", code=TOO_MANY_REPLIES, message_sid=message.sid)
            return None
        _reply(exchange, message, _text(verb), _callback(verb, reply.url))
    return None


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
    answer = _answer_to(message, text, callback)
    if exchange.opt_outs.covers(message.to, message.from_ or ""):
        refuse_message(exchange, new_message(answer, MessageStatus.QUEUED))
    else:
        send_message(exchange, answer)


def _answer_to(message: Message, text: str, callback: str | None = None) -> NewMessage:
    return NewMessage(
        from_=message.to,
        to=message.from_ or "",
        body=text,
        direction=MessageDirection.OUTBOUND_REPLY,
        callback=callback,
        owner=message.owner,
    )
