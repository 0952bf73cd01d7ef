"""Calls: place, look up, divert, end, forget."""

from typing import Any

from fastapi import APIRouter, Request, Response

from hotline import clock
from hotline.carrier.acts import By
from hotline.carrier.documents import DocumentInvalid, parse_twiml
from hotline.carrier.engine.scripts import RING_TIMEOUT, Order, place
from hotline.carrier.engine.session import start_leg
from hotline.carrier.exchange import LONGEST_CALL, Exchange, subscription
from hotline.carrier.legs import CallStatus, Direction, Divert, HangUp, Leg, Source
from hotline.carrier.recordings import RecordingCallback
from hotline.carrier.rest import checks
from hotline.carrier.rest.fields import Fields
from hotline.carrier.rest.pages import matches, page_of, within
from hotline.carrier.rest.route import (
    PREFIX,
    Form,
    RestError,
    RestRoute,
    Switchboard,
    not_found,
)
from hotline.carrier.rest.shapes import call_json
from hotline.carrier.sids import Prefix, new_sid
from hotline.carrier.store import Kind

NOT_IN_PROGRESS, NOT_COMPLETE = 21220, 20009
NO_TO = (21201, "No 'To' number is specified")
NO_FROM = (21213, "From phone number is required.")
BAD_TO, BAD_FROM = 21211, 21212
_BAD_TIMEOUT, _BAD_TWIML, _BAD_EVENT, _BAD_DETECTION = 21208, 12100, 21626, 21234
_LONGEST_RING = 600
_PATIENCE = 1.0
_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
_ENDS = frozenset({"completed", "canceled"})
_DETECTIONS = frozenset({"Enable", "DetectMessageEnd"})
_CHANNELS = frozenset({"mono", "dual"})
_TRACKS = frozenset({"inbound", "outbound", "both"})

router = APIRouter(prefix=PREFIX, route_class=RestRoute, include_in_schema=False)


@router.post("/Calls.json", status_code=201)
async def create_call(exchange: Switchboard, fields: Form) -> dict[str, Any]:
    to = checks.dialled(fields, NO_TO, BAD_TO)
    from_ = checks.caller(fields, NO_FROM, BAD_FROM)
    source = document_source(fields)
    if source is None:
        raise RestError(400, checks.INVALID_URL, "Url parameter is required.")
    leg = new_outbound_leg(exchange, to, from_, fields)
    start_leg(exchange, leg, place(read_order(fields, source)))
    return call_json(exchange, leg)


@router.get("/Calls.json")
async def list_calls(exchange: Switchboard, request: Request) -> dict[str, Any]:
    started, ended = within(request, "StartTime"), within(request, "EndTime")
    found = [
        leg
        for leg in reversed(exchange.legs.values())
        if _is_wanted(request, leg) and started(leg.started_at) and ended(leg.ended_at)
    ]
    return page_of(request, "calls", found, lambda leg: call_json(exchange, leg))


@router.get("/Calls/{call_sid}.json")
async def fetch_call(exchange: Switchboard, request: Request, call_sid: str) -> dict[str, Any]:
    return call_json(exchange, leg_named(exchange, request, call_sid))


@router.post("/Calls/{call_sid}.json")
async def update_call(
    exchange: Switchboard, request: Request, fields: Form, call_sid: str
) -> dict[str, Any]:
    """Divert a call in progress to another document, or end it."""
    leg = leg_named(exchange, request, call_sid)
    status = checks.choice(fields, "Status", _ENDS)
    source = document_source(fields)
    if not leg.is_live:
        raise _not_in_progress()
    if status is not None:
        await _end(leg, canceled=status == "canceled")
    elif source is not None:
        if not leg.is_answered:
            raise _not_in_progress()
        leg.interrupt(Divert(source))
    _change_settings(exchange, leg, fields)
    return call_json(exchange, leg)


@router.delete("/Calls/{call_sid}.json", status_code=204)
async def delete_call(exchange: Switchboard, request: Request, call_sid: str) -> Response:
    leg = leg_named(exchange, request, call_sid)
    if leg.is_live:
        raise not_complete()
    del exchange.legs[leg.sid]
    exchange.store.forget(Kind.CALL, leg.sid)
    return Response(status_code=204)


def leg_named(exchange: Exchange, request: Request, call_sid: str) -> Leg:
    leg = exchange.legs.get(call_sid)
    if leg is None:
        raise not_found(request)
    return leg


def document_source(fields: Fields) -> Source | None:
    """`Url`, or the document itself in `Twiml`; the address wins."""
    url = checks.url(fields, "Url")
    if url is not None:
        return Source(url, checks.method(fields, "Method", code=checks.INVALID_CALL_METHOD))
    twiml = fields.text("Twiml")
    if twiml is None:
        return None
    try:
        parse_twiml(twiml, None)
    except DocumentInvalid as invalid:
        raise RestError(400, _BAD_TWIML, "Twiml is not valid") from invalid
    return Source(twiml=twiml)


def new_outbound_leg(exchange: Exchange, to: str, from_: str, fields: Fields) -> Leg:
    events = fields.words("StatusCallbackEvent") or ("completed",)
    if not _EVENTS.issuperset(events):
        raise RestError(400, _BAD_EVENT, "StatusCallbackEvent is not valid")
    detection = checks.choice(fields, "MachineDetection", _DETECTIONS, _BAD_DETECTION)
    own = exchange.numbers.dialled(from_)
    leg = Leg(
        sid=new_sid(Prefix.CALL),
        from_=from_,
        to=to,
        direction=Direction.OUTBOUND_API,
        created_at=clock.now(),
        number_sid=own.sid if own else None,
        fallback=_fallback(fields),
        subscription=subscription(
            checks.url(fields, "StatusCallback", checks.INVALID_STATUS_CALLBACK),
            checks.method(fields, "StatusCallbackMethod"),
            events,
        ),
    )
    if detection is not None:
        leg.answered_by = "human"
    return leg


def read_order(fields: Fields, source: Source) -> Order:
    timeout = checks.whole(fields, "Timeout", 1, _LONGEST_RING, _BAD_TIMEOUT)
    return Order(
        source,
        timeout=timeout or RING_TIMEOUT,
        time_limit=checks.whole(fields, "TimeLimit", 1, 86_400) or LONGEST_CALL,
        send_digits=checks.digits(fields, "SendDigits"),
        is_recorded=fields.boolean("Record"),
        channels=read_channels(fields),
        track=read_track(fields),
        recording_callback=read_recording_callback(fields),
    )


def read_channels(fields: Fields) -> int:
    return 2 if checks.choice(fields, "RecordingChannels", _CHANNELS) == "dual" else 1


def read_track(fields: Fields) -> str:
    return checks.choice(fields, "RecordingTrack", _TRACKS) or "both"


def read_recording_callback(fields: Fields, prefix: str = "") -> RecordingCallback:
    return RecordingCallback(
        checks.url(fields, f"{prefix}RecordingStatusCallback"),
        checks.method(fields, f"{prefix}RecordingStatusCallbackMethod"),
        frozenset(fields.words(f"{prefix}RecordingStatusCallbackEvent") or ("completed",)),
    )


def _is_wanted(request: Request, leg: Leg) -> bool:
    status = "queued" if leg.status is CallStatus.INITIATED else leg.status.value
    return (
        matches(request, "To", leg.to)
        and matches(request, "From", leg.from_)
        and matches(request, "ParentCallSid", leg.parent_sid)
        and matches(request, "Status", status)
    )


async def _end(leg: Leg, *, canceled: bool) -> None:
    """`canceled` touches only calls that nobody has answered yet."""
    if canceled and leg.is_answered:
        return
    leg.interrupt(HangUp(By.REST, CallStatus.CANCELED if canceled else None))
    await leg.has_ended(within=_PATIENCE)


def _change_settings(exchange: Exchange, leg: Leg, fields: Fields) -> None:
    limit = checks.whole(fields, "TimeLimit", 1, 86_400)
    if limit is not None and leg.is_live:
        exchange.limit(leg, limit)
    if "FallbackUrl" in fields:
        leg.fallback = _fallback(fields)
    if "StatusCallback" in fields:
        url = checks.url(fields, "StatusCallback", checks.INVALID_STATUS_CALLBACK)
        leg.subscription = subscription(url, checks.method(fields, "StatusCallbackMethod"))
    exchange.keep(leg)


def _fallback(fields: Fields) -> Source | None:
    url = checks.url(fields, "FallbackUrl")
    return Source(url, checks.method(fields, "FallbackMethod")) if url else None


def _not_in_progress() -> RestError:
    return RestError(400, NOT_IN_PROGRESS, "Call is not in-progress. Cannot redirect.")


def not_complete() -> RestError:
    return RestError(409, NOT_COMPLETE, "Cannot delete this resource before it is complete")
