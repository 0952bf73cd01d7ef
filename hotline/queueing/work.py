"""What the host must do, as jobs: their kinds, and the wishes of a leg that they carry out."""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.calls import legs
from hotline.calls.models import CallLeg, LegState
from hotline.jobs import service as jobs

PLACE_LEG = "queueing.place_leg"
SETTLE_LEG = "queueing.settle_leg"
BRING_CALLER = "queueing.bring_caller"
DIVERT_CALLER = "queueing.divert_caller"
CHECK_JOINED = "queueing.check_joined"
CHECK_LEFT = "queueing.check_left"
EXPIRE_OFFER = "queueing.expire_offer"
GIVE_UP_RECOVERY = "queueing.give_up_recovery"
CALL_BACK = "queueing.call_back"
RECONCILE = "queueing.reconcile"
CALL_OVER = "queueing.call_over"
SOON = timedelta(seconds=5)
"""When somebody looks at what could wait while many were on the line."""


class Aim(StrEnum):
    """What a leg is for, once its party has joined."""

    TALK = "talk"
    CONNECT = legs.CONNECT
    CONSULT = "consult"
    TRANSFER = "transfer"
    MONITOR = "monitor"


async def settle(
    session: AsyncSession, leg: CallLeg, *, wants_end: bool | None = None,
    wants_held: bool | None = None, wants_muted: bool | None = None, mode: str | None = None,
) -> None:  # fmt: skip
    """Wish something of a leg; the job asks the host until what is agrees with what is wished."""
    wishes = {
        "wants_end": wants_end, "wants_held": wants_held, "wants_muted": wants_muted, "mode": mode
    }  # fmt: skip
    for name, value in wishes.items():
        if value is not None:
            setattr(leg, name, value)
    if leg.state != LegState.ENDED:
        await jobs.enqueue(session, SETTLE_LEG, {"leg_id": str(leg.id)})


async def see_to_end(session: AsyncSession, sid: str, planned: UUID | None) -> None:
    """The call has ended; what follows from that is worked out soon."""
    payload = {"call_sid": sid, "planned": str(planned) if planned else None}
    await jobs.enqueue(session, CALL_OVER, payload, run_at=clock.now() + SOON, dedupe=sid)
