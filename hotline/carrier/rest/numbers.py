"""IncomingPhoneNumbers: which numbers the carrier serves, and who is asked when one is called."""

from typing import Any

from fastapi import APIRouter, Request, Response

from hotline import clock
from hotline.carrier import addresses
from hotline.carrier.exchange import Exchange
from hotline.carrier.numbers import Number
from hotline.carrier.rest import checks
from hotline.carrier.rest.fields import Fields
from hotline.carrier.rest.pages import page_of
from hotline.carrier.rest.route import (
    PREFIX,
    Form,
    RestError,
    RestRoute,
    Switchboard,
    not_found,
)
from hotline.carrier.rest.shapes import number_json
from hotline.carrier.sids import Prefix, new_sid
from hotline.carrier.store import Kind

_INVALID_NUMBER, _NUMBER_TAKEN, _INVALID_URL = 21421, 21422, 21402
_URLS = {
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallback": "status_callback",
    "SmsUrl": "sms_url",
    "SmsFallbackUrl": "sms_fallback_url",
}
_METHODS = {
    "VoiceMethod": "voice_method",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallbackMethod": "status_callback_method",
    "SmsMethod": "sms_method",
    "SmsFallbackMethod": "sms_fallback_method",
}

router = APIRouter(
    prefix=f"{PREFIX}/IncomingPhoneNumbers", route_class=RestRoute, include_in_schema=False
)


@router.post(".json", status_code=201)
async def create_number(exchange: Switchboard, fields: Form) -> dict[str, Any]:
    phone_number = addresses.clean(fields.text("PhoneNumber") or "")
    if not addresses.is_number(phone_number):
        raise RestError(400, _INVALID_NUMBER, "PhoneNumber is invalid")
    if exchange.numbers.dialled(phone_number) is not None:
        raise RestError(400, _NUMBER_TAKEN, f"{phone_number} is not available.")
    settings = _read(fields)
    now = clock.now()
    name = fields.text("FriendlyName") or addresses.formatted(phone_number)
    number = Number(new_sid(Prefix.NUMBER), phone_number, name, now, now)
    _change(exchange, number, settings)
    exchange.numbers.add(number)
    return number_json(exchange, number)


@router.get(".json")
async def list_numbers(exchange: Switchboard, request: Request) -> dict[str, Any]:
    found = [
        number
        for number in reversed(exchange.numbers.by_sid.values())
        if _is_wanted(request, number)
    ]
    return page_of(
        request, "incoming_phone_numbers", found, lambda item: number_json(exchange, item)
    )


@router.get("/{number_sid}.json")
async def fetch_number(exchange: Switchboard, request: Request, number_sid: str) -> dict[str, Any]:
    return number_json(exchange, _number(exchange, request, number_sid))


@router.post("/{number_sid}.json")
async def update_number(
    exchange: Switchboard, request: Request, fields: Form, number_sid: str
) -> dict[str, Any]:
    number = _number(exchange, request, number_sid)
    settings = _read(fields)
    if fields.text("FriendlyName"):
        settings["friendly_name"] = fields.text("FriendlyName")
    _change(exchange, number, settings)
    return number_json(exchange, number)


@router.delete("/{number_sid}.json", status_code=204)
async def delete_number(exchange: Switchboard, request: Request, number_sid: str) -> Response:
    number = _number(exchange, request, number_sid)
    exchange.numbers.remove(number)
    exchange.store.forget(Kind.NUMBER, number.sid)
    return Response(status_code=204)


def _number(exchange: Exchange, request: Request, number_sid: str) -> Number:
    number = exchange.numbers.by_sid.get(number_sid)
    if number is None:
        raise not_found(request)
    return number


def _is_wanted(request: Request, number: Number) -> bool:
    """`PhoneNumber` may be a part of the number; `*` stands for any digit."""
    name = request.query_params.get("FriendlyName")
    wanted = request.query_params.get("PhoneNumber")
    if name and name != number.friendly_name:
        return False
    return not wanted or addresses.contains(number.phone_number, wanted)


def _read(fields: Fields) -> dict[str, Any]:
    """What is to be set; an empty address takes the webhook away."""
    settings: dict[str, Any] = {}
    for name, attribute in _URLS.items():
        if name in fields:
            settings[attribute] = checks.url(fields, name, _INVALID_URL)
    for name, attribute in _METHODS.items():
        if name in fields:
            settings[attribute] = checks.method(fields, name)
    if "VoiceCallerIdLookup" in fields:
        settings["voice_caller_id_lookup"] = fields.boolean("VoiceCallerIdLookup")
    return settings


def _change(exchange: Exchange, number: Number, settings: dict[str, Any]) -> None:
    for attribute, value in settings.items():
        setattr(number, attribute, value)
    number.updated_at = clock.now()
    exchange.store.save(Kind.NUMBER, number.sid, number.as_state())
