"""A console that is there and never reads is cut; one that reads slowly enough to go on is not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from hotline import serving
from hotline.realtime.line import ImpatientLine
from hotline.settings import Settings
from tests.city import free_port

PIECE = "x" * 32_768
PATIENCE = 0.5


class Hasty(ImpatientLine):
    patience_seconds = PATIENCE


class Patient(ImpatientLine):
    """Only a ping that nobody answers ends it within a test."""

    patience_seconds = 600.0


class Talker:
    """Says more than anybody's buffers hold, and notes how that ended."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.said = 0
        self.has_ended = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "websocket":
            return
        await send({"type": "websocket.accept"})
        try:
            for _ in range(self.pieces):
                await send({"type": "websocket.send", "text": PIECE})
                self.said += 1
        finally:
            self.has_ended.set()


@asynccontextmanager
async def _listening(
    talker: Talker, *, line: type[ImpatientLine] = Hasty, ping: float | None = None
) -> AsyncIterator[str]:
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(
        talker, port=port, ws=line, ws_per_message_deflate=False, log_config=None,
        lifespan="off", ws_ping_interval=ping, ws_ping_timeout=ping,
    ))  # fmt: skip
    serving_it = asyncio.create_task(server.serve())
    try:
        while not server.started:  # noqa: ASYNC110 (another task's state)
            await asyncio.sleep(0.02)
        yield f"ws://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        await serving_it


async def _connected(url: str) -> ClientConnection:
    return await connect(url, max_queue=1, ping_interval=None, compression=None)


async def test_whoever_reads_nothing_is_cut_and_leaves_nothing_behind() -> None:
    talker = Talker(pieces=2_000)
    async with _listening(talker) as url:
        console = await _connected(url)
        console.transport.pause_reading()
        async with asyncio.timeout(30):
            await talker.has_ended.wait()
        console.transport.abort()
    assert 0 < talker.said < talker.pieces


async def test_whoever_is_slow_but_reads_hears_everything() -> None:
    talker = Talker(pieces=400)
    async with _listening(talker) as url:
        console = await _connected(url)
        heard = 0
        while heard < talker.pieces:
            assert await console.recv() == PIECE
            heard += 1
            await asyncio.sleep(0.2 if heard % 100 == 0 else 0)
        await console.close()
    assert talker.said == talker.pieces


async def test_whoever_answers_no_ping_is_cut_too() -> None:
    talker = Talker(pieces=2_000)
    async with _listening(talker, line=Patient, ping=0.1) as url:
        console = await _connected(url)
        console.transport.pause_reading()
        async with asyncio.timeout(30):
            await talker.has_ended.wait()
        console.transport.abort()
    assert talker.said < talker.pieces


def test_the_service_has_such_lines() -> None:
    assert serving.server_config(Settings(), object()).ws is ImpatientLine
