"""One cause, many callers: say what is known before anything else is opened or queued; pure.

An incident is announced once a call. "1" follows it; "that is not mine" goes on with the need as
if there were no incident; whoever asks for a person gets one, after the announcement.
"""

import re
from dataclasses import replace

from hotline.conversation.known import IncidentCard, Known
from hotline.conversation.talk import AGENTS, AddFollower, Heard, Line, Need, Stage, Talk, Turn
from hotline.matching.controls import Control
from hotline.matching.values import Understanding
from hotline.telephony.script import GoOn, Listen, Wait

LONGEST_WITH_OFFER = 54
"""Characters of an announcement that leave room for the offer in the same turn."""
LONGEST_WITH_TRANSFER = 60

_FOLLOWS = re.compile(r"跟进|关注|通知我|告诉我(一声|结果)|(知道|明白|清楚|晓得|了解)了")
_NOT_THIS = re.compile(
    r"不是(这|那)(里|儿|边|条|片|一片)|不是(我|因为)|不一样|不同|没关系|不在(这|那)"
    r"|别的(地方|小区|原因)|(就|只有|光)(是)?我们?(一)?(家|户)"
)
_DOES_NOT_FOLLOW = re.compile(r"不(用|需要|必|要)?(跟进|关注|通知)")


def unheard(talk: Talk, known: Known, entry_id: str | None) -> IncidentCard | None:
    """What goes on where the caller is, with that need, and was not said in this call yet."""
    card = known.incident_for(entry_id, talk.district) if entry_id else None
    return card if card is not None and card.id not in talk.incidents_heard else None


def depends_on_district(known: Known, entry_id: str) -> bool:
    """Whether some district has an incident with that need, so that it matters which."""
    return any(known.incident_for(entry_id, district) for district in known.districts)


def announce(talk: Talk, need: Need, card: IncidentCard) -> Turn:
    """The announcement and the offer; one after the other where both are too long for one."""
    heard = replace(_hearing(talk, card), need=need)
    told = Line("incident", {"announcement": card.announcement})
    if len(card.announcement) > LONGEST_WITH_OFFER:
        return Turn(heard.asked(Stage.ANNOUNCED), (told,), GoOn())
    turn = offer(heard)
    return replace(turn, say=(told, *turn.say))


def again(talk: Talk, known: Known) -> Turn | None:
    """The announcement once more, where that is what was said last."""
    need = talk.need
    if talk.stage is not Stage.INCIDENT or need is None or need.entry_id is None:
        return None
    card = known.incident_for(need.entry_id, talk.district)
    return announce(talk, need, card) if card is not None else None


def offer(talk: Talk) -> Turn:
    return Turn(talk.asked(Stage.INCIDENT), (Line("incident_offer"),), Listen(timeout=6))


def before_waiting(talk: Talk, turn: Turn, card: IncidentCard | None) -> Turn:
    """The way to a person leads past the announcement, never further away from the person."""
    if card is None:
        return turn
    told = Line("incident", {"announcement": card.announcement})
    if len(card.announcement) > LONGEST_WITH_TRANSFER:
        onward = _hearing(talk, card).asked(Stage.TO_PERSON)
        return Turn(onward, (told,), GoOn())
    return replace(turn, talk=_hearing(turn.talk, card), say=(told, *turn.say))


def to_person(talk: Talk) -> Turn:
    return Turn(talk.asked(Stage.NEED), (Line("to_agent"),), Wait(AGENTS))


def wants_to_follow(heard: Heard, understood: Understanding) -> bool:
    """知道了 counts: the caller takes notice and hears how it ends."""
    if _DOES_NOT_FOLLOW.search(heard.text):
        return False
    is_yes = understood.control == Control.YES or heard.digits == "1"
    return is_yes or (len(heard.text) <= 12 and bool(_FOLLOWS.search(heard.text)))


def is_not_theirs(heard: Heard) -> bool:
    return bool(_NOT_THIS.search(heard.text))


def follow(talk: Talk, known: Known, turn: Turn) -> Turn:
    """`turn` goes on once it is settled that the caller is told; not without a number."""
    if talk.incident_id is None or known.caller_number is None:
        return replace(turn, say=(Line("incident_unreachable"), *turn.say))
    told = Line("incident_followed")
    effects = (AddFollower(talk.incident_id), *turn.effects)
    return replace(turn, say=(told, *turn.say), effects=effects)


def _hearing(talk: Talk, card: IncidentCard) -> Talk:
    heard = tuple(dict.fromkeys((*talk.incidents_heard, card.id)))
    return replace(talk, incident_id=card.id, incidents_heard=heard)
