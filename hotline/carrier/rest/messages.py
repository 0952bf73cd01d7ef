"""Messages: send, look up, blank, forget."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response

from hotline.carrier import addresses
from hotline.carrier.exchange import Exchange
from hotline.carrier.messages import Message, MessageDirection
from hotline.carrier.opt_outs import UNSUBSCRIBED, UNSUBSCRIBED_MESSAGE
from hotline.carrier.post import NewMessage, keep_message, send_message
from hotline.carrier.rest import checks
from hotline.carrier.rest.calls import not_complete
from hotline.carrier.rest.fields import Fields
from hotline.carrier.rest.pages import matches, page_of, within
from hotline.carrier.rest.route import (
    INVALID_PARAMETER,
    PREFIX,
    Form,
    RestError,
    RestRoute,
    Switchboard,
    not_found,
)
from hotline.carrier.rest.shapes import message_json
from hotline.carrier.store import Kind

_NO_BODY, _NO_FROM, _TOO_LONG, _NO_CONTENT = 21602, 21603, 21617, 21619
_SAME_NUMBER, _NO_MEDIA, _BAD_VALIDITY, _BAD_SERVICE = 21266, 21621, 21624, 21705
_NOT_SCHEDULED = 30409
_NO_TO = (21604, "A 'To' phone number is required.")
_BAD_TO, _BAD_FROM = 21211, 21212
_LONGEST_BODY = 1600
_LONGEST_VALIDITY = 36_000
_LONGEST_SENDER_NAME = 11
_STATES = frozenset({"canceled"})
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")

router = APIRouter(prefix=f"{PREFIX}/Messages", route_class=RestRoute, include_in_schema=False)


@router.post(".json", status_code=201)
async def create_message(exchange: Switchboard, fields: Form) -> dict[str, Any]:
    to = checks.number(fields, "To", _NO_TO, _BAD_TO)
    service_sid = _service(fields)
    sender = _sender(fields, service_sid)
    if sender is not None and addresses.key(sender) == addresses.key(to):
        raise RestError(400, _SAME_NUMBER, "'To' and 'From' number cannot be the same.")
    checks.whole(fields, "ValidityPeriod", 1, _LONGEST_VALIDITY, _BAD_VALIDITY)
    new = NewMessage(
        from_=sender,
        to=to,
        body=_body(fields, service_sid),
        direction=MessageDirection.OUTBOUND_API,
        service_sid=service_sid,
        callback=checks.url(fields, "StatusCallback", checks.INVALID_STATUS_CALLBACK),
    )
    if service_sid is None and exchange.opt_outs.covers(sender, to):
        raise RestError(400, UNSUBSCRIBED, UNSUBSCRIBED_MESSAGE)
    return message_json(exchange, send_message(exchange, new))


@router.get(".json")
async def list_messages(exchange: Switchboard, request: Request) -> dict[str, Any]:
    sent = within(request, "DateSent")
    found = [
        message
        for message in reversed(exchange.messages.values())
        if matches(request, "To", message.to)
        and matches(request, "From", message.from_)
        and sent(message.sent_at)
    ]
    return page_of(request, "messages", found, lambda item: message_json(exchange, item))


@router.get("/{message_sid}.json")
async def fetch_message(
    exchange: Switchboard, request: Request, message_sid: str
) -> dict[str, Any]:
    return message_json(exchange, _message(exchange, request, message_sid))


@router.post("/{message_sid}.json")
async def update_message(
    exchange: Switchboard, request: Request, fields: Form, message_sid: str
) -> dict[str, Any]:
    """An empty body takes the text out of the record. Nothing is ever scheduled here."""
    message = _message(exchange, request, message_sid)
    if checks.choice(fields, "Status", _STATES) is not None:
        raise RestError(400, _NOT_SCHEDULED, "This message cannot be canceled.")
    if "Body" not in fields or fields.text("Body") is not None:
        raise RestError(400, INVALID_PARAMETER, "Only an empty Body can be set")
    message.body = ""
    keep_message(exchange, message)
    return message_json(exchange, message)


@router.delete("/{message_sid}.json", status_code=204)
async def delete_message(exchange: Switchboard, request: Request, message_sid: str) -> Response:
    message = _message(exchange, request, message_sid)
    if message.is_under_way:
        raise not_complete()
    del exchange.messages[message.sid]
    exchange.store.forget(Kind.MESSAGE, message.sid)
    return Response(status_code=204)


def _message(exchange: Exchange, request: Request, message_sid: str) -> Message:
    message = exchange.messages.get(message_sid)
    if message is None:
        raise not_found(request)
    return message


@router.get("/{message_sid}/Media.json")
async def list_media(exchange: Switchboard, request: Request, message_sid: str) -> dict[str, Any]:
    """Text messages carry none."""
    _message(exchange, request, message_sid)
    nothing: list[Message] = []
    return page_of(request, "media_list", nothing, lambda item: message_json(exchange, item))


def _service(fields: Fields) -> str | None:
    sid = fields.text("MessagingServiceSid")
    if sid is not None and not _SERVICE.fullmatch(sid):
        raise RestError(400, _BAD_SERVICE, "The Messaging Service Sid is invalid.")
    return sid


def _sender(fields: Fields, service_sid: str | None) -> str | None:
    """A number or a name of at most 11 characters; a messaging service chooses its own."""
    value = fields.text("From")
    if value is None:
        if service_sid is None:
            raise RestError(400, _NO_FROM, "A 'From' phone number is required.")
        return None
    sender = addresses.clean(value)
    if not addresses.is_number(sender) and len(sender) > _LONGEST_SENDER_NAME:
        raise RestError(400, _BAD_FROM, f"The 'From' number {value} is not a valid phone number.")
    return sender


def _body(fields: Fields, service_sid: str | None) -> str:
    if "MediaUrl" in fields:
        raise RestError(400, _NO_MEDIA, "The 'From' number has not been enabled for MMS.")
    body = fields.text("Body")
    if body is None:
        code = _NO_BODY if service_sid is None else _NO_CONTENT
        raise RestError(400, code, "Message body is required.")
    if len(body) > _LONGEST_BODY:
        raise RestError(400, _TOO_LONG, "The message body exceeds 1600 characters.")
    return body
