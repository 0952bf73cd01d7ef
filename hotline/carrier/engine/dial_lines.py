"""Dialling lines: all at once or one after another; the first who is ready is bridged."""

import asyncio

from hotline import clock
from hotline.carrier import addresses
from hotline.carrier.acts import Act, By
from hotline.carrier.bridges import Bridge
from hotline.carrier.engine.dialled import (
    Dialled,
    DialSettings,
    DialStatus,
    Line,
    start_dial_recording,
)
from hotline.carrier.engine.program import CallEnded, DocumentFailed, Program
from hotline.carrier.grammar import WHISPER_VERBS
from hotline.carrier.legs import CallStatus, Direction, HangUp, Leg
from hotline.carrier.recorder import end_recording
from hotline.carrier.recordings import Recording
from hotline.carrier.sids import Prefix, new_sid

_TOLD_FIRST = (
    DialStatus.NO_ANSWER,
    DialStatus.BUSY,
    DialStatus.CANCELED,
    DialStatus.FAILED,
)


class Attempt:
    """One round of ringing: the lines of it, and the one that won."""

    def __init__(self, program: Program, settings: DialSettings) -> None:
        self.program = program
        self.settings = settings
        self.legs: list[Leg] = []
        self.bridge = Bridge(
            program.exchange, program.leg, hangs_up_on_star=settings.hangs_up_on_star
        )
        self.recording: Recording | None = None
        self.over = asyncio.Event()
        self.reached_limit = False

    @property
    def winner(self) -> Leg | None:
        return self.bridge.second

    def offer(self, leg: Leg) -> bool:
        """A line that is ready to talk. Only the first one is taken."""
        if self.winner is not None or self.over.is_set():
            return False
        program, settings = self.program, self.settings
        program.exchange.answer(program.leg)
        if settings.is_recorded and self.recording is None:
            self.recording = start_dial_recording(program, settings)
        if not self.bridge.open(leg):
            return False
        for other in self.legs:
            if other is not leg:
                _release(other, By.HOST)
        return True

    def lost_one(self) -> None:
        """A line has ended; when it was the last one, ringing is over."""
        if self.winner is None and not any(leg.is_live for leg in self.legs):
            self.over.set()


async def dial_lines(
    program: Program, lines: list[Line], settings: DialSettings, dialled: Dialled
) -> None:
    dialled.is_bridged = False
    dialled.duration = 0
    program.exchange.note(
        program.leg,
        Act.DIAL,
        to=[line.address for line in lines],
        timeout=settings.timeout,
        caller_id=settings.caller_id,
    )
    rounds = [[line] for line in lines] if settings.is_sequential else [lines]
    for together in rounds:
        await _ring_round(program, together, settings, dialled)
        if dialled.is_bridged:
            return


async def _ring_round(
    program: Program, lines: list[Line], settings: DialSettings, dialled: Dialled
) -> None:
    from hotline.carrier.engine.session import start_leg

    attempt = Attempt(program, settings)
    callable_lines = [line for line in lines if addresses.may_be_dialled(line.address)]
    if not callable_lines:
        dialled.status = DialStatus.FAILED
        return
    if settings.records_from_ringing:
        attempt.recording = start_dial_recording(program, settings)
    for line in callable_lines:
        leg = _new_leg(attempt, line)
        attempt.legs.append(leg)
    for line, leg in zip(callable_lines, attempt.legs, strict=True):
        start_leg(program.exchange, leg, DialledScript(attempt, line))
    try:
        await _see_through(attempt)
    except asyncio.CancelledError:
        _wind_up(attempt)
        _sum_up(attempt, dialled)
        raise
    await _wait_for_ends(_wind_up(attempt))
    _sum_up(attempt, dialled)


async def _see_through(attempt: Attempt) -> None:
    """Wait for a bridge, then for its end; or until no line is left."""
    opened = asyncio.create_task(attempt.bridge.opened.wait())
    over = asyncio.create_task(attempt.over.wait())
    try:
        await asyncio.wait({opened, over}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (opened, over):
            task.cancel()
    if attempt.bridge.was_opened:
        limit = attempt.settings.time_limit
        has_ended = await attempt.program.exchange.clock.happens(attempt.bridge.ended, within=limit)
        attempt.reached_limit = not has_ended


def _wind_up(attempt: Attempt) -> list[Leg]:
    """Whatever happened: no line stays up. Answers the legs that end now."""
    attempt.over.set()
    attempt.bridge.close()
    if attempt.recording is not None:
        end_recording(attempt.program.exchange, attempt.recording)
    goes_on = attempt.winner if attempt.bridge.was_diverted else None
    ending = [leg for leg in attempt.legs if leg is not goes_on]
    by = _who_ended(attempt)
    for leg in ending:
        _release(leg, by)
    return ending


async def _wait_for_ends(legs: list[Leg]) -> None:
    """The action hears of final statuses only."""
    await asyncio.gather(*(leg.ended.wait() for leg in legs))


def _sum_up(attempt: Attempt, dialled: Dialled) -> None:
    if attempt.recording is not None:
        dialled.recording_url = attempt.program.exchange.recording_url(attempt.recording)
    winner = attempt.winner
    dialled.is_bridged = winner is not None
    if winner is not None:
        dialled.status = DialStatus.COMPLETED
        dialled.call_sid = winner.sid
        is_diverted = attempt.bridge.was_diverted
        dialled.duration = None if is_diverted else _duration(attempt, winner)
        return
    statuses = {_dial_status(leg) for leg in attempt.legs}
    dialled.status = next(status for status in _TOLD_FIRST if status in statuses)
    dialled.call_sid = attempt.legs[-1].sid


def _duration(attempt: Attempt, leg: Leg) -> int:
    if leg.duration is not None:
        return leg.duration
    now = attempt.program.exchange.clock.now()
    return max(0, round(now - (leg.answered_clock or now)))


def _dial_status(leg: Leg) -> DialStatus:
    """A line that was answered but never bridged counts as not answered."""
    if leg.status in (CallStatus.BUSY, CallStatus.FAILED, CallStatus.CANCELED):
        return DialStatus(leg.status.value)
    return DialStatus.NO_ANSWER


def _who_ended(attempt: Attempt) -> By:
    """A dialled party is let go by whoever ended the caller's part."""
    pending = attempt.program.leg.pending
    if isinstance(pending, HangUp):
        return pending.by
    if attempt.reached_limit:
        return By.HOST
    return By.REST if pending is not None else By.DOCUMENT


def _release(leg: Leg, by: By) -> None:
    leg.interrupt(HangUp(by))


def _new_leg(attempt: Attempt, line: Line) -> Leg:
    program = attempt.program
    leg = Leg(
        sid=new_sid(Prefix.CALL),
        from_=attempt.settings.caller_id,
        to=line.address,
        direction=Direction.OUTBOUND_DIAL,
        created_at=clock.now(),
        parent_sid=program.leg.sid,
        owner=program.leg.owner,
        fallback=program.leg.fallback,
        subscription=line.subscription,
    )
    if line.detects_machines:
        leg.answered_by = "human"
    return leg


class DialledScript:
    """The dialled party's part: ring, hear the whisper, talk until the bridge ends."""

    def __init__(self, attempt: Attempt, line: Line) -> None:
        self._attempt = attempt
        self._line = line

    async def __call__(self, program: Program) -> None:
        try:
            await self._take_part(program)
        finally:
            program.exchange.tasks.start(self._after(program.leg), name="carrier-dialled")

    async def _take_part(self, program: Program) -> None:
        from hotline.carrier.engine.scripts import ring

        await ring(program, within=self._attempt.settings.timeout)
        program.exchange.answer(program.leg)
        if self._line.send_digits:
            await program.exchange.media.send_digits(program.leg.sid, self._line.send_digits)
        if self._line.whisper is not None:
            await self._hear_whisper(program)
        if not self._attempt.offer(program.leg):
            return
        bridge = self._attempt.bridge
        try:
            await bridge.ended.wait()
        finally:
            if not program.is_hung_up and program.leg.pending is not None:
                bridge.was_diverted = True
            bridge.close()

    async def _hear_whisper(self, program: Program) -> None:
        assert self._line.whisper is not None
        try:
            await program.nested(WHISPER_VERBS).follow(self._line.whisper)
        except DocumentFailed as failure:
            program.failed(failure)
            raise CallEnded(By.HOST) from failure

    async def _after(self, leg: Leg) -> None:
        await leg.ended.wait()
        self._attempt.lost_one()
