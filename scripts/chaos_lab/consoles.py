"""Consoles: sockets that come back as the real one does, and check every number that they get."""

import asyncio
import json
import random
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from hotline.accounts.sessions import token_hash
from hotline.db import Database

_FIRST_WAIT, _LONGEST_WAIT = 0.5, 8.0
_QUIET_SECONDS = 40.0


@dataclass
class Console:
    """One signed-in screen. `seen` are the numbers of its events, in the order they came."""

    url: str
    token: str
    account_id: UUID
    first: int | None = None
    seen: list[int] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    """Seconds between an event's making and its coming."""
    came_at: list[float] = field(default_factory=list)
    gaps: int = 0
    reloads: int = 0
    cuts: int = 0
    returns: list[tuple[float, float]] = field(default_factory=list)
    """When it was live again, and how many seconds after the cut."""
    told_to_move: int = 0
    is_live: bool = False
    _cursor: tuple[str, int] | None = None
    _chain: int = 0
    _lost_at: float | None = None

    async def run(self) -> None:
        """Until cancelled."""
        wait = _FIRST_WAIT
        while True:
            with suppress(OSError, TimeoutError, ConnectionClosed, InvalidHandshake):
                await self._follow()
            wait = _FIRST_WAIT if self.is_live else min(wait * 2, _LONGEST_WAIT)
            self.cuts += self.is_live
            self._lost_at = self._lost_at or time.monotonic()
            self.is_live = False
            await asyncio.sleep(wait * random.random())  # noqa: S311 (no secret)

    async def _follow(self) -> None:
        """One connection, until it ends or says nothing for too long."""
        async with self._open() as socket:
            await socket.send(json.dumps(self._greeting()))
            while True:
                async with asyncio.timeout(_QUIET_SECONDS):
                    frame = await socket.recv()
                if self._take(json.loads(frame)) and self._lost_at is not None:
                    self.returns.append((time.monotonic(), time.monotonic() - self._lost_at))
                    self._lost_at = None

    def _open(self) -> connect:
        headers = {"Cookie": f"hotline_session={self.token}", "Origin": self.url}
        address = self.url.replace("http", "ws") + "/api/v1/socket"
        return connect(address, additional_headers=headers, open_timeout=5, ping_interval=None)

    def _greeting(self) -> dict[str, Any]:
        if self._cursor is None:
            return {"type": "start"}
        epoch, after = self._cursor
        return {"type": "resume", "after": after, "epoch": epoch}

    def _take(self, frame: dict[str, Any]) -> bool:
        """Whether this frame made the console live."""
        if frame["type"] == "ready":
            return self._ready(frame)
        if frame["type"] == "bye":
            self.told_to_move += frame["reason"] == "restart"
        if frame["type"] == "position":
            self._move(frame["seq"])
        if frame["type"] == "event":
            self._event(frame)
        return False

    def _ready(self, frame: dict[str, Any]) -> bool:
        if not frame["recovered"]:
            if self.first is not None:
                self.reloads += 1
            self.first = frame["position"] if self.first is None else self.first
            self._cursor = (frame["epoch"], frame["position"])
        self._chain = frame["position"]
        self.is_live = True
        return True

    def _event(self, frame: dict[str, Any]) -> None:
        if frame["previous"] != self._chain:
            self.gaps += 1
        self.seen.append(frame["seq"])
        self.came_at.append(time.monotonic())
        made = datetime.fromisoformat(frame["at"])
        self.late.append((datetime.now(UTC) - made).total_seconds())
        self._move(frame["seq"])

    def _move(self, seq: int) -> None:
        assert self._cursor is not None
        self._chain = seq
        self._cursor = (self._cursor[0], max(seq, self._cursor[1]))


async def sign_in_many(database: Database, url: str, how_many: int) -> list[Console]:
    """Sessions written straight into the database: signing in is not what is measured here.

    A few consoles for each account that may watch, spread as evenly as the limit of ten allows.
    """
    made = []
    async with database.transaction() as session:
        connection = await session.connection()
        found = await connection.exec_driver_sql(
            "SELECT id FROM account WHERE disabled_at IS NULL AND (username LIKE 'supervisor-%'"
            " OR username LIKE 'agent-%' OR username LIKE 'dispatcher-%') ORDER BY username"
        )
        accounts = [row[0] for row in found]
        for number in range(how_many):
            account = accounts[number % len(accounts)]
            made.append(Console(url, await open_session(session, account), account))
    return made


async def open_session(session: AsyncSession, account_id: UUID) -> str:
    """A session of that account, for hours; what its cookie holds."""
    token = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    connection = await session.connection()
    await connection.exec_driver_sql(
        "INSERT INTO account_session (id, account_id, token_hash, created_at, seen_at,"
        " expires_at, user_agent) VALUES ($1, $2, $3, $4, $4, $5, 'lab')",
        (uuid4(), account_id, token_hash(session, token), now, now + timedelta(hours=10)),
    )
    return token
