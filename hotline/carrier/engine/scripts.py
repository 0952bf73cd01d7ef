"""How a leg begins: a call comes in, a call is placed, a party is called into a room."""

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from hotline.carrier import addresses, rooms
from hotline.carrier.acts import By
from hotline.carrier.conferences import Conference, Entrance, Left
from hotline.carrier.engine.dial_conference import attend
from hotline.carrier.engine.dialled import Dialled
from hotline.carrier.engine.program import CallEnded, Program
from hotline.carrier.exchange import LONGEST_CALL
from hotline.carrier.legs import CallStatus, Source
from hotline.carrier.numbers import Answer, Number
from hotline.carrier.recorder import end_recording, start_recording
from hotline.carrier.recordings import RecordingCallback, RecordingSource

Script = Callable[[Program], Coroutine[Any, Any, None]]

_SETTING_UP = 0.2
_REACTION = 1.0
RING_TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Order:
    """What REST asked of a placed call."""

    source: Source
    timeout: int = RING_TIMEOUT
    time_limit: int = LONGEST_CALL
    send_digits: str | None = None
    is_recorded: bool = False
    channels: int = 1
    track: str = "both"
    recording_callback: RecordingCallback | None = None


def receive(number: Number) -> Script:
    """A call to a served number: its voice URL says what happens."""

    async def script(program: Program) -> None:
        program.exchange.change_status(program.leg, CallStatus.RINGING)
        program.exchange.limit(program.leg, LONGEST_CALL)
        if not number.voice_url:
            raise CallEnded(By.HOST, CallStatus.FAILED)
        await program.follow(Source(number.voice_url, number.voice_method))

    return script


def place(order: Order) -> Script:
    """A call that REST asked for: ring, and follow the document once somebody answers."""

    async def script(program: Program) -> None:
        await _reach(program, order)
        async with _recorded(program, order):
            await program.follow(order.source)

    return script


def call_into(room: Conference, order: Order, entrance: Entrance) -> Script:
    """A party that REST called into a room, where it is awaited."""

    async def script(program: Program) -> None:
        try:
            await _reach(program, order)
        except CallEnded as ended:
            _tell_add_failed(program, room, ended.status)
            raise
        finally:
            if not program.leg.is_answered:
                rooms.expect_no_longer(program.exchange, room, program.leg)
        async with _recorded(program, order):
            await attend(program, room.name, entrance, None, Dialled())

    return script


async def ring(program: Program, *, within: float) -> None:
    """Ring a line until its party answers; raises `CallEnded` when it does not."""
    exchange, leg = program.exchange, program.leg
    exchange.change_status(leg, CallStatus.INITIATED)
    await exchange.clock.sleep(_SETTING_UP)
    plan = exchange.rings.of(leg.to)
    if plan is Answer.FAILED:
        raise CallEnded(By.HOST, CallStatus.FAILED)
    exchange.change_status(leg, CallStatus.RINGING)
    if addresses.key(leg.to) in exchange.faults.silent_addresses:
        plan = Answer.NO_ANSWER
    if plan is Answer.NO_ANSWER:
        if not await exchange.clock.happens(leg.picked_up, within=within):
            raise CallEnded(By.HOST, CallStatus.NO_ANSWER)
        return
    await exchange.clock.happens(leg.picked_up, within=min(_REACTION, within))
    if plan is not Answer.ANSWER and not leg.picked_up.is_set():
        raise CallEnded(By.HOST, CallStatus.BUSY)


async def _reach(program: Program, order: Order) -> None:
    await ring(program, within=order.timeout)
    program.exchange.answer(program.leg)
    program.exchange.limit(program.leg, order.time_limit)
    if order.send_digits:
        await program.exchange.media.send_digits(program.leg.sid, order.send_digits)


@asynccontextmanager
async def _recorded(program: Program, order: Order) -> AsyncIterator[None]:
    if not order.is_recorded:
        yield
        return
    recording = start_recording(
        program.exchange,
        RecordingSource.OUTBOUND_API,
        call_sid=program.leg.sid,
        channels=order.channels,
        track=order.track,
        callback=order.recording_callback,
    )
    program.leg.recording_sid = recording.sid
    try:
        yield
    finally:
        end_recording(program.exchange, recording)


def _tell_add_failed(program: Program, room: Conference, status: CallStatus | None) -> None:
    """The room hears that somebody whom it waited for will not come."""
    person = room.awaited.get(program.leg.sid)
    if person is None:
        return
    rooms.tell_room(
        program.exchange,
        room,
        "leave",
        "participant-leave",
        person,
        ParticipantCallStatus=(status or CallStatus.FAILED).value,
        ReasonParticipantLeft=Left.ADD_FAILED.value,
    )
