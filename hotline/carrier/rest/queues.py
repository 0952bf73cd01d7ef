"""Queues and their members."""

from typing import Any

from fastapi import APIRouter, Request, Response

from hotline import clock
from hotline.carrier.exchange import Exchange
from hotline.carrier.legs import Divert, Source
from hotline.carrier.queues import DEFAULT_MAX_SIZE, LARGEST_MAX_SIZE, Member, Queue
from hotline.carrier.rest import checks
from hotline.carrier.rest.pages import page_of
from hotline.carrier.rest.route import (
    PREFIX,
    Form,
    RestError,
    RestRoute,
    Switchboard,
    not_found,
)
from hotline.carrier.rest.shapes import member_json, queue_json
from hotline.carrier.sids import Prefix, new_sid
from hotline.carrier.store import Kind

_LONGEST_NAME = 64
_NAME_INVALID, _NOT_EMPTY, _NAME_TAKEN, _SIZE_INVALID = 20001, 22002, 22003, 20001

router = APIRouter(prefix=f"{PREFIX}/Queues", route_class=RestRoute, include_in_schema=False)


@router.post(".json", status_code=201)
async def create_queue(exchange: Switchboard, fields: Form) -> dict[str, Any]:
    name = _name(exchange, fields.text("FriendlyName"), None)
    size = checks.whole(fields, "MaxSize", 1, LARGEST_MAX_SIZE, _SIZE_INVALID)
    now = clock.now()
    queue = Queue(new_sid(Prefix.QUEUE), name, now, now, size or DEFAULT_MAX_SIZE)
    exchange.queues[queue.sid] = queue
    _keep(exchange, queue)
    return queue_json(exchange, queue)


@router.get(".json")
async def list_queues(exchange: Switchboard, request: Request) -> dict[str, Any]:
    found = reversed(exchange.queues.values())
    return page_of(request, "queues", found, lambda queue: queue_json(exchange, queue))


@router.get("/{queue_sid}.json")
async def fetch_queue(exchange: Switchboard, request: Request, queue_sid: str) -> dict[str, Any]:
    return queue_json(exchange, _queue(exchange, request, queue_sid))


@router.post("/{queue_sid}.json")
async def update_queue(
    exchange: Switchboard, request: Request, fields: Form, queue_sid: str
) -> dict[str, Any]:
    queue = _queue(exchange, request, queue_sid)
    size = checks.whole(fields, "MaxSize", 1, LARGEST_MAX_SIZE, _SIZE_INVALID)
    if "FriendlyName" in fields:
        queue.name = _name(exchange, fields.text("FriendlyName"), queue)
    queue.max_size = size or queue.max_size
    _keep(exchange, queue)
    return queue_json(exchange, queue)


@router.delete("/{queue_sid}.json", status_code=204)
async def delete_queue(exchange: Switchboard, request: Request, queue_sid: str) -> Response:
    queue = _queue(exchange, request, queue_sid)
    if queue.members:
        raise RestError(400, _NOT_EMPTY, "A queue with waiting calls cannot be deleted")
    del exchange.queues[queue.sid]
    exchange.store.forget(Kind.QUEUE, queue.sid)
    return Response(status_code=204)


@router.get("/{queue_sid}/Members.json")
async def list_members(exchange: Switchboard, request: Request, queue_sid: str) -> dict[str, Any]:
    queue = _queue(exchange, request, queue_sid)
    return page_of(
        request,
        "queue_members",
        queue.members,
        lambda member: member_json(exchange, queue, member),
    )


@router.get("/{queue_sid}/Members/{call_sid}.json")
async def fetch_member(
    exchange: Switchboard, request: Request, queue_sid: str, call_sid: str
) -> dict[str, Any]:
    queue = _queue(exchange, request, queue_sid)
    return member_json(exchange, queue, _member(request, queue, call_sid))


@router.post("/{queue_sid}/Members/{call_sid}.json")
async def dequeue_member(
    exchange: Switchboard, request: Request, fields: Form, queue_sid: str, call_sid: str
) -> dict[str, Any]:
    """Take a caller (or `Front`, who waits longest) out of the queue to another document."""
    queue = _queue(exchange, request, queue_sid)
    member = _member(request, queue, call_sid)
    url = checks.url(fields, "Url")
    if url is None:
        raise RestError(400, checks.INVALID_URL, "Url parameter is required.")
    shown = member_json(exchange, queue, member)
    source = Source(url, checks.method(fields, "Method"))
    queue.leave(member)
    member.leg.interrupt(Divert(source))
    return shown


def _queue(exchange: Exchange, request: Request, queue_sid: str) -> Queue:
    queue = exchange.queues.get(queue_sid)
    if queue is None:
        raise not_found(request)
    return queue


def _member(request: Request, queue: Queue, call_sid: str) -> Member:
    member = queue.member_of(call_sid)
    if member is None:
        raise not_found(request)
    return member


def _name(exchange: Exchange, name: str | None, own: Queue | None) -> str:
    if name is None or len(name) > _LONGEST_NAME:
        raise RestError(400, _NAME_INVALID, "FriendlyName must have 1 to 64 characters")
    if any(queue.name == name and queue is not own for queue in exchange.queues.values()):
        raise RestError(400, _NAME_TAKEN, f"A queue with the name {name} already exists")
    return name


def _keep(exchange: Exchange, queue: Queue) -> None:
    queue.updated_at = clock.now()
    exchange.store.save(Kind.QUEUE, queue.sid, queue.as_state())
