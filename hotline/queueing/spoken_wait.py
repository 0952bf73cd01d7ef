"""What is said to a waiting caller, honestly and briefly."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.agents import queries as seats
from hotline.calls import service as calls
from hotline.calls.answering import Texts
from hotline.calls.models import Call
from hotline.queueing import queries
from hotline.queueing.counting import counted
from hotline.queueing.estimate_wait import (
    USUAL_HANDLE_SECONDS,
    estimate_wait,
    minutes_told,
)
from hotline.queueing.models import Priority, QueueEntry
from hotline.queueing.wait_plan import WaitPlan, plan_wait
from hotline.telephony.dial_rules import may_ring_resident

MEASURED = timedelta(hours=2)


async def next_round(session: AsyncSession, call: Call, entry: QueueEntry, waited: int) -> WaitPlan:
    """`waited` by the host's clock; a telling is remembered."""
    number = calls.caller_number(session, call)
    plan = plan_wait(
        waited,
        entry.told_after,
        is_emergency=entry.priority == Priority.EMERGENCY.rank,
        may_call_back=number is not None and may_ring_resident(number),
    )
    if plan.tells_place:
        entry.told_after = waited
    return plan


async def sentences(
    session: AsyncSession, entry: QueueEntry, plan: WaitPlan, texts: Texts
) -> list[str]:
    if not plan.has_music:
        return [texts.text("emergency_waiting")]
    said = []
    if plan.tells_place:
        said.append(await _place(session, entry, texts))
    if plan.offers_callback:
        said.append(texts.text("callback_offer"))
    return said


async def _place(session: AsyncSession, entry: QueueEntry, texts: Texts) -> str:
    ahead = await queries.ahead_of(session, entry)
    seconds = await _estimate(session, entry, ahead)
    if seconds is None:
        return texts.text("place_unstaffed")
    if ahead == 0:
        return texts.text("place_next")
    minutes = minutes_told(seconds)
    if minutes is None:
        return texts.text("place_long", ahead=counted(ahead))
    return texts.text("place_minutes", ahead=counted(ahead), minutes=counted(minutes))


async def _estimate(session: AsyncSession, entry: QueueEntry, ahead: int) -> float | None:
    """With the agents of every desk that the caller may reach, and talks as long as lately."""
    staffed = await seats.staffed(session, entry.city_id)
    reach = await queries.reach(session, entry.city_id)
    desks = {entry.organization_id, *reach.get(entry.queue_id, {})}
    talk = await queries.handle_seconds(session, entry.city_id, clock.now() - MEASURED)
    line = await queries.queue(session, entry.queue_id)
    handle = USUAL_HANDLE_SECONDS if talk is None else talk + line.wrap_up_seconds
    agents = sum(count for desk, count in staffed.items() if desk in desks)
    return estimate_wait(ahead, agents=agents, handle_seconds=handle)
