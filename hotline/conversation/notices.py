"""What departments announce: after the greeting, or before the entry that it is about; pure.

Each is heard once a call, in a turn of its own before the answer, so that neither is cut short.
"""

from dataclasses import replace

from hotline.conversation.known import Known, NoticeCard
from hotline.conversation.talk import Line, Need, Stage, Talk, Turn
from hotline.telephony.script import GoOn


def greeted(turn: Turn, card: NoticeCard | None) -> Turn:
    """The greeting with what the city tells every caller."""
    if card is None:
        return turn
    return replace(turn, talk=_heard(turn.talk, card), say=(*turn.say, _line(card)))


def unheard(talk: Talk, known: Known, entry_id: str) -> NoticeCard | None:
    card = known.notice_for(entry_id, talk.district)
    return card if card is not None and card.id not in talk.notices_heard else None


def tell(talk: Talk, need: Need, card: NoticeCard) -> Turn:
    """Then the talk goes on with the need by itself."""
    onward = _heard(talk, card).asked(Stage.NOTICED, need=need)
    return Turn(onward, (_line(card),), GoOn())


def _line(card: NoticeCard) -> Line:
    return Line("notice", {"announcement": card.spoken})


def _heard(talk: Talk, card: NoticeCard) -> Talk:
    return replace(talk, notices_heard=tuple(dict.fromkeys((*talk.notices_heard, card.id))))
