"""What a new run makes of what an earlier one left behind."""

from typing import TYPE_CHECKING

from hotline import logs
from hotline.carrier.acts import By, Transcript
from hotline.carrier.conferences import ConferenceStatus, Ended, conference_from_state
from hotline.carrier.legs import CallStatus, HangUp, leg_from_state
from hotline.carrier.messages import message_from_state
from hotline.carrier.numbers import Answer, number_from_state
from hotline.carrier.opt_outs import OptOut
from hotline.carrier.post import resume_message
from hotline.carrier.queues import queue_from_state
from hotline.carrier.recordings import recording_from_state
from hotline.carrier.rooms import end_room
from hotline.carrier.store import Kind, Saved

if TYPE_CHECKING:
    from hotline.carrier.exchange import Exchange

log = logs.get_logger()


def take_over(exchange: "Exchange", saved: Saved) -> None:
    """Know everything again, end what was cut off, deliver what is owed."""
    _remember(exchange, saved)
    _remember_calls(exchange, saved)
    cut_off = [leg for leg in exchange.legs.values() if leg.is_live]
    for leg in cut_off:
        exchange.finish(leg, HangUp(By.HOST, _end_of(leg.status)))
    for room in list(exchange.conferences.values()):
        if room.status is not ConferenceStatus.COMPLETED:
            end_room(exchange, room, Ended.LAST_LEFT)
    for message in list(exchange.messages.values()):
        if message.is_under_way:
            resume_message(exchange, message)
    for owed in saved.owed:
        exchange.callbacks.deliver(owed)
    log.info("carrier.taken_over", cut_off=len(cut_off), owed=len(saved.owed))


def _remember(exchange: "Exchange", saved: Saved) -> None:
    for state in saved.resources.get(Kind.NUMBER, []):
        exchange.numbers.add(number_from_state(state))
    for state in saved.resources.get(Kind.RING_PLAN, []):
        exchange.rings.set(state["address"], Answer(state["answer"]))
    for state in saved.resources.get(Kind.QUEUE, []):
        exchange.queues[state["sid"]] = queue_from_state(state)
    for state in saved.resources.get(Kind.CONFERENCE, []):
        exchange.conferences[state["sid"]] = conference_from_state(state)
    for state in saved.resources.get(Kind.RECORDING, []):
        exchange.recordings[state["sid"]] = recording_from_state(state)
    for state in saved.resources.get(Kind.OPT_OUT, []):
        exchange.opt_outs.add(OptOut(**state))
    for state in saved.resources.get(Kind.MESSAGE, []):
        exchange.messages[state["sid"]] = message_from_state(state)


def _remember_calls(exchange: "Exchange", saved: Saved) -> None:
    latest = [entries[-1].at for entries in saved.acts.values() if entries]
    exchange.clock.go_on_from(max(latest, default=0.0))
    for state in saved.resources.get(Kind.CALL, []):
        leg = leg_from_state(state)
        leg.transcript = Transcript(saved.acts.get(leg.sid, []))
        exchange.legs[leg.sid] = leg


def _end_of(status: CallStatus) -> CallStatus:
    """A call that was talking is completed; one that nobody had answered failed."""
    return CallStatus.COMPLETED if status is CallStatus.IN_PROGRESS else CallStatus.FAILED
