"""What must be repaired when the host and we do not agree; pure.

The host is right about who is on the line, we are right about who shall be. Young rows are left
alone: their news may be on the way.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

GRACE_SECONDS = 10.0
UNPLACED_SECONDS = 60.0


class Repair(StrEnum):
    CALL_OVER = "call_over"
    LEG_OVER = "leg_over"
    LEG_JOINED = "leg_joined"
    END_LEG = "end_leg"
    BACK_IN_LINE = "back_in_line"


@dataclass(frozen=True, slots=True)
class OurCall:
    """A call that has not ended, as we have it. `age` in seconds since its last change."""

    id: UUID
    sid: str
    is_placed: bool
    is_waiting: bool
    is_callback: bool
    age: float


@dataclass(frozen=True, slots=True)
class OurLeg:
    """A leg of anybody but the caller. `sid` None while the host has not named it."""

    id: UUID
    sid: str | None
    label: str
    has_joined: bool
    has_ended: bool
    shall_end: bool
    age: float


@dataclass(frozen=True, slots=True)
class HostView:
    """Live calls by SID, labels of parties in rooms, who stands in the host's lines."""

    live: Set[str]
    present: Set[str]
    waiting: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    repair: Repair
    id: UUID


@dataclass(frozen=True, slots=True)
class Ours:
    calls: tuple[OurCall, ...] = ()
    legs: tuple[OurLeg, ...] = ()
    callers: Mapping[UUID, str] = field(default_factory=dict)


def repairs(ours: Ours, host: HostView) -> list[Found]:
    """In the order in which they are done: a call that is over ends its parties by itself."""
    of_calls = [_of_call(call, host, ours) for call in ours.calls if call.age >= GRACE_SECONDS]
    of_legs = [_of_leg(leg, host) for leg in ours.legs if leg.age >= GRACE_SECONDS]
    return list(_known([*of_calls, *of_legs]))


def _of_leg(leg: OurLeg, host: HostView) -> Found | None:
    is_live = leg.sid in host.live
    if leg.has_ended or leg.shall_end:
        return _ended_leg(leg, is_live=is_live)
    if leg.sid is None:
        return Found(Repair.LEG_OVER, leg.id) if leg.age >= UNPLACED_SECONDS else None
    if not is_live or (leg.has_joined and leg.label not in host.present):
        return Found(Repair.LEG_OVER, leg.id)
    if not leg.has_joined and leg.label in host.present:
        return Found(Repair.LEG_JOINED, leg.id)
    return None


def _ended_leg(leg: OurLeg, *, is_live: bool) -> Found | None:
    if is_live:
        return Found(Repair.END_LEG, leg.id)
    return None if leg.has_ended else Found(Repair.LEG_OVER, leg.id)


def _of_call(call: OurCall, host: HostView, ours: Ours) -> Found | None:
    if not call.is_placed:
        return None
    if call.sid not in host.live:
        return Found(Repair.CALL_OVER, call.id)
    is_in_room = ours.callers.get(call.id) in host.present
    if call.is_waiting and not call.is_callback and not is_in_room and call.sid not in host.waiting:
        return Found(Repair.BACK_IN_LINE, call.id)
    return None


def _known(found: Iterable[Found | None]) -> Iterable[Found]:
    return (one for one in found if one is not None)
