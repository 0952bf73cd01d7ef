"""A vendor for the home: choice, time, consent, address, in any order."""

from dataclasses import replace

import pytest

from hotline.conversation.dialogue import next_turn
from hotline.conversation.known import Known
from hotline.conversation.talk import (
    AddToTicket,
    Heard,
    Need,
    OpenOrder,
    OpenTicket,
    Stage,
    Talk,
)
from hotline.matching.values import Decision, Understanding
from tests.conversation.test_dialogue import KEY, control, keys, sure


def test_vendors_are_named_neutrally_and_the_ticket_is_open_already(known: Known) -> None:
    turn = next_turn(Talk(), Heard("通下水道，我在乌达"), sure("svc-pipe", "乌达区"), known)
    assert keys(turn) == ["summary", "choose_vendor"]
    assert isinstance(turn.effects[0], OpenTicket)
    assert turn.talk.options == ("ven-1", "ven-2")


@pytest.mark.parametrize(
    ("heard", "understood", "note"),
    [
        (Heard("好的"), control("yes"), AddToTicket(note_key="vendor_in_turn")),
        (Heard("随便"), Understanding(Decision.AGENT), AddToTicket(note_key="vendor_in_turn")),
        (Heard(digits="2"), KEY, AddToTicket(note_key="vendor_chosen", note="老李疏通")),
        (Heard("第一家"), Understanding(Decision.AGENT),
         AddToTicket(note_key="vendor_chosen", note="畅通管道")),
    ],
)  # fmt: skip
def test_yes_to_a_choice_of_vendors_is_the_next_in_turn(
    heard: Heard, understood: Understanding, note: AddToTicket, known: Known
) -> None:
    named = next_turn(Talk(), Heard("通下水道"), sure("svc-pipe", "乌达区"), known)
    turn = next_turn(replace(named.talk, ticket_id="t"), heard, understood, known)
    assert turn.effects == (note,)
    assert keys(turn) == ["ask_when"]
    told = next_turn(turn.talk, Heard("明天上午"), Understanding(Decision.AGENT), known)
    assert told.effects == (AddToTicket(note_key="vendor_when", note="明天上午"),)
    assert keys(told) == ["ask_consent"]


def test_a_time_that_was_said_already_is_not_asked_again(known: Known) -> None:
    heard = Heard("明天上午来个人通下水道")
    named = next_turn(Talk(), heard, sure("svc-pipe", "乌达区"), known)
    assert keys(next_turn(named.talk, Heard("行"), control("yes"), known)) == ["ask_consent"]


def test_an_order_knows_the_wished_vendor_and_the_wished_time(known: Known) -> None:
    named = next_turn(Talk(district="海勃湾区"), Heard("通下水道"), sure("svc-pipe"), known)
    chosen = next_turn(named.talk, Heard(digits="2"), KEY, known)
    assert chosen.talk.vendor_id == named.talk.options[1]
    told = next_turn(chosen.talk, Heard("明天上午"), Understanding(Decision.AGENT), known)
    assert told.talk.wanted_when == "明天上午"
    in_turn = next_turn(named.talk, Heard("好的"), control("yes"), known)
    assert in_turn.talk.vendor_id is None


def test_a_time_said_with_the_need_is_not_asked_for_again(known: Known) -> None:
    said = Talk(district="海勃湾区")
    named = next_turn(said, Heard("明天上午通下水道"), sure("svc-pipe"), known)
    chosen = next_turn(named.talk, Heard(digits="1"), KEY, known)
    assert keys(chosen) == ["ask_consent"]
    assert chosen.talk.wanted_when == "明天上午通下水道"


def test_a_new_choice_forgets_what_was_wished_for_the_order_before(known: Known) -> None:
    before = Talk(district="海勃湾区", vendor_id="ven-9", wanted_when="后天", has_order=True)
    named = next_turn(before, Heard("通下水道"), sure("svc-pipe"), known)
    chosen = next_turn(named.talk, Heard("随便"), Understanding(Decision.AGENT), known).talk
    assert (chosen.vendor_id, chosen.wanted_when, chosen.has_order) == (None, None, False)


def test_with_an_order_the_address_ends_in_the_news_that_it_goes_out(known: Known) -> None:
    talk = Talk(stage=Stage.ADDRESS, need=Need("通下水道", "svc-pipe"), ticket_id="t",
                has_order=True)  # fmt: skip
    told = next_turn(talk, Heard("阳光小区三号楼"), Understanding(Decision.AGENT), known)
    assert keys(told)[0] == "order_noted"
    assert told.effects == (AddToTicket(address="阳光小区三号楼"),)


ADDRESS = "阳光小区三号楼二单元五零二"


@pytest.mark.parametrize("stage", [Stage.VENDOR, Stage.WHEN, Stage.CONSENT])
def test_an_address_said_before_it_is_asked_for_is_kept(known: Known, stage: Stage) -> None:
    named = next_turn(Talk(district="海勃湾区"), Heard("通下水道"), sure("svc-pipe"), known)
    talk = replace(named.talk, stage=stage)
    told = next_turn(talk, Heard(ADDRESS), Understanding(Decision.AGENT), known)
    assert AddToTicket(address=ADDRESS) in told.effects
    assert told.talk.has_address
    assert keys(told)[-1] == ("ask_consent" if stage is Stage.CONSENT else "ask_when")
    agreed = next_turn(
        replace(told.talk, stage=Stage.CONSENT), Heard("可以"), control("yes"), known
    )
    assert "ask_address" not in keys(agreed)
    assert "order_noted" in keys(agreed)


def test_everything_in_one_breath_leaves_only_consent(known: Known) -> None:
    named = next_turn(Talk(district="海勃湾区"), Heard("通下水道"), sure("svc-pipe"), known)
    said = f"都行，明天上午，{ADDRESS}"
    told = next_turn(named.talk, Heard(said), Understanding(Decision.AGENT), known)
    assert keys(told) == ["address_noted", "ask_consent"]
    assert told.talk.wanted_when == said


def test_knowing_is_no_address(known: Known) -> None:
    talk = Talk(stage=Stage.CONSENT, need=Need("通下水道", "svc-pipe"), ticket_id="t")
    told = next_turn(talk, Heard("知道了"), Understanding(Decision.AGENT), known)
    assert not told.talk.has_address


def test_consent_is_recorded_either_way(known: Known) -> None:
    talk = Talk(stage=Stage.CONSENT, need=Need("通下水道", "svc-pipe"), ticket_id="t")
    yes = next_turn(talk, Heard("可以"), control("yes"), known)
    no = next_turn(talk, Heard(digits="2"), KEY, known)
    given, refused = (AddToTicket(note_key=f"consent_{how}") for how in ("given", "refused"))
    assert yes.effects == (given, OpenOrder(has_consent=True))
    assert no.effects == (refused, OpenOrder(has_consent=False, by_key=True))
    assert yes.talk.stage is no.talk.stage is Stage.ADDRESS
