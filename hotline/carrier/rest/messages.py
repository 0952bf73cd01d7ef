"""Messages: send, look up, blank, forget."""

from typing import Any

from fastapi import APIRouter, Request, Response

from hotline.carrier import addresses
from hotline.carrier.exchange import Exchange
from hotline.carrier.messages import Message, MessageDirection
from hotline.carrier.post import NewMessage, keep_message, send_message
from hotline.carrier.rest import checks
from hotline.carrier.rest.fields import Fields
from hotline.carrier.rest.pages import matches, matches_date, page_of
from hotline.carrier.rest.route import (
    PREFIX,
    Form,
    RestError,
    RestRoute,
    Switchboard,
    not_found,
)
from hotline.carrier.rest.shapes import message_json
from hotline.carrier.store import Kind

_NO_BODY, _NO_FROM, _TOO_LONG = 21602, 21603, 21617
_NO_TO = (21604, "A 'To' phone number is required.")
_BAD_TO, _BAD_FROM = 21211, 21212
_LONGEST_BODY = 1600
_LONGEST_SENDER_NAME = 11

router = APIRouter(prefix=f"{PREFIX}/Messages", route_class=RestRoute, include_in_schema=False)


@router.post(".json", status_code=201)
async def create_message(exchange: Switchboard, fields: Form) -> dict[str, Any]:
    to = checks.dialled(fields, _NO_TO, _BAD_TO)
    service_sid = fields.text("MessagingServiceSid")
    message = send_message(
        exchange,
        NewMessage(
            from_=_sender(fields, service_sid),
            to=to,
            body=_body(fields),
            direction=MessageDirection.OUTBOUND_API,
            service_sid=service_sid,
            callback=checks.url(fields, "StatusCallback", checks.INVALID_STATUS_CALLBACK),
        ),
    )
    return message_json(exchange, message)


@router.get(".json")
async def list_messages(exchange: Switchboard, request: Request) -> dict[str, Any]:
    found = [
        message
        for message in reversed(exchange.messages.values())
        if matches(request, "To", message.to)
        and matches(request, "From", message.from_)
        and matches_date(request, "DateSent", message.sent_at)
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
    """An empty body takes the text out of the record."""
    message = _message(exchange, request, message_sid)
    if "Body" not in fields or fields.text("Body") is not None:
        raise RestError(400, checks.INVALID_PARAMETER, "Only an empty Body can be set")
    message.body = ""
    keep_message(exchange, message)
    return message_json(exchange, message)


@router.delete("/{message_sid}.json", status_code=204)
async def delete_message(exchange: Switchboard, request: Request, message_sid: str) -> Response:
    message = _message(exchange, request, message_sid)
    del exchange.messages[message.sid]
    exchange.store.forget(Kind.MESSAGE, message.sid)
    return Response(status_code=204)


def _message(exchange: Exchange, request: Request, message_sid: str) -> Message:
    message = exchange.messages.get(message_sid)
    if message is None:
        raise not_found(request)
    return message


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


def _body(fields: Fields) -> str:
    body = fields.text("Body")
    if body is None:
        raise RestError(400, _NO_BODY, "Message body is required.")
    if len(body) > _LONGEST_BODY:
        raise RestError(400, _TOO_LONG, "The message body exceeds 1600 characters.")
    return body
