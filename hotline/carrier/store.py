"""What the carrier must still know after a crash, in the PostgreSQL schema `carrier`.

Changes are gathered and written many times a second, all of a batch in one transaction: a status
and the callback that it owes are both there or both not. One carrier at a time keeps a store.
"""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

import asyncpg

from hotline import logs
from hotline.carrier.acts import Act, Entry
from hotline.carrier.seal import Seal, Unreadable
from hotline.db import Database

log = logs.get_logger()

_PAUSE_BETWEEN_WRITES = 0.02
_PAUSE_AFTER_FAILURE = 1.0
_PAUSE_BETWEEN_CLEANINGS = 86_400.0
_LOCK = 114_000_001


class Kind(StrEnum):
    CALL = "call"
    CONFERENCE = "conference"
    MESSAGE = "message"
    NUMBER = "number"
    OPT_OUT = "opt_out"
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

    def save(
        self, kind: Kind, sid: str, state: Mapping[str, Any], *, is_live: bool = False
    ) -> None: ...
    def forget(self, kind: Kind, sid: str) -> None: ...
    def add_act(self, call_sid: str, entry: Entry) -> None: ...
    def owe(self, callback: Owed) -> None: ...
    def settle(self, callback_id: str) -> None: ...
    async def claim(self) -> bool: ...
    async def load(self) -> Saved: ...
    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@dataclass(slots=True)
class _Batch:
    kept: dict[tuple[str, str], tuple[bool, bytes]] = field(default_factory=dict)
    forgotten: set[tuple[str, str]] = field(default_factory=set)
    acts: list[tuple[str, int, float, str, bytes]] = field(default_factory=list)
    owed: dict[str, bytes] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.kept or self.forgotten or self.acts or self.owed or self.settled)

    def before(self, later: "_Batch") -> "_Batch":
        """This batch, which could not be written, with what came after it."""
        kept = self.kept | later.kept
        return _Batch(
            {pair: row for pair, row in kept.items() if pair not in later.forgotten},
            self.forgotten | later.forgotten,
            self.acts + later.acts,
            self.owed | later.owed,
            self.settled | later.settled,
        )


class PostgresStore:
    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._seal = Seal(secret)
        self._batch = _Batch()
        self._changed = asyncio.Event()
        self._writing = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._claim: asyncpg.Connection | None = None

    def save(
        self, kind: Kind, sid: str, state: Mapping[str, Any], *, is_live: bool = False
    ) -> None:
        sealed = self._seal.close(state, f"{kind.value}/{sid}")
        self._batch.kept[kind.value, sid] = (is_live, sealed)
        self._changed.set()

    def forget(self, kind: Kind, sid: str) -> None:
        self._batch.kept.pop((kind.value, sid), None)
        self._batch.forgotten.add((kind.value, sid))
        self._changed.set()

    def add_act(self, call_sid: str, entry: Entry) -> None:
        sealed = self._seal.close(entry.detail, f"act/{call_sid}/{entry.seq}")
        self._batch.acts.append((call_sid, entry.seq, entry.at, entry.act.value, sealed))
        self._changed.set()

    def owe(self, callback: Owed) -> None:
        content = [callback.url, callback.method, dict(callback.fields)]
        self._batch.owed[callback.id] = self._seal.close(content, f"owed/{callback.id}")
        self._changed.set()

    def settle(self, callback_id: str) -> None:
        if self._batch.owed.pop(callback_id, None) is None:
            self._batch.settled.add(callback_id)
            self._changed.set()

    async def claim(self) -> bool:
        """Become the one carrier of this database, for as long as the connection lives."""
        if self._claim is None:
            self._claim = await self._database.connect()
        is_ours: bool = await self._claim.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK)
        return is_ours

    async def load(self) -> Saved:
        saved = Saved()
        async with self._database.raw.acquire() as connection:
            for row in await connection.fetch(_SELECT_RESOURCES):
                self._read_resource(row, saved)
            calls = [state["sid"] for state in saved.resources.get(Kind.CALL, [])]
            for row in await connection.fetch(_SELECT_ACTS, calls):
                self._read_act(row, saved)
            for row in await connection.fetch(_SELECT_OWED):
                self._read_owed(row, saved)
        return saved

    async def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._write_on(), name="carrier-store"),
            asyncio.create_task(self._clean_up(), name="carrier-store-cleaning"),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self._write()
        if self._claim is not None:
            await self._claim.close()

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
        """One batch at a time: whoever comes second waits until the first one is written."""
        async with self._writing:
            batch, self._batch = self._batch, _Batch()
            self._changed.clear()
            if not batch:
                return
            try:
                async with self._database.raw.acquire() as connection, connection.transaction():
                    await _write_batch(connection, batch)
            except BaseException:
                self._batch = batch.before(self._batch)
                self._changed.set()
                raise

    async def _clean_up(self) -> None:
        """Calls, messages and recordings of long ago go."""
        while True:
            try:
                async with self._database.raw.acquire() as connection:
                    await connection.execute(_DELETE_OLD)
                    await connection.execute(_DELETE_OLD_ACTS)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                log.exception("carrier.cleaning_failed")
            await asyncio.sleep(_PAUSE_BETWEEN_CLEANINGS)

    def _read_resource(self, row: Any, saved: Saved) -> None:
        with suppress(Unreadable):
            state = self._seal.open(row["sealed"], f"{row['kind']}/{row['sid']}")
            saved.resources.setdefault(Kind(row["kind"]), []).append(state)

    def _read_act(self, row: Any, saved: Saved) -> None:
        with suppress(Unreadable):
            detail = self._seal.open(row["sealed"], f"act/{row['call_sid']}/{row['seq']}")
            entry = Entry(row["seq"], row["at"], Act(row["act"]), detail)
            saved.acts.setdefault(row["call_sid"], []).append(entry)

    def _read_owed(self, row: Any, saved: Saved) -> None:
        with suppress(Unreadable):
            url, method, fields = self._seal.open(row["sealed"], f"owed/{row['id']}")
            saved.owed.append(Owed(row["id"], url, method, fields))


async def _write_batch(connection: Any, batch: _Batch) -> None:
    if batch.forgotten:
        await connection.execute(_DELETE_RESOURCES, *_columns(batch.forgotten))
    if batch.kept:
        rows = [(*pair, is_live, sealed) for pair, (is_live, sealed) in batch.kept.items()]
        await connection.execute(_UPSERT_RESOURCES, *_columns(rows))
    if batch.acts:
        await connection.execute(_INSERT_ACTS, *_columns(batch.acts))
    if batch.owed:
        await connection.execute(_INSERT_OWED, *_columns(batch.owed.items()))
    if batch.settled:
        await connection.execute(_DELETE_OWED, list(batch.settled))


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


_SELECT_RESOURCES = """
SELECT kind, sid, sealed FROM (
    SELECT *, row_number() OVER (PARTITION BY kind ORDER BY made DESC) AS age FROM carrier.resource
) AS newest
WHERE is_live OR age <= 2000 OR kind IN ('number', 'opt_out', 'queue', 'ring_plan')
ORDER BY made, sid
"""
_SELECT_ACTS = """
SELECT call_sid, seq, at, act, sealed FROM carrier.act WHERE call_sid = ANY($1::text[])
ORDER BY call_sid, seq
"""
_SELECT_OWED = "SELECT id, sealed FROM carrier.owed_callback ORDER BY made, id"
_UPSERT_RESOURCES = """
INSERT INTO carrier.resource (kind, sid, is_live, sealed)
SELECT kind, sid, is_live, sealed
FROM unnest($1::text[], $2::text[], $3::bool[], $4::bytea[]) AS r (kind, sid, is_live, sealed)
ON CONFLICT (kind, sid) DO UPDATE
SET is_live = excluded.is_live, sealed = excluded.sealed, changed = now()
"""
_DELETE_RESOURCES = """
DELETE FROM carrier.resource USING unnest($1::text[], $2::text[]) AS r (kind, sid)
WHERE resource.kind = r.kind AND resource.sid = r.sid
"""
_INSERT_ACTS = """
INSERT INTO carrier.act (call_sid, seq, at, act, sealed)
SELECT call_sid, seq, at, act, sealed
FROM unnest($1::text[], $2::int[], $3::float8[], $4::text[], $5::bytea[])
    AS a (call_sid, seq, at, act, sealed)
ON CONFLICT (call_sid, seq) DO NOTHING
"""
_INSERT_OWED = """
INSERT INTO carrier.owed_callback (id, sealed)
SELECT id, sealed FROM unnest($1::text[], $2::bytea[]) AS o (id, sealed)
ON CONFLICT (id) DO NOTHING
"""
_DELETE_OWED = "DELETE FROM carrier.owed_callback WHERE id = ANY($1::text[])"
_DELETE_OLD = """
DELETE FROM carrier.resource
WHERE NOT is_live AND kind IN ('call', 'conference', 'message', 'recording')
    AND changed < now() - interval '30 days'
"""
_DELETE_OLD_ACTS = "DELETE FROM carrier.act WHERE made < now() - interval '31 days'"
