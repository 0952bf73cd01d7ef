"""The whole answer as a text message, for whoever asks for it on a mobile telephone; pure."""

import re
from collections.abc import Callable
from dataclasses import replace

from hotline.conversation.known import Known
from hotline.conversation.talk import Heard, Line, Stage, Talk, TextAnswer, Turn
from hotline.directory.entry import Entry
from hotline.messages.limits import may_be_texted

KEY = "3"
STAGES = frozenset({Stage.MORE, Stage.TRANSFER})
_MARKS = re.compile(r"[\s，。？！、,.?!]")
_POLITE = (
    r"(那|好的?|行|请|麻烦|您|你|帮我|给我|能不能|能|可以|可不可以|用|都"
    r"|把(这个|它|答复|地址|材料|电话|号码|内容)?)*"
)
_TAIL = r"(上|里|来|去|吧|吗|呗|啊|呀|一下|行吗|可以吗|好吗|谢谢|给我|让我看看?)*"
_SENT = (
    r"((发|传)(个|条|一个|一条|一下|成|到|给|我|在|过来)*(短信|信息|手机)"
    r"|短信(发|传)?(给|告诉)?我?)"
)
_ASKED = re.compile(_POLITE + _SENT + _TAIL)


def is_asked(talk: Talk, heard: Heard) -> bool:
    """ "发个短信给我": nothing else may be said with it, since there are needs about messages."""
    if talk.stage not in STAGES or talk.need is None or talk.need.entry_id is None:
        return False
    if heard.digits:
        return heard.digits == KEY and talk.stage is Stage.MORE
    return _ASKED.fullmatch(_MARKS.sub("", heard.text)) is not None


def offer(talk: Talk, entry: Entry, known: Known) -> tuple[Line, ...]:
    """Offered where there is more to know than was said, and a telephone that can show it."""
    has_more = bool(entry.documents or entry.procedure or entry.details)
    may = has_more and entry.id not in talk.texted and may_be_texted(known.caller_number or "")
    return (Line("offer_text"),) if may else ()


def text_answer(talk: Talk, known: Known, settled: Callable[[Talk, str], Turn]) -> Turn:
    """Once for each answer of a call. `settled` goes on with the talk after a sentence."""
    entry = known.entry_for(str(talk.need and talk.need.entry_id), talk.district)
    if entry is None or not may_be_texted(known.caller_number or ""):
        return settled(talk, "answer_not_texted")
    if entry.id in talk.texted:
        return settled(talk, "answer_texted")
    unit = known.unit_for(entry, talk.district)
    turn = settled(replace(talk, texted=(*talk.texted, entry.id)), "answer_texted")
    return replace(turn, effects=(TextAnswer(entry, unit.phone if unit else None), *turn.effects))
