"""The directory in memory: each city's matcher and what the talk may know, fresh within a second.

Loaded once, then followed by `directory.published` events; a change is applied beside the calls
and put in place by one assignment, so no turn waits for it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from uuid import UUID

import asyncpg
import structlog

from hotline import clock
from hotline.announcements.models import Moment
from hotline.announcements.queries import Notice, notices_in
from hotline.conversation.known import IncidentCard, Known, NoticeCard, UnitCard, VendorCard
from hotline.conversation.wording import Wording
from hotline.db import Database
from hotline.db.wakes import pause
from hotline.directory.entry import Entry
from hotline.directory.snapshot import PlaceFacts, Snapshot, UnitFacts, snapshot
from hotline.errors import NotFound
from hotline.events import queries as events
from hotline.incidents.queries import Spoken, spoken_in
from hotline.matching.districts import Gazetteer, Place
from hotline.matching.families import family_key
from hotline.matching.match import Matcher
from hotline.matching.sample import sample_sayings
from hotline.matching.semantic import Semantic
from hotline.matching.values import Context, Suggestion, Understanding
from hotline.organizations.hours import is_open
from hotline.organizations.queries import cities
from hotline.organizations.queries import wording as wording_of

log = structlog.get_logger()

NEWS = ("directory.published", "wording.changed")
NOTICE_NEWS = ("announcement.changed",)
INCIDENT_NEWS = ("incident.confirmed", "incident.updated", "incident.closed")
MOST_HINTS = 150
PHRASES_AT_ONCE = 20
MOST_THINKING = 2
"""Utterances whose meaning is worked out at the same time."""
FIRST_WORDS = "您好"
"""Heard once before the first caller is: word lists are read when they are first needed."""
_POLL_SECONDS = 0.4


@dataclass(frozen=True, slots=True)
class CityDirectory:
    """One consistent state of one city's directory: the ears of a call."""

    matcher: Matcher
    hurried: Matcher
    thinking: asyncio.Semaphore
    facts: Snapshot
    entries: Mapping[str, Entry]
    versions: Mapping[str, tuple[str, ...]]
    hints: str
    wording: Wording
    incidents: tuple[Spoken, ...] = ()
    notices: tuple[Notice, ...] = ()

    async def understand(self, text: str, context: Context) -> Understanding:
        """A thread where the semantic channel computes, so that other calls go on meanwhile.

        While as many think as there is time for, the next are understood without meaning.
        """
        context = replace(context, incidents=self._expected(context.district))
        if self.matcher.semantic is None or self.thinking.locked():
            return self.hurried.match(text, context)
        async with self.thinking:
            return await asyncio.to_thread(self.matcher.match, text, context)

    def suggest(self, text: str) -> tuple[Suggestion, ...]:
        return self.matcher.suggest(text)

    def known(self, caller_number: str | None) -> Known:
        return Known(
            entries=self.entries,
            versions=self.versions,
            vendors_for=self._vendors_for,
            unit_for=self._unit_for,
            unit_named=self._unit_named,
            incident_for=self._incident_for,
            notice_for=self._notice_for,
            caller_number=caller_number,
        )

    def _incident_for(self, entry_id: str, district: str | None) -> IncidentCard | None:
        entry = self.entries.get(entry_id)
        if entry is None:
            return None
        family = family_key(entry)
        about = (one for one in self._going_on(district) if family in one.families)
        found = next(about, None)
        return IncidentCard(str(found.id), found.announcement) if found else None

    def notices_now(self) -> list[Notice]:
        """What departments tell at this moment, what began last first."""
        now = clock.now()
        return [one for one in self.notices if one.is_current(now)]

    def _notice_for(self, entry_id: str | None, district: str | None) -> NoticeCard | None:
        moment = Moment.MATCH if entry_id else Moment.GREETING
        entry = self.entries.get(entry_id) if entry_id else None
        family = family_key(entry) if entry else None
        told = (
            one
            for one in self.notices_now()
            if one.spoken_at == moment
            and one.district in (None, district)
            and (family is None or family in one.families)
        )
        found = next(told, None)
        return NoticeCard(str(found.id), found.spoken) if found else None

    def _going_on(self, district: str | None) -> list[Spoken]:
        """What was to be over by now is not said any more: it may not be true."""
        now = clock.now()
        return [
            one
            for one in self.incidents
            if one.district in (None, district) and (not one.expected_end or one.expected_end > now)
        ]

    def _expected(self, district: str | None) -> frozenset[str]:
        """Entries that callers are likely to mean now; of every district where none is told."""
        spoken = self._going_on(district) if district else self.incidents
        families = frozenset[str]().union(*(one.families for one in spoken))
        return frozenset(key for family in families for key in self.versions.get(family, ()))

    def _vendors_for(self, entry_id: str, district: str) -> tuple[VendorCard, ...]:
        now = clock.now()
        found = self.facts.vendors_for(entry_id, district, now)
        drawn = sorted(found, key=lambda vendor: (not is_open(vendor.hours, now), _lot(vendor.id)))
        return tuple(VendorCard(vendor.id, vendor.name) for vendor in drawn)

    def _unit_for(self, entry: Entry, district: str | None) -> UnitCard | None:
        unit = self.facts.unit_for(entry, district)
        return _card(unit) if unit else None

    def _unit_named(self, text: str) -> UnitCard | None:
        unit = self.facts.unit_named(text)
        return _card(unit) if unit else None


@dataclass(frozen=True, slots=True)
class _Read:
    """What one city says, as read from the database."""

    facts: Snapshot
    own_texts: Mapping[str, str]
    incidents: tuple[Spoken, ...]
    notices: tuple[Notice, ...]


class LiveDirectory:
    """The directories of every city of this installation."""

    def __init__(self, database: Database, semantic: Semantic | None) -> None:
        self._database = database
        self._semantic = semantic
        self._position = 0
        self._cities: dict[UUID, CityDirectory] = {}
        self._learned: dict[UUID, Matcher] = {}
        """Of each city the matcher all of whose phrases were found to be known: looking through
        tens of thousands takes a while, and nothing is new until there is another matcher."""

    async def load(self) -> None:
        """Read everything; also the way back after a broken connection."""
        position = await events.position(self._database.raw)
        for read in await self._read():
            built = await asyncio.to_thread(_build, read, self._semantic)
            self._cities[read.facts.city_id] = built
        self._position = position.last

    def of_city(self, city_id: UUID) -> CityDirectory:
        return self._cities[city_id]

    def of_organization(self, organization_id: UUID) -> CityDirectory | None:
        """The directory of the city that an organization belongs to."""
        holding = (c for c in self._cities.values() if organization_id in c.facts.organization_ids)
        return next(holding, None)

    def for_organization(self, organization_id: UUID) -> CityDirectory:
        """The same for who must have one. Raises NotFound."""
        found = self.of_organization(organization_id)
        if found is None:
            raise NotFound
        return found

    async def follow(self, stopping: asyncio.Event) -> None:
        """Apply what is published, within a second, until told to stop."""
        await pause(stopping, _POLL_SECONDS)  # lets the service open before its word lists load
        await asyncio.to_thread(self._listen_once)
        while not stopping.is_set():
            try:
                await self._apply_published()
                is_busy = await self._learn_some()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                log.warning("directory.follow_interrupted")
                is_busy = False
            if not is_busy:
                await pause(stopping, _POLL_SECONDS)

    def _listen_once(self) -> None:
        for city in self._cities.values():
            city.matcher.match(FIRST_WORDS)

    async def _apply_published(self) -> None:
        fresh = await events.named_after(self._database.raw, NEWS, self._position)
        if fresh.rows:
            for read in await self._read():
                old = self._cities.get(read.facts.city_id)
                renewed = await asyncio.to_thread(_renewed, old, read, self._semantic)
                self._cities[read.facts.city_id] = renewed
            log.info("directory.applied", position=fresh.position)
        news = (*INCIDENT_NEWS, *NOTICE_NEWS)
        told = await events.named_after(self._database.raw, news, self._position)
        if told.rows:
            await self._apply_told()
        self._position = min(fresh.position, told.position)

    async def _apply_told(self) -> None:
        async with self._database.transaction() as session:
            for city_id, directory in self._cities.items():
                spoken = await spoken_in(session, city_id)
                notices = await notices_in(session, city_id)
                told = replace(directory, incidents=spoken, notices=notices)
                self._cities[city_id] = told

    async def _learn_some(self) -> bool:
        """Work out the meaning of a few new phrases beside the calls; False when all are known."""
        for city_id, city in self._cities.items():
            if self._semantic is None or self._learned.get(city_id) is city.matcher:
                continue
            unknown = (await asyncio.to_thread(city.matcher.unknown_phrases))[:PHRASES_AT_ONCE]
            if unknown:
                await asyncio.to_thread(self._semantic.learn, unknown)
                await self._take_over_meanings()
                return True
            self._learned[city_id] = city.matcher
        return False

    async def _take_over_meanings(self) -> None:
        """What was learned for one city may stand in the directory of another too."""
        for city_id, city in list(self._cities.items()):
            matcher = await asyncio.to_thread(city.matcher.with_meanings)
            self._cities[city_id] = replace(city, matcher=matcher)

    async def _read(self) -> list[_Read]:
        async with self._database.transaction() as session:
            return [
                _Read(
                    await snapshot(session, city.id),
                    await wording_of(session, city.id),
                    await spoken_in(session, city.id),
                    await notices_in(session, city.id),
                )
                for city in await cities(session)
            ]


def _build(read: _Read, semantic: Semantic | None) -> CityDirectory:
    places = Gazetteer.build(map(_place, read.facts.places))
    sayings = sample_sayings()
    matcher = Matcher.build(read.facts.entries, places, sayings=sayings, semantic=semantic)
    return _with(matcher, read)


def _renewed(old: CityDirectory | None, read: _Read, semantic: Semantic | None) -> CityDirectory:
    """Only what differs goes through the matcher; new places ask for a new one."""
    facts = read.facts
    if old is None or facts.places != old.facts.places or old.matcher.is_crowded:
        return _build(read, semantic)
    now = {entry.id: entry for entry in facts.entries}
    changed = [entry for key, entry in now.items() if old.entries.get(key) != entry]
    gone = [key for key in old.entries if key not in now]
    return _with(old.matcher.with_changes(changed, gone), read)


def _with(matcher: Matcher, read: _Read) -> CityDirectory:
    facts = read.facts
    versions: dict[str, tuple[str, ...]] = {}
    for entry in facts.entries:
        key = family_key(entry)
        versions[key] = (*versions.get(key, ()), entry.id)
    words = dict.fromkeys(word for entry in facts.entries for word in entry.keywords[:1])
    return CityDirectory(
        matcher=matcher,
        hurried=matcher.hurried(),
        thinking=asyncio.Semaphore(MOST_THINKING),
        facts=facts,
        entries={entry.id: entry for entry in facts.entries},
        versions=versions,
        hints=",".join(list(words)[:MOST_HINTS]),
        wording=Wording(read.own_texts),
        incidents=read.incidents,
        notices=read.notices,
    )


def _lot(vendor_id: str) -> bytes:
    """Who is named first changes from minute to minute: no rank is told."""
    return blake2b(f"{clock.now():%Y%m%d%H%M}/{vendor_id}".encode(), digest_size=8).digest()


def _card(unit: UnitFacts) -> UnitCard:
    return UnitCard(unit.name, unit.phone, unit.is_open(clock.now()))


def _place(place: PlaceFacts) -> Place:
    return Place(place.name, place.kind, place.district, place.aliases)
