"""Conferences: look up, end, announce to all."""

from typing import Any

from fastapi import APIRouter, Request

from hotline.carrier import rooms
from hotline.carrier.conferences import Conference, Ended
from hotline.carrier.exchange import Exchange
from hotline.carrier.legs import Source
from hotline.carrier.rest import checks
from hotline.carrier.rest.pages import matches, page_of, within
from hotline.carrier.rest.route import PREFIX, Form, RestRoute, Switchboard, not_found
from hotline.carrier.rest.shapes import conference_json

_ENDS = frozenset({"completed"})

router = APIRouter(prefix=f"{PREFIX}/Conferences", route_class=RestRoute, include_in_schema=False)


@router.get(".json")
async def list_conferences(exchange: Switchboard, request: Request) -> dict[str, Any]:
    created, updated = within(request, "DateCreated"), within(request, "DateUpdated")
    found = [
        room
        for room in reversed(exchange.conferences.values())
        if matches(request, "FriendlyName", room.name)
        and matches(request, "Status", room.status.value)
        and created(room.created_at)
        and updated(room.updated_at)
    ]
    return page_of(request, "conferences", found, lambda room: conference_json(exchange, room))


@router.get("/{conference_sid}.json")
async def fetch_conference(
    exchange: Switchboard, request: Request, conference_sid: str
) -> dict[str, Any]:
    return conference_json(exchange, room_named(exchange, request, conference_sid))


@router.post("/{conference_sid}.json")
async def update_conference(
    exchange: Switchboard, request: Request, fields: Form, conference_sid: str
) -> dict[str, Any]:
    room = room_named(exchange, request, conference_sid)
    status = checks.choice(fields, "Status", _ENDS)
    announce_url = checks.url(fields, "AnnounceUrl")
    if status is not None:
        rooms.end_room(exchange, room, Ended.VIA_API)
    elif announce_url is not None:
        source = Source(announce_url, checks.method(fields, "AnnounceMethod"))
        for person in room.participants.values():
            rooms.announce(person, source)
    return conference_json(exchange, room)


def room_named(exchange: Exchange, request: Request, sid_or_name: str) -> Conference:
    """By SID, or by the name of a room that has not ended."""
    room = exchange.conferences.get(sid_or_name) or rooms.open_room(exchange, sid_or_name)
    if room is None:
        raise not_found(request)
    return room
