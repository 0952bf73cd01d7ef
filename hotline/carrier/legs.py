"""One leg of a call: who speaks with whom, its status, and what may interrupt it."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import httpx2

from hotline.carrier.acts import By, Transcript
from hotline.carrier.moments import kept, read
from hotline.carrier.pacing import Pace
from hotline.carrier.recordings import Recording


class CallStatus(StrEnum):
    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"


FINAL = frozenset(
    {
        CallStatus.COMPLETED,
        CallStatus.BUSY,
        CallStatus.FAILED,
        CallStatus.NO_ANSWER,
        CallStatus.CANCELED,
    }
)


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_DIAL = "outbound-dial"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document comes from: an address to ask, or the document itself."""

    url: str | None = None
    method: str = "POST"
    twiml: str | None = None
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HangUp:
    by: By
    status: CallStatus | None = None


@dataclass(frozen=True, slots=True)
class Divert:
    """Leave the running document and follow another one."""

    source: Source


Interruption = HangUp | Divert


class Listener(Protocol):
    """Whoever listens to a line: a verb, or the other party. Answers whether it was heard."""

    def hear(self, text: str, confidence: float) -> bool: ...
    def press(self, key: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told about a leg, and of which events."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True, eq=False)
class Leg:
    sid: str
    from_: str
    to: str
    direction: Direction
    created_at: datetime
    parent_sid: str | None = None
    number_sid: str | None = None
    owner: str | None = None
    status: CallStatus = CallStatus.QUEUED
    updated_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    duration: int | None = None
    answered_by: str | None = None
    fallback: Source | None = None
    subscription: Subscription | None = None
    sequence: int = 0
    recording_sid: str | None = None

    answered_clock: float | None = None
    transcript: Transcript = field(default_factory=Transcript)
    talk: list[dict[str, Any]] = field(default_factory=list)
    listener: Listener | None = None
    cookies: httpx2.Cookies = field(default_factory=httpx2.Cookies)
    pending: Interruption | None = None
    interrupted: asyncio.Event = field(default_factory=asyncio.Event)
    picked_up: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    time_limit: asyncio.TimerHandle | None = None
    pace: Pace = field(default_factory=Pace)
    farewells: list[Source] = field(default_factory=list)
    recordings: list[Recording] = field(default_factory=list)

    @property
    def is_live(self) -> bool:
        return self.status not in FINAL

    @property
    def is_answered(self) -> bool:
        return self.answered.is_set()

    def interrupt(self, interruption: Interruption) -> bool:
        """Stop what runs. A hang-up is final; of several diversions the last one counts."""
        if not self.is_live or isinstance(self.pending, HangUp):
            return False
        self.pending = interruption
        self.interrupted.set()
        return True

    async def has_ended(self, *, within: float) -> bool:
        """Give an interrupted leg a moment (of real seconds) to end."""
        try:
            async with asyncio.timeout(within):
                await self.ended.wait()
        except TimeoutError:
            return False
        return True

    def cut_off(self) -> None:
        """The longest time of a call is over."""
        self.interrupt(HangUp(By.HOST))

    def take_interruption(self) -> Interruption | None:
        interruption, self.pending = self.pending, None
        self.interrupted.clear()
        return interruption

    def as_state(self) -> dict[str, Any]:
        """What is kept of a leg."""
        fallback, subscription = self.fallback, self.subscription
        return {
            "sid": self.sid,
            "from": self.from_,
            "to": self.to,
            "direction": self.direction.value,
            "parent_sid": self.parent_sid,
            "number_sid": self.number_sid,
            "owner": self.owner,
            "status": self.status.value,
            "created_at": self.created_at.isoformat(),
            "updated_at": kept(self.updated_at),
            "started_at": kept(self.started_at),
            "ended_at": kept(self.ended_at),
            "duration": self.duration,
            "answered_by": self.answered_by,
            "is_answered": self.is_answered,
            "sequence": self.sequence,
            "recording_sid": self.recording_sid,
            "fallback": [fallback.url, fallback.method] if fallback else None,
            "subscription": [subscription.url, subscription.method, sorted(subscription.events)]
            if subscription
            else None,
        }


def leg_from_state(state: dict[str, Any]) -> Leg:
    leg = Leg(
        sid=state["sid"],
        from_=state["from"],
        to=state["to"],
        direction=Direction(state["direction"]),
        created_at=datetime.fromisoformat(state["created_at"]),
        parent_sid=state["parent_sid"],
        number_sid=state["number_sid"],
        owner=state["owner"],
        status=CallStatus(state["status"]),
        updated_at=read(state["updated_at"]),
        started_at=read(state["started_at"]),
        ended_at=read(state["ended_at"]),
        duration=state["duration"],
        answered_by=state["answered_by"],
        sequence=state["sequence"],
        recording_sid=state["recording_sid"],
    )
    if state["subscription"]:
        url, method, events = state["subscription"]
        leg.subscription = Subscription(url, method, frozenset(events))
    if state["is_answered"]:
        leg.answered.set()
    if not leg.is_live:
        leg.ended.set()
    return leg
