"""The exchange: every leg, queue, room and number, and the only place where a leg changes state."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hotline import clock, logs
from hotline.carrier.acts import Act, By
from hotline.carrier.callbacks import Callbacks
from hotline.carrier.conferences import Conference
from hotline.carrier.configuration import CarrierSettings
from hotline.carrier.faults import Faults
from hotline.carrier.legs import CallStatus, Direction, HangUp, Leg, Source, Subscription
from hotline.carrier.media import MediaDriver
from hotline.carrier.memory import keep_newest
from hotline.carrier.messages import Message
from hotline.carrier.moments import shown
from hotline.carrier.numbers import NumberBook, RingPlans
from hotline.carrier.opt_outs import OptOuts
from hotline.carrier.queues import Queue
from hotline.carrier.recorder import end_recording
from hotline.carrier.recordings import Recording
from hotline.carrier.store import Kind, Store
from hotline.carrier.timing import CallClock, Tasks
from hotline.carrier.webhooks import Webhooks

API_VERSION = "2010-04-01"
LONGEST_CALL = 14_400
_EVENTS = {
    CallStatus.INITIATED: "initiated",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "answered",
}

_SIP_CODES = {
    CallStatus.COMPLETED: "200",
    CallStatus.BUSY: "486",
    CallStatus.NO_ANSWER: "487",
    CallStatus.CANCELED: "487",
    CallStatus.FAILED: "404",
}

log = logs.get_logger()


@dataclass(slots=True, kw_only=True)
class Exchange:
    settings: CarrierSettings
    clock: CallClock
    media: MediaDriver
    webhooks: Webhooks
    callbacks: Callbacks
    store: Store
    tasks: Tasks
    faults: Faults
    legs: dict[str, Leg] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    conferences: dict[str, Conference] = field(default_factory=dict)
    recordings: dict[str, Recording] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    numbers: NumberBook = field(default_factory=NumberBook)
    rings: RingPlans = field(default_factory=RingPlans)
    opt_outs: OptOuts = field(default_factory=OptOuts)

    def add(self, leg: Leg) -> None:
        self.legs[leg.sid] = leg
        keep_newest(self.legs, lambda old: not old.is_live)
        self.keep(leg)

    def keep(self, leg: Leg) -> None:
        leg.updated_at = clock.now()
        self.store.save(Kind.CALL, leg.sid, leg.as_state(), is_live=leg.is_live)

    def note(self, leg: Leg, act: Act, **detail: Any) -> None:
        """Write down what the party experiences now."""
        entry = leg.transcript.add(act, self.clock.now(), detail)
        self.store.add_act(leg.sid, entry)

    def tell(self, hearer: Leg, speaker: Leg, text: str) -> None:
        """Words that one party says and another one hears."""
        words = {
            "seq": len(hearer.talk) + 1,
            "at": round(self.clock.now(), 3),
            "from": speaker.sid,
            "text": text,
        }
        hearer.talk.append(words)

    def change_status(self, leg: Leg, status: CallStatus) -> None:
        """One step of a leg's life short of its end; tells who asked to know."""
        leg.status = status
        if leg.started_at is None and status is not CallStatus.QUEUED:
            leg.started_at = clock.now()
        self.keep(leg)
        self._tell_subscriber(leg, _EVENTS.get(status))

    def answer(self, leg: Leg) -> None:
        if leg.is_answered:
            return
        leg.answered_clock = self.clock.now()
        leg.answered.set()
        self.change_status(leg, CallStatus.IN_PROGRESS)

    def limit(self, leg: Leg, seconds: int) -> None:
        """End the call after so many seconds of it."""
        if leg.time_limit is not None:
            leg.time_limit.cancel()
        leg.time_limit = self.clock.call_later(seconds, leg.cut_off)

    def finish(self, leg: Leg, end: HangUp) -> None:
        """The end of a leg, once: status first, then the act, then the callback."""
        if not leg.is_live:
            return
        was_queued = leg.status is CallStatus.QUEUED
        leg.status = _final_status(leg, end)
        leg.ended_at = clock.now()
        if leg.answered_clock is not None:
            leg.duration = max(0, round(self.clock.now() - leg.answered_clock))
        if leg.time_limit is not None:
            leg.time_limit.cancel()
        leg.listener = None
        for recording in leg.recordings:
            end_recording(self, recording)
        self.keep(leg)
        self.note(leg, Act.HANGUP, by=end.by.value)
        for farewell in leg.farewells:
            self.notify(leg, farewell, farewell.fields)
        if not (was_queued and leg.status is CallStatus.CANCELED):
            self._tell_subscriber(leg, "completed")
        leg.ended.set()

    def call_fields(self, leg: Leg) -> dict[str, str]:
        """What every request about a call carries."""
        fields = {
            "CallSid": leg.sid,
            "AccountSid": self.settings.account_sid,
            "From": leg.from_,
            "To": leg.to,
            "Caller": leg.from_,
            "Called": leg.to,
            "CallStatus": leg.status.value,
            "ApiVersion": API_VERSION,
            "Direction": leg.direction.value,
        }
        if leg.parent_sid:
            fields["ParentCallSid"] = leg.parent_sid
        if leg.answered_by:
            fields["AnsweredBy"] = leg.answered_by
        return fields

    def notify(self, leg: Leg, source: Source, fields: Mapping[str, str]) -> None:
        """Tell the application something about a leg that will not follow its answer."""
        sent = self.call_fields(leg) | dict(fields)
        self.callbacks.send(source.url, source.method, sent)

    def _tell_subscriber(self, leg: Leg, event: str | None) -> None:
        subscription = leg.subscription
        if subscription is None or event not in subscription.events:
            return
        self.callbacks.send(
            subscription.url, subscription.method, self._progress_fields(leg, event == "completed")
        )

    def _progress_fields(self, leg: Leg, is_end: bool) -> dict[str, str]:
        fields = self.call_fields(leg) | {
            "Timestamp": shown(clock.now()) or "",
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(leg.sequence),
        }
        leg.sequence += 1
        if is_end:
            seconds = leg.duration or 0
            fields |= {"CallDuration": str(seconds), "Duration": str(math.ceil(seconds / 60))}
            fields |= self._recording_fields(leg)
            if leg.direction is not Direction.INBOUND:
                fields["SipResponseCode"] = _SIP_CODES[leg.status]
        return fields

    def _recording_fields(self, leg: Leg) -> dict[str, str]:
        recording = self.recordings.get(leg.recording_sid or "")
        if recording is None:
            return {}
        return {
            "RecordingUrl": self.recording_url(recording),
            "RecordingSid": recording.sid,
            "RecordingDuration": str(round(recording.seconds)),
        }

    def recording_url(self, recording: Recording) -> str:
        path = self.settings.resource_path(f"/Recordings/{recording.sid}")
        return self.settings.public_url + path


def subscription(
    url: str | None, method: str = "POST", events: tuple[str, ...] = ("completed",)
) -> Subscription | None:
    return Subscription(url, method, frozenset(events)) if url else None


def _final_status(leg: Leg, end: HangUp) -> CallStatus:
    if end.status is not None:
        return end.status
    if leg.is_answered:
        return CallStatus.COMPLETED
    return CallStatus.CANCELED if end.by is By.REST else CallStatus.NO_ANSWER
