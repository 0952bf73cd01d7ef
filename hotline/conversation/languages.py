"""In which language a caller wants to be served: by word, script or key; pure.

No machine of ours speaks Mongolian, so whoever asks for it gets a person who does, at once and
from the next call on without asking.
"""

import re
from dataclasses import replace

from hotline.conversation.talk import AGENTS, Heard, Line, RememberLanguage, Stage, Talk, Turn
from hotline.matching.values import Decision, Understanding
from hotline.telephony.script import Listen, Wait

MONGOLIAN = "mongolian"
MONGOLIAN_KEY = "9"
_FILLING = re.compile(r"[\s，。？！、,.?!]|你好|您好|那个|请问|麻烦|谢谢|同志|师傅")
_ASKED = re.compile(
    r"(我们?|请|给我|帮我|能不能|可不可以|可以|有没有|有|能|要|想|只会|只能|会|听不懂汉[语话]|不会汉[语话]"
    r"|不会说汉[语话]|不懂汉[语话]|用|说|讲|转到?|接|找|换|个|懂|听得懂|是)*"
    r"(蒙语|蒙古语|蒙古话|蒙古族语|蒙文)(的)?"
    r"(服务|坐席|座席|人工|客服|话务员|接线员|人员?|那边|说话|说|讲|回答|接待|吗|么|嘛|吧|呢|行|可以|好|不|的|了)*"
)
_OTHER_SCRIPT = re.compile(r"[\u1800-\u18af\U00011660-\U0001166c]|[\u0400-\u04ff]{3}")
_LATIN = re.compile(r"\bmongol", re.IGNORECASE)
_MANDARIN = re.compile(
    r"(说|讲|用|换|转|改|要)?(成|回)?(汉语|普通话|国语|中文)(吧|服务|就行|可以|了|的)*"
)


def wished(talk: Talk, heard: Heard, understood: Understanding) -> Turn | None:
    """What follows from a wish for a language; an emergency comes first in any of them."""
    if understood.decision is Decision.EMERGENCY:
        return None
    if asks_mongolian(talk, heard):
        return to_mongolian(talk)
    return to_mandarin(talk) if talk.language and asks_mandarin(heard) else None


def asks_mongolian(talk: Talk, heard: Heard) -> bool:
    """A wish for the language, not a need that speaks of it (a school that teaches in it)."""
    if heard.digits:
        return heard.digits == MONGOLIAN_KEY and talk.stage is not Stage.CODE
    if _OTHER_SCRIPT.search(heard.text) or _LATIN.search(heard.text):
        return True
    return bool(_ASKED.fullmatch(_FILLING.sub("", heard.text)))


def asks_mandarin(heard: Heard) -> bool:
    return bool(_MANDARIN.fullmatch(_FILLING.sub("", heard.text)))


def to_mongolian(talk: Talk) -> Turn:
    """To the line of those who speak it; the number is remembered."""
    there = talk.asked(Stage.NEED, language=MONGOLIAN)
    remembered = (RememberLanguage(MONGOLIAN),)
    return Turn(there, (Line("to_mongolian"),), Wait(MONGOLIAN), remembered)


def to_mandarin(talk: Talk) -> Turn:
    """Back to what everybody is served in; the wish for another language is forgotten."""
    back = talk.asked(Stage.NEED, language="")
    return Turn(back, (Line("ask_need"),), Listen(), (RememberLanguage(""),))


def in_language(turn: Turn) -> Turn:
    """Whoever is served in Mongolian waits for a person who speaks it, whatever the reason."""
    if turn.talk.language == MONGOLIAN and turn.then == Wait(AGENTS):
        return replace(turn, then=Wait(MONGOLIAN))
    return turn
