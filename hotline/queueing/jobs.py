"""Jobs of the waiting line and of the talks, by kind."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from hotline.agents.service import DISTRIBUTE, END_WRAP_UP, end_wrap_up
from hotline.calls import queries as calls
from hotline.db import Database
from hotline.jobs.worker import Claimed, Runner
from hotline.queueing import callbacks, host_work, queries, work
from hotline.queueing.distribute import distribute
from hotline.queueing.host_work import Host
from hotline.queueing.look import check_joined
from hotline.queueing.models import OfferState
from hotline.queueing.offers import close_offer
from hotline.queueing.part import give_up_recovery, leg_ended, told_over
from hotline.queueing.repair import reconcile
from hotline.telephony.client import Telephony


def runners(telephony: Telephony | None) -> dict[str, Runner]:
    """Without a host there are no calls, and nothing to ask of one."""
    own: dict[str, Runner] = {
        DISTRIBUTE: _distribute,
        END_WRAP_UP: _end_wrap_up,
        work.EXPIRE_OFFER: _expire_offer,
        work.GIVE_UP_RECOVERY: _give_up_recovery,
        work.CHECK_LEFT: _check_left,
        work.CALL_BACK: _call_back,
        work.CALL_OVER: _call_over,
    }
    if telephony is None:
        return own
    return own | {
        work.PLACE_LEG: _on_leg(telephony, host_work.place_leg),
        work.SETTLE_LEG: _on_leg(telephony, host_work.settle_leg),
        work.BRING_CALLER: _on_leg(telephony, host_work.bring_caller),
        work.CHECK_JOINED: _on_leg(telephony, check_joined),
        work.DIVERT_CALLER: partial(_divert_caller, telephony),
        work.RECONCILE: partial(_reconcile, telephony),
    }


_OnLeg = Callable[[Host, UUID], Awaitable[None]]


def _on_leg(telephony: Telephony, act: _OnLeg) -> Runner:
    async def run(database: Database, job: Claimed) -> None:
        await act(Host(telephony, database), _id(job, "leg_id"))

    return run


async def _divert_caller(telephony: Telephony, database: Database, job: Claimed) -> None:
    host = Host(telephony, database)
    await host_work.divert_caller(host, _id(job, "call_id"), str(job.payload["to"]))


async def _reconcile(telephony: Telephony, database: Database, _job: Claimed) -> None:
    await reconcile(Host(telephony, database))


async def _distribute(database: Database, job: Claimed) -> None:
    await distribute(database, _id(job, "city_id"))


async def _end_wrap_up(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await job.finish(session)
        fence: Any = job.payload["fence"]
        await end_wrap_up(session, _id(job, "account_id"), int(fence))


async def _call_over(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await job.finish(session)
        planned: Any = job.payload["planned"]
        call_id = UUID(planned) if planned else None
        await told_over(session, str(job.payload["call_sid"]), call_id)


async def _expire_offer(database: Database, job: Claimed) -> None:
    """The host never told what became of the ringing."""
    async with database.transaction() as session:
        await job.finish(session)
        offer = await queries.offer(session, _id(job, "offer_id"))
        call = await calls.call_under_lock(session, offer.call_id) if offer else None
        offer = await queries.offer(session, _id(job, "offer_id"))
        if call is not None and offer is not None:
            await close_offer(session, call, offer, OfferState.NO_ANSWER)


async def _give_up_recovery(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await job.finish(session)
        call = await calls.call_under_lock(session, _id(job, "call_id"))
        room = await calls.room(session, _id(job, "room_id"))
        if call is not None and room is not None:
            await give_up_recovery(session, call, room)


async def _check_left(database: Database, job: Claimed) -> None:
    """The party's call ended a while ago and the room has told nothing of it."""
    async with database.transaction() as session:
        await job.finish(session)
        leg = await calls.leg(session, _id(job, "leg_id"))
        call = await calls.call_under_lock(session, leg.call_id) if leg else None
        fresh = await calls.leg(session, leg.id) if leg else None
        if call is not None and fresh is not None:
            await leg_ended(session, call, fresh, "completed")


async def _call_back(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await job.finish(session)
        await callbacks.call_back(session, _id(job, "callback_id"))


def _id(job: Claimed, name: str) -> UUID:
    return UUID(str(job.payload[name]))
