"""Act on what the dialogue decides: one turn of a call, inside the transaction of its webhook."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import tracing
from hotline.calls import service as calls
from hotline.calls.models import Call
from hotline.conversation import dialogue, effects
from hotline.conversation.acting import without_brackets
from hotline.conversation.answers import asks_progress
from hotline.conversation.known import CodeCheck, Known, OwnTicket
from hotline.conversation.pressing import presses_for
from hotline.conversation.spoken import digits_spoken, sign_spoken
from hotline.conversation.talk import Heard, Line, Stage, Talk, Turn
from hotline.conversation.wording import Wording, fitted
from hotline.directory.work import NOTE_BRIDGE
from hotline.dispatch.visits import visit_of
from hotline.jobs import service as jobs
from hotline.matching.values import Context, Decision, Match, Understanding
from hotline.organizations import queries as organizations
from hotline.proxy.spoken import spoken_progress
from hotline.residents import service as residents
from hotline.telephony.script import HangUp, Pace, Script, Wait
from hotline.tickets import service as tickets
from hotline.vault import vault_of

MAX_CONSIDERED = 3
"""Needs of one breath that one turn takes up at most."""

NOTHING = Heard()
_KEY_PRESSED = Understanding(Decision.CONTROL)


class Ears(Protocol):
    """The directory and its matcher as they are now; `hints` help the recognizer."""

    @property
    def hints(self) -> str: ...

    async def understand(self, text: str, context: Context) -> Understanding: ...

    def known(self, caller_number: str | None) -> Known: ...


@dataclass(frozen=True, slots=True)
class Room:
    """What a turn needs besides the session: how to understand and how to speak."""

    ears: Ears
    wording: Wording


@dataclass(frozen=True, slots=True)
class Hearing:
    """What came from the line and how it was understood; an address is no need."""

    heard: Heard = NOTHING
    understood: Understanding | None = None
    is_need: bool = False
    unsaid: tuple[str, ...] = ()
    """What was said but is kept nowhere: a query code, the name of who comes."""


async def greet(session: AsyncSession, call: Call, room: Room) -> Script:
    """The first words of a call."""
    notice = room.ears.known(None).notice_for(None, call.district)
    talk = Talk(language=await residents.language_of(session, call.city_id, call.from_blind))
    return await _perform(session, call, room, dialogue.opening(talk, notice), Hearing())


async def take_turn(session: AsyncSession, call: Call, heard: Heard, room: Room) -> Script:
    """What the caller hears next; everything that the turn changes is in the transaction."""
    talk = load_talk(session, call)
    known = await _known(session, call, talk, heard, room)
    understood = await _understand(talk, heard, room)
    turn = dialogue.next_turn(talk, heard, understood, known)
    hearing = Hearing(heard, understood, is_need=dialogue.hears_need(talk, heard, understood))
    return await _perform(session, call, room, turn, hearing)


async def take_bridge_end(
    session: AsyncSession, call: Call, room: Room, *, was_answered: bool
) -> Script:
    """The number that we rang for the caller has hung up, or never answered."""
    talk = load_talk(session, call)
    await _note_bridge(session, call, talk, room, was_answered=was_answered)
    if was_answered:
        turn = Turn(talk, (Line("goodbye"),), HangUp())
    else:
        known = room.ears.known(calls.caller_number(session, call))
        turn = dialogue.bridge_failed(talk, call.emergency, known)
    return await _perform(session, call, room, turn, Hearing())


async def _note_bridge(
    session: AsyncSession, call: Call, talk: Talk, room: Room, *, was_answered: bool
) -> None:
    """A call proves the number of the entry that it was about, or casts doubt on it."""
    entry_id = talk.need.entry_id if talk.need else None
    known = room.ears.known(None)
    entry = known.entry_for(entry_id, talk.district) if entry_id else None
    unit = known.unit_for(entry, talk.district) if entry else None
    if call.emergency or entry is None or unit is None or unit.phone != talk.ring_number:
        return
    told = {"city_id": str(call.city_id), "entry_key": entry.id, "number": unit.phone}
    await jobs.enqueue(session, NOTE_BRIDGE, told | {"was_answered": was_answered})


def load_talk(session: AsyncSession, call: Call) -> Talk:
    """The state of the talk, from its seal."""
    if call.talk is None:
        return Talk()
    vault = vault_of(session)
    return Talk.from_json(
        orjson.loads(vault.open(call.talk, table="call", column="talk", row=call.id))
    )


async def _known(session: AsyncSession, call: Call, talk: Talk, heard: Heard, room: Room) -> Known:
    """The surroundings; the caller's own tickets are looked up when they are asked about."""
    number = calls.caller_number(session, call)
    known = room.ears.known(number)
    if talk.stage is Stage.CODE and heard.digits:
        judged = await tickets.judge_code(session, call.city_id, number, heard.digits)
        return await _with_judgement(session, call, known, judged, room.wording)
    if asks_progress(heard.text):
        mine = await tickets.tickets_of_caller(session, call.city_id, number)
        return replace(known, has_own_tickets=bool(mine))
    return known


async def _with_judgement(
    session: AsyncSession, call: Call, known: Known, judged: tickets.Judged, wording: Wording
) -> Known:
    if judged.is_locked:
        return replace(known, code_check=CodeCheck.LOCKED)
    if judged.ticket is None:
        return replace(known, code_check=CodeCheck.WRONG)
    ticket = judged.ticket
    carried = await spoken_progress(session, ticket)
    visit = await visit_of(session, ticket.id, caller=call.from_blind)
    key = f"visit_{visit.state}" if visit else f"status_{ticket.status}"
    status = carried or wording.text(key)
    principal = await effects.machine(session, call, wording)
    may = await presses_for(session, principal, ticket)
    comes = visit.visitor if visit else None
    own = OwnTicket(
        str(ticket.id), without_brackets(ticket.title), status, may,
        visitor=comes.name if comes else "", badge=sign_spoken(comes.badge) if comes else "",
    )  # fmt: skip
    return replace(known, code_check=CodeCheck.RIGHT, own_ticket=own)


async def _understand(talk: Talk, heard: Heard, room: Room) -> Understanding:
    if not heard.text:
        return _KEY_PRESSED
    with tracing.span("match") as span:
        understood = await room.ears.understand(heard.text, Context(district=talk.district))
        if span is not None:
            span.set_attribute("decision", str(understood.decision))
    return understood


async def _perform(
    session: AsyncSession, call: Call, room: Room, turn: Turn, hearing: Hearing
) -> Script:
    """Facts before words: first the effects, then the sentences that may speak of them."""
    spoken: list[tuple[str, str]] = []
    for _ in range(MAX_CONSIDERED):
        talk = await _carry_out(session, call, room, turn)
        spoken += _sentences(room.wording, turn.say, talk)
        if turn.consider is None:
            break
        need = Heard(turn.consider)
        understood = await _understand(talk, need, room)
        hearing = replace(hearing, understood=understood, is_need=True)
        known = room.ears.known(calls.caller_number(session, call))
        turn = dialogue.next_turn(talk, need, understood, known)
    said = fitted(spoken)
    _save_talk(session, call, replace(talk, last_said=said))
    script = Script(said, turn.then, Pace.SLOW if talk.is_slow else Pace.NORMAL)
    unsaid = (digits_spoken(talk.ticket_code or ""), talk.visitor or "")
    hearing = replace(hearing, unsaid=unsaid)
    await _keep(session, call, hearing, script, room.ears.known(None))
    return script


async def _carry_out(session: AsyncSession, call: Call, room: Room, turn: Turn) -> Talk:
    talk = turn.talk
    if talk.district != call.district:
        node = await organizations.district_node(session, call.city_id, talk.district)
        await calls.set_district(session, call, node)
    for effect in turn.effects:
        talk = await effects.carry_out(session, call, talk, effect, room.wording)
    return talk


def _sentences(wording: Wording, lines: tuple[Line, ...], talk: Talk) -> list[tuple[str, str]]:
    gaps = {
        "ticket": digits_spoken(talk.ticket_tail or ""),
        "code": digits_spoken(talk.ticket_code or ""),
        "last": "".join(talk.last_said),
    }
    return [(line.key, wording.spoken(line, **gaps)) for line in lines]


def _save_talk(session: AsyncSession, call: Call, talk: Talk) -> None:
    state = orjson.dumps(talk.to_json()).decode()
    call.talk = vault_of(session).seal(state, table="call", column="talk", row=call.id)


async def _keep(
    session: AsyncSession, call: Call, hearing: Hearing, script: Script, known: Known
) -> None:
    heard, understood = hearing.heard, hearing.understood
    spoken = calls.Spoken(
        heard=heard.text,
        digits=_kept_digits(heard.digits),
        said=_without("".join(script.say), hearing.unsaid),
        decision=_shown_decision(hearing),
        hearing_confidence=heard.confidence,
        candidates=_candidates(understood, known) if hearing.is_need else [],
        matched_ms=understood.ms if understood else None,
    )
    await calls.keep_turn(session, call, spoken)
    if isinstance(script.then, Wait):
        await calls.put_in_line(session, call, script.then.queue)


def _shown_decision(hearing: Hearing) -> str | None:
    """How words were meant; an address or a yes was not meant as a need at all."""
    if hearing.understood is None or not hearing.heard.text:
        return None
    decision = hearing.understood.decision
    is_order = decision in (Decision.CONTROL, Decision.EMERGENCY)
    return decision if hearing.is_need or is_order else None


def _kept_digits(digits: str) -> str:
    """A single key is a choice; more may be a query code, which nobody else needs to see."""
    return digits if len(digits) <= 1 else "*" * len(digits)


def _without(said: str, unsaid: tuple[str, ...]) -> str:
    for words in filter(None, unsaid):
        said = said.replace(words, "*" * len(words))
    return said


def _candidates(understood: Understanding | None, known: Known) -> list[dict[str, Any]]:
    results = understood.results if understood else ()
    return [_candidate(match, known) for match in results if match.entry_id in known.entries]


def _candidate(match: Match, known: Known) -> dict[str, Any]:
    entry = known.entries[match.entry_id]
    return {
        "entry_id": entry.id,
        "name": entry.name,
        "category": entry.category,
        "confidence": round(match.confidence, 3),
        "reasons": [
            {"channel": reason.channel, "phrase": reason.phrase, "weight": round(reason.weight, 3)}
            for reason in match.reasons[:3]
        ],
    }
