"""Dialling a queue: the dialling party meets the caller who has waited longest."""

import asyncio

from hotline.carrier import attributes
from hotline.carrier.acts import Act
from hotline.carrier.bridges import Bridge
from hotline.carrier.documents import Element
from hotline.carrier.engine.dialled import (
    Dialled,
    DialSettings,
    DialStatus,
    start_dial_recording,
)
from hotline.carrier.engine.program import Program
from hotline.carrier.legs import Source
from hotline.carrier.queues import Claim, Member, Queue
from hotline.carrier.recorder import end_recording


async def dial_queue(
    program: Program, noun: Element, settings: DialSettings, dialled: Dialled
) -> None:
    """A queue that does not exist is an error; an empty one is waited for."""
    name = noun.own_text()
    dialled.is_bridged = False
    program.exchange.note(
        program.leg,
        Act.DIAL,
        to=[name],
        timeout=settings.timeout,
        caller_id=settings.caller_id,
    )
    queue = next((item for item in program.exchange.queues.values() if item.name == name), None)
    if queue is None:
        dialled.status = DialStatus.FAILED
        return
    await _meet_first(program, _whisper(program, noun), queue, (settings, dialled))


async def _meet_first(
    program: Program,
    whisper: Source | None,
    queue: Queue,
    dial: tuple[DialSettings, Dialled],
) -> None:
    settings, dialled = dial
    member = await _first_member(program, queue, settings.timeout)
    if member is None:
        return
    bridge = Bridge(program.exchange, program.leg, hangs_up_on_star=settings.hangs_up_on_star)
    _describe(program, queue, member, dialled)
    member.take(Claim(bridge, program.leg.sid, whisper))
    try:
        await _talk(program, bridge, settings, dialled)
    finally:
        bridge.close()
        if bridge.was_opened:
            dialled.status = DialStatus.COMPLETED
            dialled.is_bridged = True
        dialled.duration = round(bridge.seconds)


async def _first_member(program: Program, queue: Queue, patience: float) -> Member | None:
    clock = program.exchange.clock
    ends_at = clock.now() + patience
    while (member := queue.front()) is None:
        if not await clock.happens(queue.arrived, within=ends_at - clock.now()):
            return None
    return member


async def _talk(program: Program, bridge: Bridge, settings: DialSettings, dialled: Dialled) -> None:
    """The caller may go before the bridge opens, during the whisper."""
    opened = asyncio.create_task(bridge.opened.wait())
    gone = asyncio.create_task(bridge.ended.wait())
    try:
        await asyncio.wait({opened, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        opened.cancel()
        gone.cancel()
    if not bridge.was_opened:
        return
    program.exchange.answer(program.leg)
    recording = start_dial_recording(program, settings) if settings.is_recorded else None
    try:
        await program.exchange.clock.happens(bridge.ended, within=settings.time_limit)
    finally:
        if recording is not None:
            end_recording(program.exchange, recording)
            dialled.recording_url = program.exchange.recording_url(recording)


def _describe(program: Program, queue: Queue, member: Member, dialled: Dialled) -> None:
    waited = int(program.exchange.clock.now() - member.since)
    dialled.call_sid = member.leg.sid
    dialled.more = {
        "QueueSid": queue.sid,
        "QueueTime": str(waited),
        "DequeingCallSid": program.leg.sid,
    }


def _whisper(program: Program, noun: Element) -> Source | None:
    address = attributes.given(noun, "url")
    if address is None:
        return None
    return Source(program.resolve(address), attributes.method(noun))
