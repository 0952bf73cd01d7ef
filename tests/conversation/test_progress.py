"""What a caller may do with a ticket of their own, once the code has opened it."""

from dataclasses import replace

import pytest

from hotline.conversation.dialogue import next_turn
from hotline.conversation.known import CodeCheck, Known, OwnTicket
from hotline.conversation.spoken import sign_spoken
from hotline.conversation.talk import AddToTicket, Heard, Press, PressTicket, Stage, Talk, Turn
from hotline.conversation.wording import LONGEST, Wording, default_texts, fitted
from hotline.dispatch.states import OrderState
from hotline.matching.values import Decision, Understanding
from hotline.telephony.script import Listen

KEY = Understanding(Decision.CONTROL)
WORDS = Understanding(Decision.AGENT)
OPEN = (Press.URGE, Press.CANCEL)
CLOSED = (Press.REOPEN,)


def keys(turn: Turn) -> list[str]:
    return [line.key for line in turn.say]


def opened(known: Known, may: tuple[Press, ...]) -> Talk:
    right = replace(
        known, code_check=CodeCheck.RIGHT, own_ticket=OwnTicket("t", "路灯", "办着", may)
    )
    return next_turn(Talk(stage=Stage.CODE), Heard(digits="123456"), KEY, right).talk


@pytest.mark.parametrize(
    ("may", "offer"),
    [
        ((Press.URGE,), "offer_urge"),
        (OPEN, "offer_urge_cancel"),
        (CLOSED, "offer_reopen"),
        ((), "offer_add"),
    ],
)
def test_only_what_the_state_allows_is_offered(
    may: tuple[Press, ...], offer: str, known: Known
) -> None:
    right = replace(known, code_check=CodeCheck.RIGHT, own_ticket=OwnTicket("t", "灯", "好", may))
    told = next_turn(Talk(stage=Stage.CODE), Heard(digits="123456"), KEY, right)
    assert keys(told) == ["progress", offer]


@pytest.mark.parametrize("said", ["催一下吧", "快点给修", "抓紧办"])
def test_it_is_urged_by_voice_in_the_callers_words(said: str, known: Known) -> None:
    turn = next_turn(opened(known, OPEN), Heard(said), WORDS, known)
    assert turn.effects == (PressTicket(Press.URGE, said),)
    assert keys(turn)[0] == "urge_told"


@pytest.mark.parametrize("heard", [Heard(digits="3"), Heard("不用办了，已经好了"), Heard("撤销吧")])
def test_it_is_taken_back_only_after_a_clear_yes(heard: Heard, known: Known) -> None:
    understood = KEY if heard.digits else WORDS
    asked = next_turn(opened(known, OPEN), heard, understood, known)
    assert (keys(asked), asked.effects, asked.then) == (["confirm_cancel"], (), Listen())
    sure = next_turn(asked.talk, Heard(digits="1"), KEY, known)
    assert sure.effects == (PressTicket(Press.CANCEL),)
    for doubt in (Heard(digits="2"), Heard(digits="7"), Heard("等一下")):
        turn = next_turn(asked.talk, doubt, KEY if doubt.digits else WORDS, known)
        assert (turn.effects, keys(turn)[0]) == ((), "cancel_not")


@pytest.mark.parametrize("heard", [Heard(digits="1"), Heard("根本没修好"), Heard("又坏了")])
def test_a_closed_one_is_done_again(heard: Heard, known: Known) -> None:
    understood = KEY if heard.digits else WORDS
    turn = next_turn(opened(known, CLOSED), heard, understood, known)
    assert turn.effects == (PressTicket(Press.REOPEN, heard.text),)


@pytest.mark.parametrize("digits", ["1", "3"])
def test_what_the_state_does_not_allow_is_not_done(digits: str, known: Known) -> None:
    turn = next_turn(opened(known, ()), Heard(digits=digits), KEY, known)
    assert turn.effects == ()


def test_anything_else_that_is_said_is_added(known: Known) -> None:
    turn = next_turn(opened(known, OPEN), Heard("在学校门口那盏"), WORDS, known)
    assert turn.effects == (AddToTicket(note_key="added", note="在学校门口那盏"),)


def test_whoever_comes_is_told_by_name_and_badge_and_the_question_gives_way(known: Known) -> None:
    name = "阿拉坦其其格乌云毕力格"
    own = OwnTicket("t", "厨房卫生间重油污深度清洁", "暂时没有服务商能接，坐席正在安排", OPEN,
                    visitor=name, badge=sign_spoken("WH-00123"))  # fmt: skip
    right = replace(known, code_check=CodeCheck.RIGHT, own_ticket=own)
    turn = next_turn(Talk(stage=Stage.CODE), Heard(digits="123456"), KEY, right)
    assert keys(turn) == ["progress", "visitor", "offer_urge_cancel"]
    assert turn.talk.visitor == name
    wording = Wording()
    said = fitted([(line.key, wording.spoken(line)) for line in turn.say])
    assert sum(map(len, said)) <= LONGEST
    assert said[1] == f"上门的是{name}，工牌WH零零幺二三，请核对后开门。"


def test_every_state_of_an_order_can_be_said() -> None:
    ended = {OrderState.COMPLETED, OrderState.RATED, OrderState.CANCELLED}
    assert {f"visit_{state}" for state in set(OrderState) - ended} <= set(default_texts())
