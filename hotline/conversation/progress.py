"""What became of a ticket, by phone: a recognized number and a code, never one alone; pure."""

from dataclasses import replace

from hotline.conversation import acting
from hotline.conversation.answers import is_no, is_yes
from hotline.conversation.known import CodeCheck, Known
from hotline.conversation.talk import AddToTicket, Heard, Line, Stage, Talk, Turn
from hotline.matching.values import Understanding
from hotline.telephony.script import Listen

CODE_DIGITS = 6
CODE_TRIES = 3


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
    """One more word on the ticket, a push, or nothing."""
    if is_yes(heard, understood):
        turn = acting.anything_else(talk, "urged_told")
        return replace(turn, effects=(AddToTicket(note_key="urged"), *turn.effects))
    if is_no(heard, understood) or understood.control is not None or heard.digits:
        return acting.anything_else(talk)
    turn = acting.anything_else(talk, "noted")
    addition = AddToTicket(note_key="added", note=heard.text)
    return replace(turn, effects=(addition, *turn.effects))


def _tell(talk: Talk, known: Known) -> Turn:
    ticket = known.own_ticket
    assert ticket is not None
    onward = talk.asked(Stage.PROGRESS, ticket_id=ticket.id, code_tries=0)
    told = Line("progress", {"title": ticket.title, "status": ticket.status})
    return Turn(onward, (told, Line("offer_urge")), Listen())
