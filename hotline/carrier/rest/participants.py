"""Participants of a conference: call in, look up, mute, hold, coach, announce, send out."""

from typing import Any

from fastapi import APIRouter, Request, Response

from hotline.carrier import rooms
from hotline.carrier.acts import By
from hotline.carrier.conferences import (
    Conference,
    Entrance,
    Left,
    Participant,
    participant_of,
)
from hotline.carrier.engine.scripts import call_into
from hotline.carrier.engine.session import start_leg
from hotline.carrier.legs import CallStatus, HangUp, Source, Subscription
from hotline.carrier.rest import checks
from hotline.carrier.rest.calls import (
    BAD_FROM,
    BAD_TO,
    NO_FROM,
    NO_TO,
    new_outbound_leg,
    read_order,
    read_recording_callback,
)
from hotline.carrier.rest.conferences import room_named
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
from hotline.carrier.rest.shapes import participant_json

_LABEL_TAKEN = 16025
_BEEPS = frozenset({"true", "false", "onEnter", "onExit"})

router = APIRouter(
    prefix=f"{PREFIX}/Conferences/{{conference_sid}}/Participants",
    route_class=RestRoute,
    include_in_schema=False,
)


@router.post(".json", status_code=201)
async def create_participant(
    exchange: Switchboard, fields: Form, conference_sid: str
) -> dict[str, Any]:
    """Call somebody into a room, which is made when there is none of that name or SID."""
    to = checks.dialled(fields, NO_TO, BAD_TO)
    from_ = checks.caller(fields, NO_FROM, BAD_FROM)
    entrance = _read_entrance(fields)
    order = read_order(fields, Source())
    leg = new_outbound_leg(exchange, to, from_, fields)
    room = exchange.conferences.get(conference_sid)
    if room is None or room.is_over:
        room = rooms.room_for(exchange, conference_sid, entrance)
    _check_label(room, entrance.label)
    person = room.awaited[leg.sid] = participant_of(leg, entrance)
    start_leg(exchange, leg, call_into(room, order, entrance))
    return participant_json(exchange, room, person)


@router.get(".json")
async def list_participants(
    exchange: Switchboard, request: Request, conference_sid: str
) -> dict[str, Any]:
    room = room_named(exchange, request, conference_sid)
    found = [person for person in room.everybody if _is_wanted(request, person)]
    return page_of(
        request,
        "participants",
        reversed(found),
        lambda person: participant_json(exchange, room, person),
    )


@router.get("/{call_sid}.json")
async def fetch_participant(
    exchange: Switchboard, request: Request, conference_sid: str, call_sid: str
) -> dict[str, Any]:
    room = room_named(exchange, request, conference_sid)
    return participant_json(exchange, room, _participant(request, room, call_sid))


@router.post("/{call_sid}.json")
async def update_participant(
    exchange: Switchboard, request: Request, fields: Form, conference_sid: str, call_sid: str
) -> dict[str, Any]:
    room = room_named(exchange, request, conference_sid)
    person = _participant(request, room, call_sid)
    hold_music = checks.url(fields, "HoldUrl")
    announce_url = checks.url(fields, "AnnounceUrl")
    changes = _read_changes(room, fields)
    if "Muted" in fields:
        rooms.set_muted(exchange, room, person, fields.boolean("Muted"))
    if "Hold" in fields:
        method = checks.method(fields, "HoldMethod", "GET")
        music = Source(hold_music, method) if hold_music else None
        rooms.set_held(exchange, room, person, fields.boolean("Hold"), music)
    if announce_url is not None:
        rooms.announce(person, Source(announce_url, checks.method(fields, "AnnounceMethod")))
    if changes:
        for name, value in changes.items():
            setattr(person, name, value)
        rooms.modified(exchange, room, person)
    return participant_json(exchange, room, person)


@router.delete("/{call_sid}.json", status_code=204)
async def delete_participant(
    exchange: Switchboard, request: Request, conference_sid: str, call_sid: str
) -> Response:
    """Send somebody out of the room, whose call goes on; the call of who still rings ends."""
    room = room_named(exchange, request, conference_sid)
    person = _participant(request, room, call_sid)
    if person.leg.sid in room.awaited:
        person.leg.interrupt(HangUp(By.REST, CallStatus.CANCELED))
        rooms.expect_no_longer(exchange, room, person.leg)
        return Response(status_code=204)
    person.was_kicked = True
    person.release(Left.UPDATED_VIA_API)
    rooms.leave(exchange, room, person)
    return Response(status_code=204)


def _participant(request: Request, room: Conference, sid_or_label: str) -> Participant:
    person = room.participant(sid_or_label)
    if person is None:
        raise not_found(request)
    return person


def _is_wanted(request: Request, person: Participant) -> bool:
    states = {"Muted": person.is_muted, "Hold": person.is_held, "Coaching": person.is_coaching}
    query = request.query_params
    return all(
        query.get(name) is None or (query[name].lower() == "true") == state
        for name, state in states.items()
    )


def _read_changes(room: Conference, fields: Fields) -> dict[str, Any]:
    """Attributes of a participant that are told as one modification."""
    changes: dict[str, Any] = {}
    if "EndConferenceOnExit" in fields:
        changes["ends"] = fields.boolean("EndConferenceOnExit")
    if "BeepOnExit" in fields:
        changes["beep"] = "true" if fields.boolean("BeepOnExit") else "onEnter"
    if "WaitUrl" in fields:
        url = checks.url(fields, "WaitUrl")
        changes["wait"] = Source(url, checks.method(fields, "WaitMethod")) if url else None
        changes["waits_in_silence"] = url is None
    return changes | _read_coaching(room, fields)


def _read_coaching(room: Conference, fields: Fields) -> dict[str, Any]:
    """Who stops coaching is heard by everybody again."""
    changes: dict[str, Any] = {}
    coached = fields.text("CallSidToCoach")
    if coached is not None:
        if coached not in room.participants:
            raise RestError(400, rooms.COACH_UNKNOWN, "The call to coach is not in the conference")
        changes["coached_sid"] = coached
    if "Coaching" in fields:
        changes["is_coaching"] = fields.boolean("Coaching")
        if not changes["is_coaching"]:
            changes["coached_sid"] = None
    return changes


def _read_entrance(fields: Fields) -> Entrance:
    wait_url = checks.url(fields, "WaitUrl")
    method = checks.method(fields, "WaitMethod")
    callback_url = checks.url(fields, "ConferenceStatusCallback")
    callback = None
    if callback_url is not None:
        callback = Subscription(
            callback_url,
            checks.method(fields, "ConferenceStatusCallbackMethod"),
            frozenset(fields.words("ConferenceStatusCallbackEvent") or ("start", "end")),
        )
    is_recorded = fields.text("ConferenceRecord") in ("record-from-start", "true")
    return Entrance(
        label=fields.text("Label"),
        is_muted=fields.boolean("Muted"),
        starts=fields.boolean("StartConferenceOnEnter", default=True),
        ends=fields.boolean("EndConferenceOnExit"),
        beep=checks.choice(fields, "Beep", _BEEPS) or "true",
        wait=Source(wait_url, method) if wait_url else None,
        waits_in_silence="WaitUrl" in fields and wait_url is None,
        coached_sid=fields.text("CallSidToCoach") if fields.boolean("Coaching") else None,
        most_participants=checks.whole(fields, "MaxParticipants", 2, 250) or 250,
        callback=callback,
        region=fields.text("Region"),
        recording_callback=read_recording_callback(fields, "Conference") if is_recorded else None,
    )


def _check_label(room: Conference, label: str | None) -> None:
    taken = {person.label for person in room.everybody}
    if label is not None and label in taken:
        raise RestError(400, _LABEL_TAKEN, f"Participant label {label} is already in use")
