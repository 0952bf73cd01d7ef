"""Enqueue: the caller waits, hears the wait document again and again, and is told why it ended."""

import asyncio
from enum import StrEnum

from hotline import clock
from hotline.carrier import attributes
from hotline.carrier.acts import Act
from hotline.carrier.documents import Element
from hotline.carrier.engine.program import CallEnded, DocumentFailed, Program, QueueLeft
from hotline.carrier.engine.prompts import play_url
from hotline.carrier.grammar import ROOM_VERBS, WAIT_VERBS
from hotline.carrier.legs import Source
from hotline.carrier.queues import Claim, Member, Queue
from hotline.carrier.sids import Prefix, new_sid
from hotline.carrier.store import Kind

LONGEST_NAME = 64
HOLD_MUSIC = "/carrier/hold-music.wav"
_LEAST_ROUND = 1.0


class QueueResult(StrEnum):
    BRIDGED = "bridged"
    BRIDGING = "bridging-in-process"
    ERROR = "error"
    HANGUP = "hangup"
    LEAVE = "leave"
    REDIRECTED = "redirected"
    REDIRECTED_FROM_BRIDGED = "redirected-from-bridged"
    QUEUE_FULL = "queue-full"


async def enqueue(program: Program, verb: Element) -> Source | None:
    name = verb.own_text()
    if not name or len(name) > LONGEST_NAME:
        return program.action(verb, {"QueueResult": QueueResult.ERROR.value})
    queue = queue_named(program, name)
    program.exchange.note(program.leg, Act.ENQUEUE, queue=name)
    limit = attributes.whole(verb, "maxQueueSize", queue.max_size)
    if len(queue.members) >= min(limit, queue.max_size):
        return program.action(verb, {"QueueResult": QueueResult.QUEUE_FULL.value})
    member = Member(program.leg, program.exchange.clock.now(), clock.now())
    queue.join(member)
    return await _stay(_Stay(program, verb, queue, member))


def queue_named(program: Program, name: str) -> Queue:
    """The queue of that name; it is made when it is first needed."""
    exchange = program.exchange
    for queue in exchange.queues.values():
        if queue.name == name:
            return queue
    now = clock.now()
    queue = Queue(new_sid(Prefix.QUEUE), name, now, now)
    exchange.queues[queue.sid] = queue
    exchange.store.save(Kind.QUEUE, queue.sid, queue.as_state())
    return queue


class _Stay:
    """One caller's time in a queue."""

    def __init__(self, program: Program, verb: Element, queue: Queue, member: Member) -> None:
        self.program = program
        self.verb = verb
        self.queue = queue
        self.member = member

    @property
    def seconds(self) -> int:
        return int(self.program.exchange.clock.now() - self.member.since)

    def wait_fields(self) -> dict[str, str]:
        now = self.program.exchange.clock.now()
        return {
            "QueuePosition": str(self.queue.position(self.member)),
            "QueueSid": self.queue.sid,
            "QueueTime": str(self.seconds),
            "AvgQueueTime": str(self.queue.average_wait(now)),
            "CurrentQueueSize": str(len(self.queue.members)),
            "MaxQueueSize": str(self.queue.max_size),
        }

    def result(self, result: QueueResult, seconds: int) -> Source | None:
        fields = {
            "QueueResult": result.value,
            "QueueSid": self.queue.sid,
            "QueueTime": str(seconds),
        }
        return self.program.action(self.verb, fields)


async def _stay(stay: _Stay) -> Source | None:
    """Wait until taken, sent away, gone or failed; the queue is left in every case."""
    result = QueueResult.ERROR
    try:
        result = await _wait(stay)
    except asyncio.CancelledError:
        is_hung_up = stay.program.is_hung_up
        result = QueueResult.HANGUP if is_hung_up else QueueResult.REDIRECTED
        stay.program.tell(stay.result(result, stay.seconds))
        raise
    except CallEnded:
        _say_farewell(stay, QueueResult.HANGUP)
        raise
    finally:
        stay.queue.leave(stay.member)
    if result is QueueResult.BRIDGED:
        return await _meet(stay)
    return stay.result(result, stay.seconds)


async def _wait(stay: _Stay) -> QueueResult:
    listening = asyncio.create_task(_hear_wait_documents(stay))
    claimed = asyncio.create_task(stay.member.claimed.wait())
    try:
        await asyncio.wait({listening, claimed}, return_when=asyncio.FIRST_COMPLETED)
        if stay.member.claim is not None:
            return QueueResult.BRIDGED
        return listening.result()
    finally:
        for task in (listening, claimed):
            task.cancel()
        await asyncio.gather(listening, claimed, return_exceptions=True)


async def _hear_wait_documents(stay: _Stay) -> QueueResult:
    """Ask for the wait document whenever its verbs have run out."""
    program, clock_ = stay.program, stay.program.exchange.clock
    source = _wait_source(stay)
    if source is None:
        await _default_music(stay)
    inner = program.nested(WAIT_VERBS, stay.wait_fields)
    while source is not None:
        began = clock_.now()
        asked = Source(source.url, source.method, fields=stay.wait_fields())
        try:
            await inner.follow(asked)
        except QueueLeft:
            return QueueResult.LEAVE
        except DocumentFailed as failure:
            program.failed(failure)
            return QueueResult.ERROR
        await clock_.sleep(_LEAST_ROUND - (clock_.now() - began))
    return QueueResult.ERROR


def _wait_source(stay: _Stay) -> Source | None:
    address = attributes.given(stay.verb, "waitUrl")
    if address is None:
        return None
    method = attributes.method(stay.verb, "waitUrlMethod")
    return Source(stay.program.resolve(address), method)


async def _default_music(stay: _Stay) -> None:
    """No `waitUrl` means the host's music, an empty one means silence; neither ends by itself."""
    program = stay.program
    if "waitUrl" not in stay.verb.attributes:
        await play_url(program, program.exchange.settings.public_url + HOLD_MUSIC)
    await asyncio.Event().wait()


async def _meet(stay: _Stay) -> Source | None:
    """Hear the whisper, then talk with whoever dialled the queue."""
    claim = stay.member.claim
    assert claim is not None
    waited, bridge = stay.seconds, claim.bridge
    result = QueueResult.BRIDGING
    try:
        await _hear_whisper(stay, claim, waited)
        if bridge.open(stay.program.leg):
            result = QueueResult.BRIDGED
        await bridge.ended.wait()
    except asyncio.CancelledError:
        if result is QueueResult.BRIDGED and not stay.program.is_hung_up:
            result = QueueResult.REDIRECTED_FROM_BRIDGED
        stay.program.tell(stay.result(result, waited))
        raise
    except DocumentFailed as failure:
        stay.program.failed(failure)
        result = QueueResult.ERROR
    finally:
        bridge.close()
    return stay.result(result, waited)


async def _hear_whisper(stay: _Stay, claim: Claim, waited: int) -> None:
    if claim.whisper is None:
        return
    fields = {
        "QueueSid": stay.queue.sid,
        "QueueTime": str(waited),
        "DequeingCallSid": claim.dialer_sid,
    }
    whisper = Source(claim.whisper.url, claim.whisper.method, fields=fields)
    await stay.program.nested(ROOM_VERBS, lambda: fields).follow(whisper)


def _say_farewell(stay: _Stay, result: QueueResult) -> None:
    """The wait document hung up: told when the call is over."""
    source = stay.result(result, stay.seconds)
    if source is not None:
        stay.program.leg.farewells.append(source)
