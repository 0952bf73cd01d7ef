"""Legs of a call: who is planned, rings, has joined, is held or muted, has left.

Whoever calls these holds the lock of the call. A leg only moves forward, so that news of the host
may come twice, late or in any order; what a room event says about sound counts only when its
number is higher than the last one that was applied.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import queries, service
from hotline.calls.models import Call, CallLeg, CallStatus, LegRole, LegState, TalkRoom
from hotline.db import uuid7
from hotline.vault import vault_of

CONNECT = "connect"
"""The aim of a leg that brings an agent to a waiting caller."""

_ORDER = list(LegState)
_MOMENTS = {
    LegState.ANSWERED: "answered_at",
    LegState.JOINED: "joined_at",
    LegState.ENDED: "ended_at",
}


@dataclass(frozen=True, slots=True)
class NewLeg:
    """Somebody who shall come into the room; `address` None for who is on the line already."""

    role: LegRole
    aim: str
    name: str
    address: str | None = None
    account_id: UUID | None = None
    mode: str | None = None


async def open_room(session: AsyncSession, call: Call) -> TalkRoom:
    """A room with a name that tells nothing."""
    room = TalkRoom(id=uuid7(), call_id=call.id, name=f"r{secrets.token_hex(16)}")
    session.add(room)
    await session.flush()
    return room


async def close_room(session: AsyncSession, room_id: UUID | None) -> None:
    room = await queries.room(session, room_id) if room_id else None
    if room is not None and room.closed_at is None:
        room.closed_at = clock.now()


async def plan_leg(session: AsyncSession, call: Call, room: TalkRoom, new: NewLeg) -> CallLeg:
    leg_id = uuid7()
    leg = CallLeg(
        id=leg_id, call_id=call.id, room_id=room.id, role=new.role, aim=new.aim, name=new.name,
        account_id=new.account_id, mode=new.mode, state=LegState.PLANNED,
        label=f"{new.role[0]}{secrets.token_hex(6)}", wants_muted=new.mode == "listen",
    )  # fmt: skip
    if new.address is not None:
        leg.address_sealed = vault_of(session).seal(
            new.address, table="call_leg", column="address", row=leg_id
        )
    session.add(leg)
    await show_parties(session, call)
    return leg


def address_of(session: AsyncSession, leg: CallLeg) -> str | None:
    if leg.address_sealed is None:
        return None
    vault = vault_of(session)
    return vault.open(leg.address_sealed, table="call_leg", column="address", row=leg.id)


async def advance(
    session: AsyncSession, call: Call, leg: CallLeg, state: LegState, *, reason: str | None = None
) -> bool:
    """Move forward; False when the leg was there or further already."""
    if _ORDER.index(LegState(leg.state)) >= _ORDER.index(state):
        return False
    leg.state = state
    if moment := _MOMENTS.get(state):
        setattr(leg, moment, clock.now())
    if state == LegState.ENDED:
        leg.end_reason = reason
        leg.is_held = False
    await show_parties(session, call)
    return True


async def note_sound(
    session: AsyncSession, call: Call, leg: CallLeg, sequence: int, *,
    is_held: bool, is_muted: bool,
) -> bool:  # fmt: skip
    """What the host says of a party's sound; False when newer news was applied before."""
    if sequence <= leg.sequence or leg.state == LegState.ENDED:
        return False
    leg.sequence = sequence
    changed = (leg.is_held, leg.is_muted) != (is_held, is_muted)
    leg.is_held, leg.is_muted = is_held, is_muted
    if changed:
        await show_parties(session, call)
    return changed


async def show_parties(session: AsyncSession, call: Call) -> None:
    """Bring `call.parties` to what the legs say, and tell the consoles when that is news.

    What the end of the call told of them stays.
    """
    if call.status == CallStatus.ENDED:
        return
    await session.flush()
    legs = await queries.legs_of(session, call.id)
    parties = [_party(leg) for leg in legs if _is_shown(leg)]
    if parties == call.parties:
        return
    call.parties = parties
    await service.announce(session, "call.changed", call)


def joined(legs: Sequence[CallLeg], role: LegRole) -> list[CallLeg]:
    return [leg for leg in legs if leg.role == role and leg.state == LegState.JOINED]


def _is_shown(leg: CallLeg) -> bool:
    """Who was in the room, and third parties that ring; an offer to an agent is told apart."""
    if leg.role == LegRole.SUPERVISOR and leg.mode not in ("barge", "takeover"):
        return False
    is_on_the_way = leg.aim != CONNECT and leg.state != LegState.ENDED
    return leg.joined_at is not None or is_on_the_way


def _party(leg: CallLeg) -> dict[str, Any]:
    return {
        "leg_id": str(leg.id),
        "role": leg.role,
        "name": leg.name,
        "account_id": str(leg.account_id) if leg.account_id else None,
        "state": leg.state,
        "is_held": leg.is_held,
        "is_muted": leg.is_muted,
        "since": _since(leg).isoformat(),
    }


def _since(leg: CallLeg) -> datetime:
    return leg.ended_at or leg.joined_at or leg.answered_at or leg.placed_at or leg.created_at
