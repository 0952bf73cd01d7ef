"""The console's socket: `GET /api/v1/socket`. Cookie and origin are checked before accepting."""

import asyncio
import contextlib
from typing import Any, TypeGuard

import orjson
import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from hotline import tracing
from hotline.accounts.auth import token_of
from hotline.accounts.origins import may_connect
from hotline.accounts.sessions import authenticate
from hotline.events import queries as events
from hotline.events.models import Event
from hotline.principal import Principal
from hotline.realtime import frames
from hotline.realtime.hub import Cut, Hub, Reader

log = structlog.get_logger()
router = APIRouter()

FIRST_MESSAGE_SECONDS = 10
HEARTBEAT_SECONDS = 15
MOST_RECOVERED = 2_000
MOST_OF_ACCOUNT = 10
_MESSAGES_A_SECOND = 20


@router.websocket("/api/v1/socket")
async def follow_events(socket: WebSocket) -> None:
    """Start or resume at a cursor, then every event that the account may see."""
    principal = await _principal(socket)
    if principal is None:
        await socket.close(Cut.SIGNED_OUT)
        return
    hub: Hub = socket.state.hub
    if _has_enough(hub, principal):
        await socket.close(1008)
        return
    await socket.accept()
    with contextlib.suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
        wish = await _first_message(socket)
        if wish is not None:
            await _serve(socket, hub, principal, wish)


async def _principal(socket: WebSocket) -> Principal | None:
    """Who connects; None for a foreign page, for nobody, and for who may not watch."""
    settings = socket.state.settings
    if not may_connect(socket.headers, settings.address_under(socket.headers.get("host"))):
        return None
    principal = await authenticate(socket.state.database, settings, token_of(socket))
    return principal if principal is not None and principal.has("events:read") else None


def _has_enough(hub: Hub, principal: Principal) -> bool:
    return hub.count_of(principal.account_id) >= MOST_OF_ACCOUNT


async def _first_message(socket: WebSocket) -> dict[str, Any] | None:
    async with asyncio.timeout(FIRST_MESSAGE_SECONDS):
        message = await _heard(socket)
    if message is None or message.get("type") not in ("start", "resume"):
        await socket.close(1003)
        return None
    return message


async def _heard(socket: WebSocket) -> dict[str, Any] | None:
    """What the console says next; None for bytes and for what is no object of JSON."""
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    return _parsed(message.get("text") or "")


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return message if isinstance(message, dict) else None


async def _serve(socket: WebSocket, hub: Hub, principal: Principal, wish: dict[str, Any]) -> None:
    await _until_not_behind(hub, wish)
    if _has_enough(hub, principal):
        # Others came in while this one had not said anything yet.
        await socket.close(1008)
        return
    reader = hub.join(principal)
    log.info("socket.joined", account_id=str(principal.account_id))
    try:
        missed = await _missed(socket, hub, reader, wish)
        ready = frames.ready_frame(
            wish["after"] if missed is not None else reader.position,
            hub.epoch,
            recovered=missed is not None,
        )
        await socket.send_text(ready)
        cursor = await _send_missed(socket, missed or [], wish, reader)
        await _until_one_ends(socket, hub, reader, cursor)
    finally:
        hub.leave(reader)


async def _until_not_behind(hub: Hub, wish: dict[str, Any]) -> None:
    """A console that comes from a node that was ahead of this one need not fetch anew."""
    after = wish.get("after")
    if _is_number(after) and wish.get("epoch") == str(hub.epoch):
        await hub.reach(after)


def _is_number(after: Any) -> TypeGuard[int]:
    """`true` is no number, although Python would count with it."""
    return type(after) is int


async def _missed(
    socket: WebSocket, hub: Hub, reader: Reader, wish: dict[str, Any]
) -> list[Any] | None:
    """The events between the cursor and now, or None when the console must fetch anew."""
    after, epoch = wish.get("after"), wish.get("epoch")
    if wish["type"] != "resume" or not _is_number(after) or epoch != str(hub.epoch):
        return None
    if not 0 <= after <= reader.position:
        return None
    chosen = events.page_after(reader.principal, after, MOST_RECOVERED + 1)
    async with socket.state.database.transaction() as session:
        found = list(await session.scalars(chosen.where(Event.seq <= reader.position)))
    return found if len(found) <= MOST_RECOVERED else None


async def _send_missed(
    socket: WebSocket, missed: list[Any], wish: dict[str, Any], reader: Reader
) -> int:
    cursor = wish["after"] if missed else reader.position
    for event in missed:
        body = frames.body_of(
            {
                "name": event.name,
                "created_at": event.created_at,
                "subject_type": event.subject_type,
                "subject_id": event.subject_id,
                "payload": event.payload,
            }
        )
        await socket.send_text(frames.event_frame(event.seq, cursor, body))
        cursor = event.seq
    if cursor != reader.position or wish["type"] == "resume":
        await socket.send_text(frames.position_frame(reader.position))
    return reader.position


async def _until_one_ends(socket: WebSocket, hub: Hub, reader: Reader, cursor: int) -> None:
    tasks = {
        asyncio.create_task(_send(socket, hub, reader, cursor)),
        asyncio.create_task(_receive(socket)),
        asyncio.create_task(_say_bye_when_cut(socket, reader)),
    }
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _send(socket: WebSocket, hub: Hub, reader: Reader, cursor: int) -> None:
    while True:
        seq, body = await reader.queue.get()
        if body is not None:
            with tracing.span("socket.push", hub.traces.get(seq)):
                await socket.send_text(frames.event_frame(seq, cursor, body))
        elif seq > cursor:
            await socket.send_text(frames.position_frame(seq))
        cursor = max(cursor, seq)


async def _receive(socket: WebSocket) -> None:
    """Clients have little to say after the first message; floods and garbage end the socket."""
    loop = asyncio.get_running_loop()
    allowance, since = float(_MESSAGES_A_SECOND), loop.time()
    while True:
        message = await _heard(socket)
        now = loop.time()
        allowance = min(_MESSAGES_A_SECOND, allowance + (now - since) * _MESSAGES_A_SECOND) - 1
        since = now
        if message is None or allowance < 0:
            await socket.close(1008)
            return


async def _say_bye_when_cut(socket: WebSocket, reader: Reader) -> None:
    await reader.is_cut.wait()
    await socket.send_text(frames.bye_frame(reader.cut.name.lower()))
    await socket.close(reader.cut)
