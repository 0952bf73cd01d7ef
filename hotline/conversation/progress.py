"""What became of a ticket, by phone: a recognized number and a code, never one alone; pure.

Whoever has opened a ticket so may urge it, withdraw it, have it done again, or add a word:
`talk.options` holds which of these its state allows.
"""

import re
from dataclasses import replace

from hotline.conversation import acting
from hotline.conversation.answers import is_no, is_yes
from hotline.conversation.known import CodeCheck, Known
from hotline.conversation.talk import (
    AddToTicket,
    Heard,
    Line,
    Press,
    PressTicket,
    Stage,
    Talk,
    Turn,
)
from hotline.matching.values import Understanding
from hotline.telephony.script import Listen

CODE_DIGITS = 6
CODE_TRIES = 3
CANCEL_KEY = "3"
_URGE = re.compile(r"催|快(一)?(点|些)|抓紧|尽快|加急")
_CANCEL = re.compile(
    r"撤销|撤单|撤了|撤掉|撤回|取消|不用(再)?(办|管|修|处理|来)了?|不(办|反映|投诉)了"
)
_REOPEN = re.compile(
    r"重新?(办|处理|修|派|弄)|再(办|处理|修)一?(次|遍)|没(有)?(解决|修好|弄好|办好)"
    r"|又(坏|堵|停|不)|还是(老样子|没|不)|不满意"
)


def ask_code(talk: Talk, key: str = "ask_code") -> Turn:
    return Turn(talk.asked(Stage.CODE), (Line(key),), Listen(timeout=8, digits=CODE_DIGITS))


def hear_code(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    """Three tries a call; whether a code is right was checked, and counted, before."""
    if is_no(heard, understood) and not heard.digits:
        return acting.anything_else(talk)
    if known.code_check is CodeCheck.RIGHT and known.own_ticket is not None:
        return _tell(talk, known)
    if known.code_check is CodeCheck.LOCKED:
        return acting.to_agent(talk, "code_locked")
    talk = replace(talk, code_tries=talk.code_tries + (known.code_check is CodeCheck.WRONG))
    if talk.code_tries >= CODE_TRIES:
        return acting.to_agent(talk, "code_locked")
    return ask_code(talk, "code_wrong" if known.code_check is CodeCheck.WRONG else "ask_code")


def hear_addition(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    """A push, a withdrawal, a wish to have it done again, one more word, or nothing."""
    press = _pressed(talk, heard, understood)
    if press is Press.CANCEL:
        return Turn(talk.asked(Stage.WITHDRAW), (Line("confirm_cancel"),), Listen())
    if press is not None:
        return _press(talk, press, heard.text)
    if is_no(heard, understood) or understood.control is not None or heard.digits:
        return acting.anything_else(talk)
    turn = acting.anything_else(talk, "noted")
    addition = AddToTicket(note_key="added", note=heard.text)
    return replace(turn, effects=(addition, *turn.effects))


def hear_withdrawal(talk: Talk, heard: Heard, understood: Understanding, known: Known) -> Turn:
    """Only a clear yes takes a ticket back."""
    if is_yes(heard, understood):
        return _press(talk, Press.CANCEL, "")
    return acting.anything_else(talk, "cancel_not")


def _press(talk: Talk, press: Press, words: str) -> Turn:
    turn = acting.anything_else(talk, f"{press}_told")
    return replace(turn, effects=(PressTicket(press, words), *turn.effects))


def _pressed(talk: Talk, heard: Heard, understood: Understanding) -> Press | None:
    """1 is what the state of the ticket asks for: to urge it, or to have it done again."""
    allowed = [Press(option) for option in talk.options]
    if heard.digits == CANCEL_KEY:
        wanted = Press.CANCEL
    elif is_yes(heard, understood):
        wanted = Press.REOPEN if Press.REOPEN in allowed else Press.URGE
    else:
        said = {Press.CANCEL: _CANCEL, Press.REOPEN: _REOPEN, Press.URGE: _URGE}
        found = [press for press in allowed if said[press].search(heard.text)]
        return found[-1] if found else None
    return wanted if wanted in allowed else None


def _tell(talk: Talk, known: Known) -> Turn:
    ticket = known.own_ticket
    assert ticket is not None
    onward = talk.asked(
        Stage.PROGRESS, ticket_id=ticket.id, code_tries=0, options=tuple(ticket.may),
        visitor=ticket.visitor or None,
    )  # fmt: skip
    told = [Line("progress", {"title": ticket.title, "status": ticket.status})]
    if ticket.visitor:
        told.append(Line("visitor", {"visitor": ticket.visitor, "badge": ticket.badge}))
    return Turn(onward, (*told, Line(_offer(ticket.may))), Listen())


def _offer(may: tuple[str, ...]) -> str:
    if Press.REOPEN in may:
        return "offer_reopen"
    if Press.CANCEL in may:
        return "offer_urge_cancel"
    return "offer_urge" if Press.URGE in may else "offer_add"
