"""What the carrier must still know after a crash, in the PostgreSQL schema `carrier`.

Changes are gathered and written a few times a hundred milliseconds, all of a batch in one
transaction: a status and the callback that it owes are both there or both not.
"""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import asyncpg
import orjson

from hotline import logs
from hotline.carrier.acts import Act, Entry

log = logs.get_logger()

_PAUSE_BETWEEN_WRITES = 0.02
_PAUSE_AFTER_FAILURE = 1.0


class Kind(StrEnum):
    CALL = "call"
    CONFERENCE = "conference"
    MESSAGE = "message"
    NUMBER = "number"
    QUEUE = "queue"
    RECORDING = "recording"
    RING_PLAN = "ring_plan"


@dataclass(frozen=True, slots=True)
class Owed:
    """A callback that was decided on and not yet delivered."""

    id: str
    url: str
    method: str
    fields: Mapping[str, str]


@dataclass(slots=True)
class Saved:
    """All that a new carrier takes over from the one before it."""

    resources: dict[Kind, list[dict[str, Any]]] = field(default_factory=dict)
    acts: dict[str, list[Entry]] = field(default_factory=dict)
    owed: list[Owed] = field(default_factory=list)


class Store(Protocol):
    """Where resources, acts and owed callbacks outlive the process."""

    def save(self, kind: Kind, sid: str, state: Mapping[str, Any]) -> None: ...
    def forget(self, kind: Kind, sid: str) -> None: ...
    def add_act(self, call_sid: str, entry: Entry) -> None: ...
    def owe(self, callback: Owed) -> None: ...
    def settle(self, callback_id: str) -> None: ...
    async def load(self) -> Saved: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@dataclass(slots=True)
class _Batch:
    resources: dict[tuple[str, str], bytes | None] = field(default_factory=dict)
    acts: list[tuple[str, int, float, str, str]] = field(default_factory=list)
    owed: dict[str, Owed] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.resources or self.acts or self.owed or self.settled)

    def before(self, later: "_Batch") -> "_Batch":
        """This batch, which could not be written, with what came after it."""
        return _Batch(
            self.resources | later.resources,
            self.acts + later.acts,
            self.owed | later.owed,
            self.settled | later.settled,
        )


class PostgresStore:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._batch = _Batch()
        self._changed = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    def save(self, kind: Kind, sid: str, state: Mapping[str, Any]) -> None:
        self._batch.resources[kind.value, sid] = orjson.dumps(state)
        self._changed.set()

    def forget(self, kind: Kind, sid: str) -> None:
        self._batch.resources[kind.value, sid] = None
        self._changed.set()

    def add_act(self, call_sid: str, entry: Entry) -> None:
        detail = orjson.dumps(entry.detail).decode()
        self._batch.acts.append((call_sid, entry.seq, entry.at, entry.act.value, detail))
        self._changed.set()

    def owe(self, callback: Owed) -> None:
        self._batch.owed[callback.id] = callback
        self._changed.set()

    def settle(self, callback_id: str) -> None:
        if self._batch.owed.pop(callback_id, None) is None:
            self._batch.settled.add(callback_id)
            self._changed.set()

    async def load(self) -> Saved:
        saved = Saved()
        async with self._pool.acquire() as connection:
            for row in await connection.fetch(_SELECT_RESOURCES):
                state = saved.resources.setdefault(Kind(row["kind"]), [])
                state.append(orjson.loads(row["state"]))
            for row in await connection.fetch(_SELECT_ACTS):
                saved.acts.setdefault(row["call_sid"], []).append(_entry(row))
            for row in await connection.fetch(_SELECT_OWED):
                saved.owed.append(_owed(row))
        return saved

    async def start(self) -> None:
        self._writer = asyncio.create_task(self._write_on(), name="carrier-store")

    async def stop(self) -> None:
        if self._writer is not None:
            self._writer.cancel()
            with suppress(asyncio.CancelledError):
                await self._writer
        await self._write()

    async def _write_on(self) -> None:
        while True:
            await self._changed.wait()
            try:
                await asyncio.shield(self._write())
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                log.exception("carrier.store_failed")
                await asyncio.sleep(_PAUSE_AFTER_FAILURE)
            await asyncio.sleep(_PAUSE_BETWEEN_WRITES)

    async def _write(self) -> None:
        batch, self._batch = self._batch, _Batch()
        self._changed.clear()
        if not batch:
            return
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                await _write_batch(connection, batch)
        except BaseException:
            self._batch = batch.before(self._batch)
            self._changed.set()
            raise


async def _write_batch(connection: Any, batch: _Batch) -> None:
    kept = [
        (kind, sid, state.decode())
        for (kind, sid), state in batch.resources.items()
        if state is not None
    ]
    forgotten = [pair for pair, state in batch.resources.items() if state is None]
    if kept:
        await connection.execute(_UPSERT_RESOURCES, *_columns(kept))
    if forgotten:
        await connection.execute(_DELETE_RESOURCES, *_columns(forgotten))
    if batch.acts:
        await connection.execute(_INSERT_ACTS, *_columns(batch.acts))
    if batch.owed:
        rows = [
            (item.id, item.url, item.method, orjson.dumps(dict(item.fields)).decode())
            for item in batch.owed.values()
        ]
        await connection.execute(_INSERT_OWED, *_columns(rows))
    if batch.settled:
        await connection.execute(_DELETE_OWED, list(batch.settled))


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _entry(row: Any) -> Entry:
    return Entry(row["seq"], row["at"], Act(row["act"]), orjson.loads(row["detail"]))


def _owed(row: Any) -> Owed:
    return Owed(row["id"], row["url"], row["method"], orjson.loads(row["fields"]))


_SELECT_RESOURCES = """
SELECT kind, state::text AS state FROM carrier.resource ORDER BY made, sid
"""
_SELECT_ACTS = """
SELECT call_sid, seq, at, act, detail::text AS detail FROM carrier.act ORDER BY call_sid, seq
"""
_SELECT_OWED = """
SELECT id, url, method, fields::text AS fields FROM carrier.owed_callback ORDER BY made, id
"""
_UPSERT_RESOURCES = """
INSERT INTO carrier.resource (kind, sid, state)
SELECT kind, sid, state::jsonb
FROM unnest($1::text[], $2::text[], $3::text[]) AS r (kind, sid, state)
ON CONFLICT (kind, sid) DO UPDATE SET state = excluded.state, changed = now()
"""
_DELETE_RESOURCES = """
DELETE FROM carrier.resource USING unnest($1::text[], $2::text[]) AS r (kind, sid)
WHERE resource.kind = r.kind AND resource.sid = r.sid
"""
_INSERT_ACTS = """
INSERT INTO carrier.act (call_sid, seq, at, act, detail)
SELECT call_sid, seq, at, act, detail::jsonb
FROM unnest($1::text[], $2::int[], $3::float8[], $4::text[], $5::text[])
    AS a (call_sid, seq, at, act, detail)
ON CONFLICT (call_sid, seq) DO NOTHING
"""
_INSERT_OWED = """
INSERT INTO carrier.owed_callback (id, url, method, fields)
SELECT id, url, method, fields::jsonb
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS o (id, url, method, fields)
ON CONFLICT (id) DO NOTHING
"""
_DELETE_OWED = "DELETE FROM carrier.owed_callback WHERE id = ANY($1::text[])"
