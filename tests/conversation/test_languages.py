"""A caller who wants to be served in Mongolian, or in Mandarin again."""

from dataclasses import replace

import pytest

from hotline.conversation.dialogue import bridge_failed, next_turn, opening
from hotline.conversation.known import Known
from hotline.conversation.languages import MONGOLIAN
from hotline.conversation.talk import Heard, Need, RememberLanguage, Stage, Talk
from hotline.matching.values import Decision, Match, Understanding
from hotline.telephony.script import Bridge, Listen, Wait

KEY = Understanding(Decision.CONTROL)
NOTHING = Understanding(Decision.AGENT)
REMEMBERED = Talk(language=MONGOLIAN)


@pytest.mark.parametrize(
    "said",
    ["蒙语", "蒙古语", "说蒙语", "请转蒙古语", "有没有会说蒙语的", "我只会说蒙语",
     "我要蒙古语人工服务", "听不懂汉语，说蒙古话", "монгол хэл", "Mongol hel", "mongolian please",
     "ᠮᠣᠩᠭᠣᠯ", "ᠮᠣᠩᠭᠣᠯ ᠬᠡᠯᠡ"],
)  # fmt: skip
def test_the_wish_is_understood_in_every_script(said: str, known: Known) -> None:
    turn = next_turn(Talk(), Heard(said), NOTHING, known)
    assert turn.then == Wait(MONGOLIAN)
    assert turn.effects == (RememberLanguage(MONGOLIAN),)
    assert [line.key for line in turn.say] == ["to_mongolian"]


@pytest.mark.parametrize(
    "said", ["蒙古语授课的小学怎么报名", "孩子要上蒙语幼儿园", "蒙文翻译盖章在哪办", "蒙牛"]
)
def test_a_need_that_speaks_of_the_language_is_a_need(said: str, known: Known) -> None:
    turn = next_turn(Talk(), Heard(said), NOTHING, known)
    assert turn.then != Wait(MONGOLIAN)


@pytest.mark.parametrize("stage", [Stage.NEED, Stage.CONFIRM, Stage.DISTRICT, Stage.MORE])
def test_a_key_asks_for_it_too(stage: Stage, known: Known) -> None:
    talk = Talk(stage=stage, need=Need("路灯坏了", "svc-lamp"), options=("svc-lamp",))
    assert next_turn(talk, Heard(digits="9"), KEY, known).then == Wait(MONGOLIAN)


def test_a_code_that_was_cut_short_is_no_wish(known: Known) -> None:
    assert next_turn(Talk(stage=Stage.CODE), Heard(digits="9"), KEY, known).then != Wait(MONGOLIAN)


def test_who_asked_for_it_once_needs_only_wait(known: Known) -> None:
    greeted = opening(REMEMBERED)
    assert [line.key for line in greeted.say] == ["greeting_mongolian"]
    assert isinstance(greeted.then, Listen)
    silent = next_turn(greeted.talk, Heard(), KEY, known)
    assert silent.then == Wait(MONGOLIAN)


def test_every_way_to_a_person_leads_to_one_who_speaks_it(known: Known) -> None:
    human = Understanding(Decision.CONTROL, control="human")
    assert next_turn(REMEMBERED, Heard("人工"), human, known).then == Wait(MONGOLIAN)
    missed = replace(REMEMBERED, misses=1)
    assert next_turn(missed, Heard("啊"), NOTHING, known).then == Wait(MONGOLIAN)
    assert bridge_failed(REMEMBERED, None, known).then == Wait(MONGOLIAN)


def test_who_speaks_mandarin_is_heard_and_may_go_back(known: Known) -> None:
    sure = Understanding(Decision.ANSWER, results=(Match("svc-card", 1, 0.97),))
    assert isinstance(next_turn(REMEMBERED, Heard("社保卡丢了"), sure, known).then, Listen)
    back = next_turn(REMEMBERED, Heard("说汉语吧"), NOTHING, known)
    assert back.effects == (RememberLanguage(""),)
    assert back.talk.language == ""


def test_an_emergency_comes_first(known: Known) -> None:
    fire = Understanding(Decision.EMERGENCY, emergency="119")
    turn = next_turn(REMEMBERED, Heard("монгол, 着火了"), fire, known)
    assert isinstance(turn.then, Bridge)
