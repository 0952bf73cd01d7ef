"""The life of a leg: one task that follows a script and takes interruptions."""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from structlog.contextvars import bind_contextvars, clear_contextvars

from hotline import logs
from hotline.carrier.acts import By
from hotline.carrier.engine.program import CallEnded, Program
from hotline.carrier.engine.verbs import VERB_TABLE
from hotline.carrier.legs import Divert, HangUp, Interruption, Leg

if TYPE_CHECKING:
    from hotline.carrier.engine.scripts import Script
    from hotline.carrier.exchange import Exchange

log = logs.get_logger()


def start_leg(exchange: "Exchange", leg: Leg, script: "Script") -> None:
    """Let the leg live. It ends by itself, by an interruption or by a fault of ours."""
    exchange.add(leg)
    program = Program(exchange, leg, VERB_TABLE)
    exchange.tasks.start(_live(program, script), name=f"carrier-leg-{leg.sid}")


async def _live(program: Program, script: "Script") -> None:
    clear_contextvars()
    bind_contextvars(call_sid=program.leg.sid)
    end = HangUp(By.HOST)
    try:
        end = await _follow(program, script(program))
    except Exception:
        log.exception("carrier.leg_broke")
    finally:
        program.exchange.finish(program.leg, end)


async def _follow(program: Program, work: Coroutine[Any, Any, None]) -> HangUp:
    """Run `work`, then whatever it is diverted to, until the call ends."""
    while True:
        try:
            interruption = await _until_interrupted(program.leg, work)
        except CallEnded as ended:
            return HangUp(ended.by, ended.status)
        if isinstance(interruption, HangUp):
            return interruption
        if interruption is None:
            program.exchange.answer(program.leg)
            return HangUp(By.DOCUMENT)
        work = program.follow(interruption.source)


async def _until_interrupted(leg: Leg, work: Coroutine[Any, Any, None]) -> Interruption | None:
    """The interruption that stopped `work`, or nothing when it ended by itself."""
    task = asyncio.create_task(work)
    waiter = asyncio.create_task(leg.interrupted.wait())
    try:
        await asyncio.wait({task, waiter}, return_when=asyncio.FIRST_COMPLETED)
        if task.done() and not isinstance(leg.pending, Divert):
            task.result()
            return leg.take_interruption()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return leg.take_interruption()
    finally:
        waiter.cancel()
        task.cancel()
