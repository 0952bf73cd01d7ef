"""Decide the next turn of the talk. Pure: what was heard and known goes in, a `Turn` comes out.

What cannot wait comes first, whatever was asked: an emergency, a wish for a person, silence,
goodbye, repeat. Then the stage - the last question - says how the words are meant.
"""

from collections.abc import Callable
from dataclasses import replace

from hotline.conversation import acting, incidents, languages, letters, notices, progress
from hotline.conversation.answers import (
    asks_number,
    asks_progress,
    choice,
    is_no,
    is_yes,
    says_when,
    tells_address,
    tells_place,
    wishes,
)
from hotline.conversation.known import Known, NoticeCard, UnitCard
from hotline.conversation.talk import (
    AddToTicket,
    Heard,
    Line,
    Need,
    NoteEmergency,
    OpenOrder,
    Stage,
    Talk,
    Turn,
)
from hotline.matching.controls import Control
from hotline.matching.emergencies import SelfHarm, hear_emergency
from hotline.matching.values import Decision, Understanding
from hotline.telephony.script import Bridge, HangUp, Listen

MAX_SILENCES = 2
MAX_MISSES = 2
HUMAN_KEY = "0"
EMERGENCY_TIMEOUT = 10
EMERGENCY_TRIES = 2
SURE_IT_IS_A_NEED = 0.8

_ANSWERING = (Stage.DISTRICT, Stage.ADDRESS, Stage.CONSENT, Stage.VENDOR, Stage.INCIDENT)
_Stager = Callable[[Talk, Heard, Understanding, Known], Turn]


def opening(talk: Talk, notice: NoticeCard | None = None) -> Turn:
    """The greeting: no menu, one question, the recording told in one breath."""
    if talk.language == languages.MONGOLIAN:
        return Turn(talk, (Line("greeting_mongolian"),), Listen())
    return notices.greeted(Turn(talk, (Line("greeting"),), Listen()), notice)


def next_turn(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    """What the hotline does about what it heard; the caller never meets a dead end."""
    turn = languages.wished(talk, heard, understood)
    return languages.in_language(turn or _next_turn(talk, heard, understood, known))


def _next_turn(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    if understood.decision is Decision.EMERGENCY and understood.emergency is not None:
        return _emergency(talk, heard, understood, known)
    if understood.control == Control.HUMAN or heard.digits == HUMAN_KEY:
        return _to_person(talk, understood, known)
    if talk.stage in _GOING_ON:
        return _GOING_ON[talk.stage](talk, known)
    if heard.is_silence:
        return _silence(talk)
    talk = _with_wishes(replace(talk, silences=0), heard, understood)
    if understood.control == Control.HANGUP:
        return _leaving(talk, heard, understood, known)
    if understood.control == Control.REPEAT:
        return incidents.again(talk, known) or Turn(talk, (Line("again"),), Listen())
    if understood.control == Control.BACK:
        return _ask_need(talk, "ask_need")
    return _STAGES[talk.stage](talk, heard, understood, known)


def hears_need(talk: Talk, heard: Heard, understood: Understanding) -> bool:
    """Whether the words tell of a need, and not of an address, a yes or a wish for a message."""
    if letters.is_asked(talk, heard):
        return False
    answers_something = talk.stage in _ANSWERING
    is_sure = understood.decision in (Decision.ANSWER, Decision.EMERGENCY)
    return understood.control is None and (is_sure or not answers_something)


def bridge_failed(talk: Talk, emergency: str | None, known: Known) -> Turn:
    """Nobody answered the number that we rang; an emergency line is rung once more."""
    if emergency is None:
        return languages.in_language(acting.to_agent(talk, "unit_unanswered"))
    if talk.ring_tries < EMERGENCY_TRIES:
        again = replace(talk, ring_tries=talk.ring_tries + 1)
        numbers = tuple((talk.ring_number or emergency).split())
        bridge = Bridge(numbers, known.caller_number, EMERGENCY_TIMEOUT)
        return Turn(again, (Line("emergency_again"),), bridge)
    return languages.in_language(acting.to_agent(talk, "emergency_unanswered"))


def _to_person(talk: Talk, understood: Understanding, known: Known) -> Turn:
    """Whoever waits for an agent hears first what is known about their need."""
    turn = acting.to_agent(talk, "to_agent")
    entry_id = talk.need.entry_id if talk.need else None
    if entry_id is None and understood.results:
        first = understood.results[0]
        entry_id = first.entry_id if first.confidence >= SURE_IT_IS_A_NEED else None
    there = replace(talk, district=understood.district or talk.district)
    return incidents.before_waiting(there, turn, incidents.unheard(there, known, entry_id))


def _emergency(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    line = str(understood.emergency)
    detail = hear_emergency(heard.text)
    also = detail.also if detail is not None else ()
    is_grave = detail is not None and detail.level is SelfHarm.HIGH
    numbers = (line, *also) if is_grave else (line,)
    onward = talk.asked(Stage.MORE, ring_number=" ".join(numbers), ring_tries=1)
    key = "emergency_self_harm" if is_grave else f"emergency_{line}"
    bridge = Bridge(numbers, known.caller_number, EMERGENCY_TIMEOUT)
    return Turn(onward, (Line(key),), bridge, (NoteEmergency(line, also, heard.text),))


def _silence(talk: Talk) -> Turn:
    if talk.language == languages.MONGOLIAN:
        return languages.to_mongolian(talk)
    talk = replace(talk, silences=talk.silences + 1)
    if talk.stage is Stage.MORE or (talk.stage is Stage.INCIDENT and talk.silences > 1):
        return _goodbye(talk)
    if talk.silences >= MAX_SILENCES:
        return acting.to_agent(talk, "silence_to_agent")
    return Turn(talk, (Line("silence"),), Listen())


def _take_up_next(talk: Talk) -> Turn:
    first, *rest = talk.pending
    onward = talk.asked(Stage.NEED, pending=tuple(rest), misses=0, need=None)
    return Turn(onward, (), Listen(), consider=first)


def _take_up_need(talk: Talk, known: Known) -> Turn:
    """A notice has been told; now the answer to what was asked."""
    return acting.act(talk, talk.need, known) if talk.need else _ask_need(talk, "ask_need")


def _leaving(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    """知道了 after an announcement is a wish to hear how it ends, and may be a goodbye too."""
    if talk.stage is Stage.INCIDENT and incidents.wants_to_follow(heard, understood):
        return incidents.follow(talk, known, acting.anything_else(talk))
    return _goodbye(talk)


def _goodbye(talk: Talk) -> Turn:
    return Turn(talk, (Line("goodbye"),), HangUp())


def _ask_need(talk: Talk, key: str) -> Turn:
    return Turn(talk.asked(Stage.NEED, need=None, options=()), (Line(key),), Listen())


def _with_wishes(talk: Talk, heard: Heard, understood: Understanding) -> Talk:
    """Wishes that may come at any moment: the district, slow speech, secrecy."""
    asked = wishes(heard.text)
    return replace(
        talk,
        district=understood.district or talk.district,
        is_slow=talk.is_slow or asked.slow,
        is_confidential=talk.is_confidential or asked.confidential,
        is_anonymous=talk.is_anonymous or asked.anonymous,
    )


def _need(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    if understood.control is not None or heard.digits:
        return _ask_need(talk, "ask_need")
    if known.has_own_tickets and asks_progress(heard.text):
        return progress.ask_code(talk)
    if asks_number(heard.text) and (unit := _unit_meant(talk, heard, understood, known)):
        return acting.tell_number(talk, unit)
    if len(understood.needs) > 1 and heard.text not in understood.needs:
        first, *rest = understood.needs
        return Turn(replace(talk, pending=tuple(rest)), (), Listen(), consider=first)
    decide = _DECISIONS.get(understood.decision, _not_understood)
    return decide(talk, heard, understood, known)


def _unit_meant(
    talk: Talk, heard: Heard, understood: Understanding, known: Known
) -> UnitCard | None:
    """Whose number is asked for: a unit by its name, else the unit of a sure entry."""
    unit = known.unit_named(heard.text)
    if unit is None and understood.decision is Decision.ANSWER:
        entry = known.entry_for(understood.results[0].entry_id, talk.district)
        unit = known.unit_for(entry, talk.district) if entry else None
    return unit if unit is not None and unit.phone else None


def _answer(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    entry_id = understood.results[0].entry_id
    return acting.act(replace(talk, misses=0), Need(heard.text, entry_id), known)


def _confirm(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    entry_id = understood.results[0].entry_id
    asked = talk.asked(Stage.CONFIRM, need=Need(heard.text, entry_id), options=(entry_id,))
    return Turn(asked, (Line("confirm", {"entry": acting.name_of(known, entry_id)}),), Listen())


def _choose(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    options = tuple(match.entry_id for match in understood.results[:3])
    if len(options) < 2:
        return _confirm(talk, heard, understood, known)
    asked = talk.asked(Stage.CHOOSE, need=Need(heard.text), options=options)
    names = {
        name: acting.name_of(known, entry_id)
        for name, entry_id in zip(("first", "second", "third"), options, strict=False)
    }
    return Turn(asked, (Line(f"choose_{len(options)}", names),), Listen())


def _not_understood(talk: Talk, heard: Heard, _u: Understanding, _k: Known) -> Turn:
    talk = replace(talk, misses=talk.misses + 1, need=Need(heard.text))
    if talk.misses >= MAX_MISSES:
        return acting.to_agent(talk, "not_understood_to_agent")
    return Turn(talk.asked(Stage.NEED), (Line("not_understood"),), Listen())


def _confirming(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    if is_yes(heard, understood) and talk.need is not None:
        return acting.act(replace(talk, misses=0), talk.need, known)
    if is_no(heard, understood):
        return _missed(talk)
    return _need(talk, heard, understood, known)


def _choosing(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    names = tuple(acting.name_of(known, entry_id) for entry_id in talk.options)
    picked = choice(heard, names)
    if picked is None and is_yes(heard, understood):
        picked = 0
    if picked is not None:
        words = talk.need.text if talk.need else heard.text
        return acting.act(replace(talk, misses=0), Need(words, talk.options[picked]), known)
    if is_no(heard, understood) or heard.digits:
        return _missed(talk)
    return _need(talk, heard, understood, known)


def _missed(talk: Talk) -> Turn:
    talk = replace(talk, misses=talk.misses + 1)
    if talk.misses >= MAX_MISSES:
        return acting.to_agent(talk, "not_understood_to_agent")
    return _ask_need(talk, "ask_in_other_words")


def _district(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    if 1 <= heard.key <= len(known.districts):
        talk = replace(talk, district=known.districts[heard.key - 1])
    need = talk.need or Need(heard.text)
    if talk.district is not None:
        return acting.act(replace(talk, misses=0), need, known)
    if understood.decision is Decision.ANSWER and _is_other_need(talk, understood):
        return _need(talk, heard, understood, known)
    talk = replace(talk, misses=talk.misses + 1)
    if talk.misses >= MAX_MISSES:
        return acting.act_city_wide(replace(talk, misses=0), need, known)
    return Turn(talk, (Line("ask_district_again"),), Listen())


def _is_other_need(talk: Talk, understood: Understanding) -> bool:
    first = understood.results[0]
    known_id = talk.need.entry_id if talk.need else None
    return first.entry_id != known_id and first.confidence >= SURE_IT_IS_A_NEED


def _address(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    is_other = understood.decision is Decision.ANSWER and understood.control is None
    if is_other and not tells_place(heard.text):
        return _need(talk, heard, understood, known)
    if is_no(heard, understood) or heard.digits or understood.control is not None:
        return acting.settled(talk, "order_noted" if talk.has_order else "noted")
    noted = AddToTicket(address=heard.text)
    turn = acting.settled(talk, "order_noted" if talk.has_order else "address_noted")
    return replace(turn, effects=(noted, *turn.effects))


def _vendor(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    vendors = acting.vendors(talk, known)
    picked = choice(heard, tuple(vendor.name for vendor in vendors))
    if picked is None and is_no(heard, understood):
        return acting.anything_else(talk)
    is_other = understood.decision is Decision.ANSWER and understood.control is None
    if picked is None and is_other and not tells_address(heard.text):
        return _need(talk, heard, understood, known)
    turn = acting.vendor_chosen(talk, None if picked is None else vendors[picked])
    return acting.with_address(acting.with_time(turn, heard.text), heard.text)


def _when(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    is_other = understood.decision is Decision.ANSWER and understood.control is None
    if not says_when(heard.text) and tells_address(heard.text):
        asked = Turn(talk, (Line("ask_when"),), Listen())
        return acting.with_address(asked, heard.text)
    if is_other and not says_when(heard.text):
        return _need(talk, heard, understood, known)
    if not heard.text or understood.control is not None:
        return acting.ask_consent(talk)
    turn = acting.ask_consent(replace(talk, wanted_when=heard.text))
    noted = AddToTicket(note_key="vendor_when", note=heard.text)
    return acting.with_address(replace(turn, effects=(noted,)), heard.text)


def _consent(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    has_consent = is_yes(heard, understood)
    if not has_consent and tells_address(heard.text):
        return acting.with_address(acting.ask_consent(talk), heard.text)
    if understood.decision is Decision.ANSWER and understood.control is None:
        return _need(talk, heard, understood, known)
    noted = AddToTicket(note_key="consent_given" if has_consent else "consent_refused")
    order = OpenOrder(has_consent, by_key=bool(heard.digits))
    turn = acting.settled(talk, "order_noted") if talk.has_address else acting.ask_address(talk)
    return replace(turn, effects=(noted, order, *turn.effects))


def _transfer(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    if letters.is_asked(talk, heard):
        return letters.text_answer(talk, known, acting.anything_else)
    if is_yes(heard, understood):
        return acting.connect(talk, known)
    if is_no(heard, understood):
        return acting.anything_else(talk)
    return _need(talk, heard, understood, known)


def _incident(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    is_other = understood.decision is Decision.ANSWER and _is_other_need(talk, understood)
    if incidents.is_not_theirs(heard) and talk.need is not None and not is_other:
        return acting.act(replace(talk, misses=0), talk.need, known)
    if incidents.wants_to_follow(heard, understood):
        return incidents.follow(talk, known, acting.anything_else(talk))
    if is_no(heard, understood):
        return acting.anything_else(talk)
    if heard.digits:
        return incidents.offer(talk)
    return _need(talk, heard, understood, known)


def _more(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    if letters.is_asked(talk, heard):
        return letters.text_answer(talk, known, acting.anything_else)
    if is_no(heard, understood):
        return _goodbye(talk)
    if is_yes(heard, understood):
        return _ask_need(talk, "ask_need")
    return _need(replace(talk, misses=0), heard, understood, known)


_DECISIONS: dict[Decision, _Stager] = {
    Decision.ANSWER: _answer,
    Decision.CONFIRM: _confirm,
    Decision.CHOOSE: _choose,
}
_GOING_ON: dict[Stage, Callable[[Talk, Known], Turn]] = {
    Stage.NEXT: lambda talk, _known: _take_up_next(talk),
    Stage.ANNOUNCED: lambda talk, _known: incidents.offer(talk),
    Stage.TO_PERSON: lambda talk, _known: incidents.to_person(talk),
    Stage.NOTICED: _take_up_need,
}
_STAGES: dict[Stage, _Stager] = {
    Stage.NEED: _need,
    Stage.CONFIRM: _confirming,
    Stage.CHOOSE: _choosing,
    Stage.DISTRICT: _district,
    Stage.ADDRESS: _address,
    Stage.VENDOR: _vendor,
    Stage.WHEN: _when,
    Stage.CONSENT: _consent,
    Stage.CODE: progress.hear_code,
    Stage.PROGRESS: progress.hear_addition,
    Stage.WITHDRAW: progress.hear_withdrawal,
    Stage.TRANSFER: _transfer,
    Stage.INCIDENT: _incident,
    Stage.MORE: _more,
}
