"""Queues: where callers hear music until somebody takes them."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hotline.carrier.bridges import Bridge
from hotline.carrier.legs import Leg, Source
from hotline.carrier.moments import kept

DEFAULT_MAX_SIZE = 1000
LARGEST_MAX_SIZE = 5000


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody dialled the queue: what the caller hears first, and the bridge to meet on."""

    bridge: Bridge
    dialer_sid: str
    whisper: Source | None


@dataclass(slots=True, eq=False)
class Member:
    leg: Leg
    since: float
    enqueued_at: datetime
    claimed: asyncio.Event = field(default_factory=asyncio.Event)
    claim: Claim | None = None

    def take(self, claim: Claim) -> None:
        self.claim = claim
        self.claimed.set()


@dataclass(slots=True, eq=False)
class Queue:
    """`members` are in the order in which they will be taken."""

    sid: str
    name: str
    created_at: datetime
    updated_at: datetime
    max_size: int = DEFAULT_MAX_SIZE
    members: list[Member] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def join(self, member: Member) -> None:
        self.members.append(member)
        self.arrived.set()
        self.arrived = asyncio.Event()

    def leave(self, member: Member) -> None:
        if member in self.members:
            self.members.remove(member)

    def front(self) -> Member | None:
        return next((member for member in self.members if member.claim is None), None)

    def member_of(self, call_sid: str) -> Member | None:
        if call_sid == "Front":
            return self.front()
        return next((member for member in self.members if member.leg.sid == call_sid), None)

    def position(self, member: Member) -> int:
        return self.members.index(member) + 1 if member in self.members else 1

    def average_wait(self, now: float) -> int:
        """Seconds that those who wait now have waited, on average."""
        if not self.members:
            return 0
        return int(sum(now - member.since for member in self.members) / len(self.members))

    def as_state(self) -> dict[str, Any]:
        return {
            "sid": self.sid,
            "name": self.name,
            "created_at": kept(self.created_at),
            "updated_at": kept(self.updated_at),
            "max_size": self.max_size,
        }


def queue_from_state(state: dict[str, Any]) -> Queue:
    return Queue(
        sid=state["sid"],
        name=state["name"],
        created_at=datetime.fromisoformat(state["created_at"]),
        updated_at=datetime.fromisoformat(state["updated_at"]),
        max_size=state["max_size"],
    )
