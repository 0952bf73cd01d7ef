"""What the hotline decides, case by case."""

from dataclasses import replace

import pytest

from hotline.conversation.dialogue import bridge_failed, next_turn, opening
from hotline.conversation.known import CodeCheck, Known, OwnTicket, UnitCard
from hotline.conversation.talk import (
    AddToTicket,
    Heard,
    Need,
    NoteEmergency,
    OpenTicket,
    Press,
    PressTicket,
    Stage,
    Talk,
    Turn,
)
from hotline.matching.values import Decision, Match, Understanding
from hotline.telephony.script import Bridge, GoOn, HangUp, Listen, Wait

KEY = Understanding(Decision.CONTROL)


def sure(entry_id: str, district: str | None = None) -> Understanding:
    return Understanding(Decision.ANSWER, district=district, results=(Match(entry_id, 1, 0.97),))


def unsure(*entry_ids: str) -> Understanding:
    decision = Decision.CHOOSE if len(entry_ids) > 1 else Decision.CONFIRM
    return Understanding(decision, results=tuple(Match(key, 0.5, 0.5) for key in entry_ids))


def control(name: str) -> Understanding:
    return Understanding(Decision.CONTROL, control=name)


def keys(turn: Turn) -> list[str]:
    return [line.key for line in turn.say]


def test_a_call_begins_with_one_question_and_listens() -> None:
    turn = opening(Talk())
    assert keys(turn) == ["greeting"]
    assert turn.then == Listen()


@pytest.mark.parametrize("stage", list(Stage)[:-1])
def test_a_person_is_reached_from_every_question(stage: Stage, known: Known) -> None:
    talk = Talk(stage=stage, need=Need("路灯坏了", "svc-lamp"), options=("svc-lamp", "svc-card"))
    said = next_turn(talk, Heard("转人工"), control("human"), known)
    pressed = next_turn(talk, Heard(digits="0"), KEY, known)
    assert isinstance(said.then, Wait)
    assert isinstance(pressed.then, Wait)


@pytest.mark.parametrize("stage", list(Stage))
def test_an_emergency_comes_before_every_question(stage: Stage, known: Known) -> None:
    talk = Talk(stage=stage, need=Need("路灯坏了", "svc-lamp"))
    heard = Understanding(Decision.EMERGENCY, emergency="119")
    turn = next_turn(talk, Heard("着火了"), heard, known)
    assert turn.then == Bridge(("119",), "+8613900000001", 10)
    assert keys(turn) == ["emergency_119"]
    assert [type(effect) for effect in turn.effects] == [NoteEmergency]


def test_silence_twice_is_a_person(known: Known) -> None:
    first = next_turn(Talk(), Heard(), KEY, known)
    second = next_turn(first.talk, Heard(), KEY, known)
    assert keys(first) == ["silence"]
    assert isinstance(first.then, Listen)
    assert isinstance(second.then, Wait)


def test_words_between_two_silences_begin_the_count_anew(known: Known) -> None:
    first = next_turn(Talk(), Heard(), KEY, known)
    spoke = next_turn(first.talk, Heard("社保卡丢了"), sure("svc-card"), known)
    asked_again = replace(spoke.talk, stage=Stage.NEED)
    assert isinstance(next_turn(asked_again, Heard(), KEY, known).then, Listen)


def test_an_answer_is_read_and_more_is_offered(known: Known) -> None:
    turn = next_turn(Talk(), Heard("社保卡丢了"), sure("svc-card"), known)
    assert keys(turn) == ["summary", "anything_else"]
    assert turn.effects == ()
    assert turn.talk.stage is Stage.MORE


def test_a_ticket_opens_on_the_turn_that_knows_need_and_district(known: Known) -> None:
    turn = next_turn(Talk(), Heard("滨河街道路灯坏了"), sure("svc-lamp", "海勃湾区"), known)
    opened = turn.effects[0]
    assert isinstance(opened, OpenTicket)
    assert (opened.entry.id, opened.district) == ("svc-lamp", "海勃湾区")
    assert opened.need.text == "滨河街道路灯坏了"
    assert keys(turn)[-1] == "ask_address"


@pytest.mark.parametrize(
    ("heard", "understood"),
    [
        (Heard(digits="2"), KEY),
        (Heard("乌达"), Understanding(Decision.AGENT, district="乌达区")),
    ],
)
def test_the_district_is_asked_and_chooses_the_version(
    heard: Heard, understood: Understanding, known: Known
) -> None:
    asked = next_turn(Talk(), Heard("家里不热"), sure("svc-heat-hbw"), known)
    assert keys(asked) == ["ask_district"]
    assert asked.effects == ()
    told = next_turn(asked.talk, heard, understood, known)
    opened = told.effects[0]
    assert isinstance(opened, OpenTicket)
    assert (opened.entry.id, opened.district) == ("svc-heat-wd", "乌达区")
    assert opened.need.text == "家里不热"


def test_who_cannot_tell_the_district_still_gets_a_ticket(known: Known) -> None:
    talk = next_turn(Talk(), Heard("路灯坏了"), sure("svc-lamp"), known).talk
    again = next_turn(talk, Heard("我也不知道"), Understanding(Decision.AGENT), known)
    kept = next_turn(again.talk, Heard("说不上来"), Understanding(Decision.AGENT), known)
    assert keys(again) == ["ask_district_again"]
    assert isinstance(kept.effects[0], OpenTicket)
    assert kept.effects[0].district is None


def test_a_district_told_once_is_remembered(known: Known) -> None:
    talk = Talk(stage=Stage.MORE, district="乌达区")
    turn = next_turn(talk, Heard("家里也不热"), sure("svc-heat-hbw"), known)
    assert isinstance(turn.effects[0], OpenTicket)
    assert turn.effects[0].entry.id == "svc-heat-wd"


def test_an_address_goes_to_the_ticket(known: Known) -> None:
    talk = Talk(stage=Stage.ADDRESS, need=Need("路灯坏了", "svc-lamp"), ticket_id="t")
    turn = next_turn(talk, Heard("滨河大道十六号"), Understanding(Decision.AGENT), known)
    assert turn.effects == (AddToTicket(address="滨河大道十六号"),)
    assert keys(turn) == ["address_noted", "query_code", "anything_else"]


@pytest.mark.parametrize(
    ("text", "is_address"),
    [("滨河大道十六号路灯旁边", True), ("绿苑小区三号楼", True), ("社保卡丢了咋办", False)],
)
def test_an_address_is_told_from_another_need(text: str, is_address: bool, known: Known) -> None:
    talk = Talk(stage=Stage.ADDRESS, need=Need("路灯坏了", "svc-lamp"), ticket_id="t")
    turn = next_turn(talk, Heard(text), sure("svc-card"), known)
    assert (turn.effects == (AddToTicket(address=text),)) is is_address


def test_no_address_is_no_obstacle(known: Known) -> None:
    talk = Talk(stage=Stage.ADDRESS, need=Need("路灯坏了", "svc-lamp"), ticket_id="t")
    turn = next_turn(talk, Heard("不用"), control("no"), known)
    assert turn.effects == ()
    assert keys(turn) == ["noted", "query_code", "anything_else"]


def test_confirm_asks_and_yes_acts(known: Known) -> None:
    asked = next_turn(Talk(), Heard("那个卡"), unsure("svc-card"), known)
    assert keys(asked) == ["confirm"]
    assert keys(next_turn(asked.talk, Heard("对"), control("yes"), known))[0] == "summary"
    assert keys(next_turn(asked.talk, Heard(digits="1"), KEY, known))[0] == "summary"


def test_two_misses_are_a_person(known: Known) -> None:
    asked = next_turn(Talk(), Heard("那个卡"), unsure("svc-card"), known)
    missed = next_turn(asked.talk, Heard("不是"), control("no"), known)
    assert keys(missed) == ["ask_in_other_words"]
    again = next_turn(missed.talk, Heard("嗯那啥"), Understanding(Decision.AGENT), known)
    assert isinstance(again.then, Wait)


@pytest.mark.parametrize(
    ("heard", "understood"),
    [
        (Heard(digits="2"), KEY),
        (Heard("第二个"), Understanding(Decision.AGENT)),
        (Heard("路灯报修"), sure("svc-lamp")),
    ],
)
def test_a_choice_is_taken_by_key_ordinal_or_name(
    heard: Heard, understood: Understanding, known: Known
) -> None:
    talk = next_turn(
        Talk(district="乌达区"), Heard("坏了"), unsure("svc-card", "svc-lamp"), known
    ).talk
    turn = next_turn(talk, heard, understood, known)
    assert isinstance(turn.effects[0], OpenTicket)
    assert turn.effects[0].entry.id == "svc-lamp"


def test_a_transfer_is_offered_and_rings_with_the_callers_own_number(known: Known) -> None:
    offered = next_turn(Talk(), Heard("取公积金"), sure("svc-fund"), known)
    assert keys(offered) == ["summary", "offer_transfer"]
    ringing = next_turn(offered.talk, Heard("好"), control("yes"), known)
    assert ringing.then == Bridge(("0473-000-1200",), "+8613900000001")


def test_a_unit_that_does_not_answer_gives_the_caller_to_a_person(known: Known) -> None:
    assert isinstance(bridge_failed(Talk(), None, known).then, Wait)


def test_an_emergency_line_is_rung_twice_and_then_a_person_takes_over(known: Known) -> None:
    heard = Understanding(Decision.EMERGENCY, emergency="119")
    first = next_turn(Talk(), Heard("着火了"), heard, known)
    second = bridge_failed(first.talk, "119", known)
    assert second.then == Bridge(("119",), "+8613900000001", 10)
    assert isinstance(bridge_failed(second.talk, "119", known).then, Wait)


def test_a_grave_danger_of_self_harm_rings_110_and_120_together(known: Known) -> None:
    heard = Understanding(Decision.EMERGENCY, emergency="120")
    turn = next_turn(Talk(), Heard("我吃了一瓶安眠药，不想活了"), heard, known)
    assert isinstance(turn.then, Bridge)
    assert set(turn.then.numbers) >= {"110", "120"}
    assert keys(turn) == ["emergency_self_harm"]


def test_what_became_of_a_ticket_needs_the_code(known: Known) -> None:
    mine = replace(known, has_own_tickets=True)
    asked = next_turn(Talk(), Heard("上次报的路灯咋还没人修"), sure("svc-lamp"), mine)
    assert keys(asked) == ["ask_code"]
    assert asked.then == Listen(timeout=8, digits=6)
    right = replace(known, code_check=CodeCheck.RIGHT, own_ticket=OwnTicket("t", "灯", "办着"))
    told = next_turn(asked.talk, Heard(digits="123456"), KEY, right)
    assert keys(told) == ["progress", "offer_urge"]
    urged = next_turn(told.talk, Heard(digits="1"), KEY, known)
    assert urged.effects == (PressTicket(Press.URGE),)
    added = next_turn(told.talk, Heard("现在整条街都黑了"), Understanding(Decision.AGENT), known)
    assert added.effects == (AddToTicket(note_key="added", note="现在整条街都黑了"),)


def test_three_wrong_codes_are_a_person(known: Known) -> None:
    wrong = replace(known, code_check=CodeCheck.WRONG)
    talk = Talk(stage=Stage.CODE)
    for _ in range(2):
        turn = next_turn(talk, Heard(digits="000000"), KEY, wrong)
        assert keys(turn) == ["code_wrong"]
        talk = turn.talk
    assert isinstance(next_turn(talk, Heard(digits="000000"), KEY, wrong).then, Wait)
    locked = replace(known, code_check=CodeCheck.LOCKED)
    assert isinstance(next_turn(Talk(stage=Stage.CODE), Heard(digits="1"), KEY, locked).then, Wait)


def test_who_has_no_ticket_is_heard_as_having_a_need(known: Known) -> None:
    turn = next_turn(
        Talk(), Heard("上次报的路灯咋还没人修，在乌达"), sure("svc-lamp", "乌达区"), known
    )
    assert isinstance(turn.effects[0], OpenTicket)


def test_a_number_is_read_twice_and_connected_in_office_hours(known: Known) -> None:
    turn = next_turn(Talk(), Heard("公积金中心电话是多少"), sure("svc-fund"), known)
    assert keys(turn) == ["number_is", "offer_transfer"]
    assert turn.say[0].params["number"] == "零四七三，零零零，幺二零零"
    ringing = next_turn(turn.talk, Heard("接通吧"), control("yes"), known)
    assert ringing.then == Bridge(("0473-000-1200",), "+8613900000001")


def test_out_of_office_hours_the_number_is_read_and_nothing_is_promised(known: Known) -> None:
    shut = replace(
        known, unit_for=lambda _e, _d: UnitCard("公积金中心", "0473-000-1200", is_open=False)
    )
    asked = next_turn(Talk(), Heard("公积金中心电话是多少"), sure("svc-fund"), shut)
    assert keys(asked) == ["number_is", "anything_else"]
    wanted = next_turn(Talk(), Heard("取公积金"), sure("svc-fund"), shut)
    assert keys(wanted) == ["summary", "closed_number_is", "anything_else"]


def test_two_needs_in_one_breath_are_taken_up_in_order(known: Known) -> None:
    both = replace(sure("svc-card"), needs=("社保卡丢了", "路灯坏了"))
    first = next_turn(Talk(), Heard("社保卡丢了，还有路灯坏了"), both, known)
    assert first.consider == "社保卡丢了"
    answered = next_turn(first.talk, Heard("社保卡丢了"), sure("svc-card"), known)
    assert isinstance(answered.then, GoOn)
    onward = next_turn(answered.talk, Heard(), KEY, known)
    assert onward.consider == "路灯坏了"
    assert onward.talk.pending == ()


def test_goodbye_hangs_up(known: Known) -> None:
    for talk in (Talk(), Talk(stage=Stage.MORE)):
        assert isinstance(next_turn(talk, Heard("再见"), control("hangup"), known).then, HangUp)
    assert isinstance(next_turn(Talk(stage=Stage.MORE), Heard(), KEY, known).then, HangUp)
    assert isinstance(
        next_turn(Talk(stage=Stage.MORE), Heard("没了"), control("no"), known).then, HangUp
    )


@pytest.mark.parametrize(
    ("text", "confidential", "anonymous", "slow"),
    [
        ("路灯坏了，你们别告诉别人是我说的", True, False, False),
        ("我要匿名反映路灯坏了", False, True, False),
        ("路灯坏了，你说慢一点", False, False, True),
        ("路灯坏了", False, False, False),
    ],
)
def test_wishes_may_come_at_any_moment(
    text: str, confidential: bool, anonymous: bool, slow: bool, known: Known
) -> None:
    turn = next_turn(Talk(), Heard(text), sure("svc-lamp", "乌达区"), known)
    opened = turn.effects[0]
    assert isinstance(opened, OpenTicket)
    assert opened.is_confidential is confidential
    assert opened.is_anonymous is anonymous
    assert turn.talk.is_slow is slow


def test_a_talk_survives_its_seal() -> None:
    talk = Talk(Stage.CHOOSE, Need("灯", None), ("a", "b"), ("c",), "乌达区", 1, 1, "t", "0012",
                is_slow=True, last_said=("您好",))  # fmt: skip
    assert Talk.from_json(talk.to_json()) == talk


@pytest.mark.parametrize(("digits", "key"), [("2", 2), ("12", 12), ("²", 0), ("٣", 0), ("#", 0)])
def test_a_key_is_a_number_of_the_telephone(digits: str, key: int) -> None:
    assert Heard(digits=digits).key == key
    assert Heard(digits="9" * 5000).key == 0
