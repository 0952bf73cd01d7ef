"""The whole answer by text message: offered where it helps, sent to whoever asks, once."""

from dataclasses import replace

import pytest

from hotline.conversation.dialogue import hears_need, next_turn
from hotline.conversation.known import Known
from hotline.conversation.talk import Heard, Need, Stage, Talk, TextAnswer, Turn
from hotline.matching.values import Decision, Match, Understanding

WORDS = Understanding(Decision.AGENT)
CARD = Need("社保卡丢了", "svc-card")
TOLD = Talk(stage=Stage.MORE, need=CARD)


@pytest.fixture
def mobile(known: Known) -> Known:
    """Who calls from a mobile telephone, about an entry that has more than was said."""
    card = replace(known.entries["svc-card"], documents=("身份证", "照片"))
    return replace(known, entries={**known.entries, card.id: card}, caller_number="+8613847312345")


def keys(turn: Turn) -> list[str]:
    return [line.key for line in turn.say]


def test_it_is_offered_where_there_is_more_than_was_said(mobile: Known, known: Known) -> None:
    sure = Understanding(Decision.ANSWER, results=(Match("svc-card", 1, 0.97),))
    asked = (Talk(), Heard("社保卡丢了"), sure)
    assert keys(next_turn(*asked, mobile)) == ["summary", "offer_text", "anything_else"]
    no_more = replace(known, caller_number=mobile.caller_number)
    land_line = replace(mobile, caller_number="+864732012345")
    for other in (no_more, land_line, replace(mobile, caller_number=None)):
        assert keys(next_turn(*asked, other)) == ["summary", "anything_else"]


@pytest.mark.parametrize(
    "said",
    [
        Heard(digits="3"),
        Heard("发个短信给我"),
        Heard("能不能把材料发到我手机上"),
        Heard("好的，你给我发条短信吧。"),
        Heard("短信发给我"),
    ],
)
def test_who_asks_for_it_gets_it_once(said: Heard, mobile: Known) -> None:
    turn = next_turn(TOLD, said, WORDS, mobile)
    assert turn.effects == (TextAnswer(mobile.entries["svc-card"], "0473-000-1200"),)
    assert keys(turn) == ["answer_texted", "anything_else"]
    assert not hears_need(TOLD, said, WORDS)
    again = next_turn(turn.talk, said, WORDS, mobile)
    assert (keys(again), again.effects) == (["answer_texted", "anything_else"], ())


@pytest.mark.parametrize(
    "words",
    ["我收到诈骗短信", "短信验证码收不到", "手机没信号", "公积金短信提醒怎么取消", "发错短信了"],
)
def test_a_need_about_messages_is_a_need(words: str, mobile: Known) -> None:
    turn = next_turn(TOLD, Heard(words), WORDS, mobile)
    assert not any(isinstance(effect, TextAnswer) for effect in turn.effects)
    assert "answer_texted" not in keys(turn)
    assert hears_need(TOLD, Heard(words), WORDS)


def test_it_may_be_asked_for_instead_of_being_connected(mobile: Known) -> None:
    talk = Talk(stage=Stage.TRANSFER, need=CARD, ring_name="公积金中心", ring_number="1")
    turn = next_turn(talk, Heard("发短信给我"), WORDS, mobile)
    assert isinstance(turn.effects[0], TextAnswer)
    assert turn.talk.stage is Stage.MORE


def test_a_number_that_gets_no_messages_is_told_so(known: Known) -> None:
    for number in (None, "+864732012345"):
        turn = next_turn(TOLD, Heard("发短信给我"), WORDS, replace(known, caller_number=number))
        assert (keys(turn)[0], turn.effects) == ("answer_not_texted", ())


def test_before_any_answer_there_is_nothing_to_send(mobile: Known) -> None:
    turn = next_turn(Talk(), Heard("发短信给我"), WORDS, mobile)
    assert turn.effects == ()
    assert "answer_texted" not in keys(turn)


def test_what_was_sent_survives_the_seal(mobile: Known) -> None:
    talk = next_turn(TOLD, Heard(digits="3"), WORDS, mobile).talk
    assert Talk.from_json(talk.to_json()).texted == ("svc-card",)
