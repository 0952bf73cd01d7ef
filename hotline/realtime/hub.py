"""Read the log once for this node and hand every event to the readers that may see it."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, TypeVar
from uuid import UUID, uuid4

import asyncpg
import structlog

from hotline import tracing
from hotline.db import Database
from hotline.db.outages import LINE_LOST
from hotline.db.wakes import EVENTS_NUMBERED, Listener
from hotline.events import queries as events
from hotline.principal import Principal
from hotline.realtime.frames import body_of

log = structlog.get_logger()

QUEUE_LENGTH = 256
_POLL_SECONDS = 1.0
_PROBE_SECONDS = 5.0
_EVENTS_AT_ONCE = 50
_OFFERS_AT_ONCE = 1_000
"""Then the sockets get their turn: whoever catches up after a cut must not fill every queue, and a
round of the loop is dear where a thousand sockets send in it."""
_AGAIN_SECONDS = 0.3
_TRACES = 1_000
_PATIENCE_SECONDS, _LOOK_SECONDS = 3.0, 0.05

Queued = tuple[int, bytes | None]
"""A number of the log and the body of its event, or None for "nothing of yours up to here"."""

_Key = TypeVar("_Key")

Rights = tuple[frozenset[str], frozenset[UUID]]
"""Scopes and subtree: whoever has the same sees the same."""


class Cut(IntEnum):
    """Why a socket is closed, as its close code."""

    SIGNED_OUT = 4001
    SLOW = 4008
    RESTART = 1012


class Reader:
    """One socket's place in the stream; once `is_cut` is set, the console must come anew."""

    def __init__(self, principal: Principal, position: int) -> None:
        self.principal = principal
        self.position = position
        self.queue: asyncio.Queue[Queued] = asyncio.Queue(QUEUE_LENGTH)
        self.is_cut = asyncio.Event()
        self.cut = Cut.SLOW

    @property
    def rights(self) -> Rights:
        return self.principal.scopes, self.principal.subtree

    def may_see(self, event: Mapping[str, Any]) -> bool:
        """By what everybody with these rights has in common."""
        if event["scope"] not in self.principal.scopes:
            return False
        return not self.principal.subtree.isdisjoint(event["audience"])

    def is_meant_by_name(self, event: Mapping[str, Any]) -> bool:
        return event["scope"] in self.principal.scopes and not self.may_see(event)

    def offer(self, item: Queued) -> None:
        """Nothing more once one did not fit: what came next would move the cursor over the gap."""
        if self.is_cut.is_set():
            return
        try:
            self.queue.put_nowait(item)
        except asyncio.QueueFull:
            self.cut_off(Cut.SLOW)

    def cut_off(self, why: Cut) -> None:
        if not self.is_cut.is_set():
            self.cut = why
            self.is_cut.set()


class Hub:
    """`position` is the number of the last event that was handed out on this node."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._readers: set[Reader] = set()
        self._alike: dict[Rights, set[Reader]] = {}
        """The same readers by their rights, which are judged once for all who have them."""
        self._of_account: dict[UUID, set[Reader]] = {}
        """And by their accounts, for what is addressed to one of them."""
        self.position = 0
        self.epoch: UUID = uuid4()
        self.traces: OrderedDict[int, str] = OrderedDict()
        """Of the last events, where traces are on: for the sockets that send them."""

    @property
    def reader_count(self) -> int:
        return len(self._readers)

    def count_of(self, account_id: UUID | None) -> int:
        """How many sockets an account has on this node."""
        return len(self._of_account.get(account_id, ())) if account_id else 0

    @property
    def session_ids(self) -> set[UUID]:
        return {r.principal.session_id for r in self._readers if r.principal.session_id}

    async def begin(self) -> None:
        """Learn where the log stands, before the first reader joins."""
        now = await events.position(self._database.raw)
        self.position, self.epoch = now.last, now.epoch

    def join(self, principal: Principal) -> Reader:
        """From here on the reader is handed everything after `reader.position`."""
        reader = Reader(principal, self.position)
        self._readers.add(reader)
        self._alike.setdefault(reader.rights, set()).add(reader)
        if principal.account_id is not None:
            self._of_account.setdefault(principal.account_id, set()).add(reader)
        return reader

    def leave(self, reader: Reader) -> None:
        self._readers.discard(reader)
        _drop(self._alike, reader.rights, reader)
        if reader.principal.account_id is not None:
            _drop(self._of_account, reader.principal.account_id, reader)

    async def reach(self, position: int) -> None:
        """Wait a moment where this node is behind another that told a console of more."""
        patience = _PATIENCE_SECONDS
        while self.position < position and patience > 0:
            await asyncio.sleep(_LOOK_SECONDS)
            patience -= _LOOK_SECONDS

    def cut_sessions(self, ended: set[UUID]) -> None:
        """Cut off the readers whose session is over."""
        for reader in self._readers:
            if reader.principal.session_id in ended:
                reader.cut_off(Cut.SIGNED_OUT)

    def cut_everyone(self) -> None:
        """This node goes away: consoles shall connect to another, each in its own time."""
        for reader in self._readers:
            reader.cut_off(Cut.RESTART)

    def tell_positions(self) -> None:
        """Move every reader's cursor over events that are not its own."""
        for reader in self._readers:
            reader.offer((self.position, None))

    async def run(self, stopping: asyncio.Event) -> None:
        """Follow the log until told to stop; a broken connection is replaced."""
        while not stopping.is_set():
            connection: asyncpg.Connection | None = None
            try:
                connection = await self._database.connect()
                await self._follow(connection, stopping)
            except LINE_LOST:
                log.warning("hub.connection_lost")
                await asyncio.sleep(_AGAIN_SECONDS)
            finally:
                if connection is not None:
                    connection.terminate()

    async def _follow(self, connection: asyncpg.Connection, stopping: asyncio.Event) -> None:
        listener = Listener(connection)
        await listener.listen(EVENTS_NUMBERED)
        await self._notice_epoch(connection)
        while not stopping.is_set():
            async with asyncio.timeout(_PROBE_SECONDS):
                batch = await events.numbered_after(connection, self.position)
            await self._hand_out_all(batch)
            if len(batch) < events.BATCH:
                await listener.wait(_POLL_SECONDS, stopping)

    async def _notice_epoch(self, connection: asyncpg.Connection) -> None:
        """Another log lies behind the same address, after a restore: everybody begins anew."""
        now = await events.position(connection)
        if now.epoch != self.epoch:
            self.position = now.last
            self.epoch = now.epoch
            self.cut_everyone()

    async def _hand_out_all(self, batch: Sequence[Mapping[str, Any]]) -> None:
        events_since = offers_since = 0
        for event in batch:
            events_since, offers_since = events_since + 1, offers_since + self._hand_out(event)
            if events_since >= _EVENTS_AT_ONCE or offers_since >= _OFFERS_AT_ONCE:
                events_since = offers_since = 0
                await asyncio.sleep(0)

    def _hand_out(self, event: Mapping[str, Any]) -> int:
        """To everybody who may see it, before anybody else has a word; to how many that was."""
        self.position = event["seq"]
        if event["trace"] is not None and tracing.is_on():
            self._keep_trace(event)
        chosen = [alike for alike in self._alike.values() if next(iter(alike)).may_see(event)]
        chosen += [own for one in event["audience"] if (own := self._named(one, event))]
        if chosen:
            item = (event["seq"], body_of(event))
            for alike in chosen:
                for reader in alike:
                    reader.offer(item)
        return sum(map(len, chosen))

    def _named(self, account_id: UUID, event: Mapping[str, Any]) -> set[Reader]:
        """The account's readers, unless they see it with everybody else."""
        own = self._of_account.get(account_id, ())
        return {reader for reader in own if reader.is_meant_by_name(event)}

    def _keep_trace(self, event: Mapping[str, Any]) -> None:
        self.traces[event["seq"]] = event["trace"]
        while len(self.traces) > _TRACES:
            self.traces.popitem(last=False)


def _drop(groups: dict[_Key, set[Reader]], key: _Key, reader: Reader) -> None:
    others = groups.get(key, set())
    others.discard(reader)
    if not others:
        groups.pop(key, None)
