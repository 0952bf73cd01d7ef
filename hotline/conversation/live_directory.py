"""The directory in memory: the matcher and what the talk may know, fresh within a second.

Loaded once, then followed by `directory.published` events; a change is applied beside the calls
and put in place by one assignment, so no turn waits for it.
"""

import asyncio
from dataclasses import dataclass

import structlog

from hotline import clock
from hotline.conversation.known import Known, UnitCard, VendorCard
from hotline.db import Database
from hotline.directory import queries as directory
from hotline.directory.entry import Entry
from hotline.directory.snapshot import Snapshot
from hotline.events import queries as events
from hotline.events.wakes import EVENTS_NUMBERED, Listener
from hotline.matching.families import family_key
from hotline.matching.match import Matcher
from hotline.matching.semantic import Semantic
from hotline.matching.values import Context, Suggestion, Understanding

log = structlog.get_logger()

PUBLISHED = "directory.published"
MOST_HINTS = 150
_POLL_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class _Loaded:
    """One consistent state of the directory."""

    matcher: Matcher
    snapshot: Snapshot
    entries: dict[str, Entry]
    versions: dict[str, tuple[str, ...]]
    hints: str


class LiveDirectory:
    """What `conversation.service.Ears` asks for, kept fresh by `follow`."""

    def __init__(self, database: Database, semantic: Semantic | None) -> None:
        self._database = database
        self._semantic = semantic
        self._position = 0
        self._loaded: _Loaded | None = None

    async def load(self) -> None:
        """Read everything; also the way back after a broken connection."""
        position = await events.position(self._database.raw)
        async with self._database.transaction() as session:
            snapshot = await directory.snapshot(session)
        self._loaded = await asyncio.to_thread(_build, snapshot, self._semantic)
        self._position = position.last

    @property
    def hints(self) -> str:
        return self._now.hints

    @property
    def matcher(self) -> Matcher:
        return self._now.matcher

    @property
    def snapshot(self) -> Snapshot:
        return self._now.snapshot

    async def understand(self, text: str, context: Context) -> Understanding:
        """A thread where the semantic channel computes, so that other calls go on meanwhile."""
        matcher = self._now.matcher
        if self._semantic is None:
            return matcher.match(text, context)
        return await asyncio.to_thread(matcher.match, text, context)

    def suggest(self, text: str) -> tuple[Suggestion, ...]:
        return self._now.matcher.suggest(text)

    def known(self, caller_number: str | None) -> Known:
        now = self._now
        return Known(
            entries=now.entries,
            versions=now.versions,
            vendors_for=self._vendors_for,
            unit_for=self._unit_for,
            caller_number=caller_number,
        )

    async def follow(self, stopping: asyncio.Event) -> None:
        """Apply what is published, within a second, until told to stop."""
        while not stopping.is_set():
            try:
                await self._follow_once(stopping)
            except (OSError, TimeoutError, events.ConnectionLost):
                log.warning("directory.follow_interrupted")
                await asyncio.sleep(_POLL_SECONDS)

    async def _follow_once(self, stopping: asyncio.Event) -> None:
        connection = await self._database.connect()
        try:
            listener = Listener(connection)
            await listener.listen(EVENTS_NUMBERED)
            while not stopping.is_set():
                await self._apply_published()
                await listener.wait(_POLL_SECONDS, stopping)
        finally:
            connection.terminate()

    async def _apply_published(self) -> None:
        fresh = await events.named_after(self._database.raw, PUBLISHED, self._position)
        if not fresh.rows:
            self._position = max(self._position, fresh.position)
            return
        async with self._database.transaction() as session:
            snapshot = await directory.snapshot(session)
        self._loaded = await asyncio.to_thread(_renewed, self._now, snapshot, self._semantic)
        self._position = fresh.position
        log.info("directory.applied", position=self._position)

    @property
    def _now(self) -> _Loaded:
        assert self._loaded is not None, "load() first"
        return self._loaded

    def _vendors_for(self, entry_id: str, district: str) -> tuple[VendorCard, ...]:
        vendors = self._now.snapshot.vendors_for(entry_id, district, clock.local(clock.now()))
        return tuple(VendorCard(vendor.id, vendor.name) for vendor in vendors)

    def _unit_for(self, entry: Entry, district: str | None) -> UnitCard | None:
        unit = self._now.snapshot.unit_for(entry, district)
        return UnitCard(unit.name, unit.phone) if unit else None


def _build(snapshot: Snapshot, semantic: Semantic | None) -> _Loaded:
    matcher = Matcher.build(snapshot.entries, snapshot.places, snapshot.sayings, semantic=semantic)
    return _with(matcher, snapshot)


def _renewed(old: _Loaded, snapshot: Snapshot, semantic: Semantic | None) -> _Loaded:
    """Only what differs goes through the matcher; new places ask for a new one."""
    if snapshot.places != old.snapshot.places:
        return _build(snapshot, semantic)
    now = {entry.id: entry for entry in snapshot.entries}
    changed = [entry for key, entry in now.items() if old.entries.get(key) != entry]
    gone = [key for key in old.entries if key not in now]
    return _with(old.matcher.with_changes(changed, gone), snapshot)


def _with(matcher: Matcher, snapshot: Snapshot) -> _Loaded:
    versions: dict[str, tuple[str, ...]] = {}
    for entry in snapshot.entries:
        key = family_key(entry)
        versions[key] = (*versions.get(key, ()), entry.id)
    names = dict.fromkeys(word for entry in snapshot.entries for word in entry.keywords[:1])
    return _Loaded(
        matcher=matcher,
        snapshot=snapshot,
        entries={entry.id: entry for entry in snapshot.entries},
        versions=versions,
        hints=",".join(list(names)[:MOST_HINTS]),
    )
