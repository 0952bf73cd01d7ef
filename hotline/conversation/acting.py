"""What is done about a need that is understood, by the hand-off of its entry; pure."""

import re
from collections.abc import Callable
from dataclasses import replace

from hotline.conversation import incidents, letters, notices
from hotline.conversation.answers import says_when, tells_address
from hotline.conversation.known import Known, UnitCard, VendorCard
from hotline.conversation.spoken import number_spoken
from hotline.conversation.talk import (
    AGENTS,
    AddToTicket,
    CountTrouble,
    Effect,
    Line,
    Need,
    OpenTicket,
    Stage,
    Talk,
    Turn,
)
from hotline.directory.entry import Entry
from hotline.telephony.script import Bridge, GoOn, Listen, Wait

NAMED_VENDORS = 2

_BRACKETED = re.compile(r"[（(][^（）()]*[）)]")
_Act = Callable[[Talk, Need, Entry, Known], Turn]


def to_agent(talk: Talk, key: str) -> Turn:
    """A person takes over; whatever was said so far is on the agent's screen."""
    return Turn(talk.asked(Stage.NEED), (Line(key),), Wait(AGENTS))


def act(talk: Talk, need: Need, known: Known) -> Turn:
    """Read, connect, open a ticket or name vendors; asks for the district where that decides."""
    entry = known.entry_for(str(need.entry_id), talk.district)
    if entry is None:
        return to_agent(talk, "to_agent")
    need = replace(need, entry_id=entry.id)
    incident = incidents.unheard(talk, known, entry.id)
    if incident is not None:
        return incidents.announce(talk, need, incident)
    if talk.district is None and _needs_district(entry, known):
        asked = talk.asked(Stage.DISTRICT, need=need)
        return Turn(asked, (Line("ask_district"),), Listen())
    notice = notices.unheard(talk, known, entry.id)
    if notice is not None:
        return notices.tell(talk, need, notice)
    return _ACTS[entry.handoff](replace(talk, need=need), need, entry, known)


def act_city_wide(talk: Talk, need: Need, known: Known) -> Turn:
    """The caller could not say where: the city keeps the matter, nothing is lost."""
    entry = known.entries[str(need.entry_id)]
    return _ACTS[entry.handoff](replace(talk, need=need), need, entry, known)


def name_of(known: Known, entry_id: str) -> str:
    """The name as it is spoken: without what stands in brackets."""
    return without_brackets(known.entries[entry_id].name)


def without_brackets(name: str) -> str:
    return _BRACKETED.sub("", name)


def anything_else(talk: Talk, key: str | None = None) -> Turn:
    """The matter is settled: take up the next need of the same breath, or ask for one."""
    lines = (Line(key),) if key else ()
    if talk.pending:
        return Turn(talk.asked(Stage.NEXT, options=()), (*lines, Line("next_need")), GoOn())
    return Turn(talk.asked(Stage.MORE, options=()), (*lines, Line("anything_else")), Listen())


def ask_address(talk: Talk) -> Turn:
    return Turn(talk.asked(Stage.ADDRESS), (Line("ask_address"),), Listen(timeout=6))


def vendors(talk: Talk, known: Known) -> tuple[VendorCard, ...]:
    """The vendors that were named, in the order in which they were named."""
    need = talk.need
    if need is None or need.entry_id is None or talk.district is None:
        return ()
    eligible = known.vendors_for(need.entry_id, talk.district)
    by_id = {vendor.id: vendor for vendor in eligible}
    return tuple(by_id[vendor_id] for vendor_id in talk.options if vendor_id in by_id)


def vendor_chosen(talk: Talk, vendor: VendorCard | None) -> Turn:
    """`None` is the next in turn."""
    chosen = AddToTicket(note_key="vendor_in_turn")
    if vendor is not None:
        chosen = AddToTicket(note_key="vendor_chosen", note=vendor.name)
    vendor_id = vendor.id if vendor else None
    wished = talk.asked(
        Stage.WHEN, options=(), vendor_id=vendor_id, wanted_when=None, has_order=False,
        has_address=False,
    )  # fmt: skip
    turn = ask_when(wished)
    return replace(turn, effects=(chosen, *turn.effects))


def ask_when(talk: Talk) -> Turn:
    """The time of the visit, unless it was said with the need."""
    if talk.need is not None and says_when(talk.need.text):
        return ask_consent(replace(talk, wanted_when=talk.need.text))
    return Turn(talk.asked(Stage.WHEN), (Line("ask_when"),), Listen())


def with_address(turn: Turn, text: str) -> Turn:
    """An address may be said before it is asked for; it is not asked for again."""
    if not tells_address(text):
        return turn
    return replace(
        turn,
        talk=replace(turn.talk, has_address=True),
        say=(Line("address_noted"), *turn.say),
        effects=(*turn.effects, AddToTicket(address=text)),
    )


def with_time(turn: Turn, text: str) -> Turn:
    """The same for the time of the visit."""
    if turn.talk.wanted_when is not None or not says_when(text):
        return turn
    asked = ask_consent(replace(turn.talk, wanted_when=text))
    noted = AddToTicket(note_key="vendor_when", note=text)
    return replace(asked, effects=(*turn.effects, noted))


def ask_consent(talk: Talk) -> Turn:
    return Turn(talk.asked(Stage.CONSENT), (Line("ask_consent"),), Listen())


def tell_number(talk: Talk, unit: UnitCard) -> Turn:
    """Read a number twice, digit by digit; connect during the unit's hours."""
    params = {"unit": unit.name, "number": number_spoken(unit.phone or "")}
    told = Line("number_is", params)
    if not unit.is_open:
        turn = anything_else(talk)
        return replace(turn, say=(told, *turn.say))
    asked = talk.asked(Stage.TRANSFER, ring_name=unit.name, ring_number=unit.phone)
    return Turn(asked, (told, Line("offer_transfer")), Listen())


def connect(talk: Talk, known: Known) -> Turn:
    """Ring whom we offered, showing the caller's own number."""
    if talk.ring_number is None or talk.ring_name is None:
        return to_agent(talk, "to_agent")
    onward = talk.asked(Stage.MORE)
    return Turn(onward, (Line("connecting", {"unit": talk.ring_name}),),
                Bridge((talk.ring_number,), known.caller_number))  # fmt: skip


def _needs_district(entry: Entry, known: Known) -> bool:
    """A ticket goes to the place where the trouble is; versions and incidents differ by place."""
    has_place = entry.handoff in ("ticket", "dispatch") or known.differs_by_district(entry)
    return has_place or incidents.depends_on_district(known, entry.id)


def _read(talk: Talk, _need: Need, entry: Entry, known: Known) -> Turn:
    turn = anything_else(talk)
    offered = letters.offer(turn.talk, entry, known) if turn.talk.stage is Stage.MORE else ()
    said = (Line("summary", {"summary": entry.summary}), *offered, *turn.say)
    return replace(turn, say=said, effects=_counted(talk, entry))


def _offer_transfer(talk: Talk, _need: Need, entry: Entry, known: Known) -> Turn:
    unit = known.unit_for(entry, talk.district)
    if unit is None or unit.phone is None:
        return _read(talk, _need, entry, known)
    summary = Line("summary", {"summary": entry.summary})
    if not unit.is_open:
        turn = anything_else(talk)
        number = Line("closed_number_is", {"number": number_spoken(unit.phone)})
        return replace(turn, say=(summary, number, *turn.say), effects=_counted(talk, entry))
    asked = talk.asked(Stage.TRANSFER, ring_name=unit.name, ring_number=unit.phone)
    said = (summary, Line("offer_transfer"))
    return Turn(asked, said, Listen(), _counted(talk, entry))


def _counted(talk: Talk, entry: Entry) -> tuple[Effect, ...]:
    """A ticket is counted when it opens; a trouble without one is counted here."""
    is_trouble = entry.kind in ("assistance", "complaint")
    is_open_about_it = not (talk.is_anonymous or talk.is_confidential)
    return (CountTrouble(entry.id),) if is_trouble and is_open_about_it else ()


def _ticket(talk: Talk, need: Need, entry: Entry, _known: Known) -> Turn:
    opened = _opened(talk, need, entry)
    said = (Line("summary", {"summary": entry.summary}), Line("ticket_opened"), Line("ask_address"))
    return Turn(talk.asked(Stage.ADDRESS), said, Listen(timeout=6), (opened,))


def settled(talk: Talk, key: str) -> Turn:
    """Everything about the ticket is told: its code, then what else there may be."""
    turn = anything_else(talk, key)
    code = (Line("query_code"),) if talk.ticket_id else ()
    return replace(turn, say=(*turn.say[:1], *code, *turn.say[1:]))


def _vendors(talk: Talk, need: Need, entry: Entry, known: Known) -> Turn:
    opened = _opened(talk, need, entry)
    eligible = known.vendors_for(entry.id, talk.district)[:NAMED_VENDORS] if talk.district else ()
    price = Line("summary", {"summary": entry.summary})
    if len(eligible) < NAMED_VENDORS:
        turn = vendor_chosen(replace(talk, need=need), None)
        return replace(turn, say=(price, *turn.say), effects=(opened, *turn.effects))
    names = {"first": eligible[0].name, "second": eligible[1].name}
    asked = talk.asked(Stage.VENDOR, options=tuple(vendor.id for vendor in eligible))
    return Turn(asked, (price, Line("choose_vendor", names)), Listen(), (opened,))


def _opened(talk: Talk, need: Need, entry: Entry) -> OpenTicket:
    return OpenTicket(need, entry, talk.district, talk.is_confidential, talk.is_anonymous)


_ACTS: dict[str, _Act] = {
    "answer": _read,
    "transfer": _offer_transfer,
    "ticket": _ticket,
    "dispatch": _vendors,
}
