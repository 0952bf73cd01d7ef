"""An incident is announced once, followed by a key, and stands in nobody's way."""

from dataclasses import replace

import pytest

from hotline.conversation.dialogue import next_turn
from hotline.conversation.incidents import LONGEST_WITH_OFFER, LONGEST_WITH_TRANSFER
from hotline.conversation.known import IncidentCard, Known, UnitCard
from hotline.conversation.talk import AddFollower, CountTrouble, Heard, OpenTicket, Stage, Talk
from hotline.conversation.wording import LONGEST, Wording, fitted
from hotline.directory.entry import Entry
from hotline.matching.families import family_key
from hotline.matching.values import Decision, Match, Understanding
from hotline.telephony.script import GoOn, HangUp, Listen, Wait
from tests.conversation.test_dialogue import KEY, control, keys, sure

SAID = "海勃湾区滨河街道停暖，热力公司正在抢修，预计今天十八点恢复。"
COLD = Heard("我家暖气不热，我在滨河街道")
POWER = Entry("svc-power", "assistance", "供电/报修", "停电报修", handoff="transfer",
              organization_id="org-power", summary="停电请打供电服务电话。")  # fmt: skip


def with_incident(known: Known, family: str = "svc-heat", said: str = SAID) -> Known:
    def incident_for(entry_id: str, district: str | None) -> IncidentCard | None:
        entry = known.entries[entry_id]
        is_it = family_key(entry) == family and district == "海勃湾区"
        return IncidentCard("11111111-1111-7111-8111-111111111111", said) if is_it else None

    return replace(known, incident_for=incident_for)


@pytest.fixture
def troubled(known: Known) -> Known:
    return with_incident(known)


def announced(troubled: Known) -> Talk:
    return next_turn(Talk(), COLD, sure("svc-heat-hbw", "海勃湾区"), troubled).talk


def test_the_announcement_comes_instead_of_another_ticket(troubled: Known) -> None:
    turn = next_turn(Talk(), COLD, sure("svc-heat-hbw", "海勃湾区"), troubled)
    assert keys(turn) == ["incident", "incident_offer"]
    assert turn.say[0].params["announcement"] == SAID
    assert turn.effects == ()
    assert isinstance(turn.then, Listen)


def test_it_is_announced_when_the_district_is_told_afterwards(troubled: Known) -> None:
    asked = next_turn(Talk(), Heard("家里不热"), sure("svc-heat-wd"), troubled)
    assert keys(asked) == ["ask_district"]
    told = next_turn(asked.talk, Heard(digits="1"), KEY, troubled)
    assert keys(told) == ["incident", "incident_offer"]


@pytest.mark.parametrize(
    ("entry_id", "district"), [("svc-heat-wd", "乌达区"), ("svc-lamp", "海勃湾区")]
)
def test_other_areas_and_other_needs_are_not_affected(
    entry_id: str, district: str, troubled: Known
) -> None:
    turn = next_turn(Talk(), Heard("坏了"), sure(entry_id, district), troubled)
    assert isinstance(turn.effects[0], OpenTicket)


@pytest.mark.parametrize(
    ("heard", "understood"),
    [
        (Heard(digits="1"), KEY),
        (Heard("知道了"), control("hangup")),
        (Heard("跟进"), Understanding(Decision.AGENT)),
        (Heard("有结果通知我一声"), Understanding(Decision.AGENT)),
        (Heard("好的"), control("yes")),
    ],
)
def test_one_or_the_words_for_it_follow(
    heard: Heard, understood: Understanding, troubled: Known
) -> None:
    talk = announced(troubled)
    turn = next_turn(talk, heard, understood, troubled)
    assert turn.effects == (AddFollower(str(talk.incident_id)),)
    assert keys(turn) == ["incident_followed", "anything_else"]


def test_who_hides_their_number_is_told_that_we_cannot_tell_them(troubled: Known) -> None:
    hidden = replace(troubled, caller_number=None)
    turn = next_turn(announced(hidden), Heard(digits="1"), KEY, hidden)
    assert turn.effects == ()
    assert keys(turn) == ["incident_unreachable", "anything_else"]


def test_no_follows_nothing_and_goodbye_hangs_up(troubled: Known) -> None:
    talk = announced(troubled)
    refused = next_turn(talk, Heard("不用了"), control("no"), troubled)
    assert (refused.effects, keys(refused)) == ((), ["anything_else"])
    unwanted = next_turn(talk, Heard("不用跟进"), Understanding(Decision.AGENT), troubled)
    assert unwanted.effects == ()
    gone = next_turn(talk, Heard("再见"), control("hangup"), troubled)
    assert (gone.effects, type(gone.then)) == ((), HangUp)


def test_another_need_goes_on(troubled: Known) -> None:
    turn = next_turn(announced(troubled), Heard("社保卡丢了"), sure("svc-card"), troubled)
    assert keys(turn) == ["summary", "anything_else"]


@pytest.mark.parametrize("said", ["不是这里，就我们家不热", "我们小区跟这个不一样"])
def test_who_has_a_trouble_of_their_own_gets_their_ticket(said: str, troubled: Known) -> None:
    turn = next_turn(announced(troubled), Heard(said), Understanding(Decision.AGENT), troubled)
    assert isinstance(turn.effects[0], OpenTicket)
    assert turn.effects[0].need.text == COLD.text


def test_the_need_said_again_opens_a_ticket_and_is_not_announced_again(troubled: Known) -> None:
    turn = next_turn(
        announced(troubled), Heard("我家就是不热"), sure("svc-heat-hbw", "海勃湾区"), troubled
    )
    assert isinstance(turn.effects[0], OpenTicket)


def test_a_person_is_reached_after_the_announcement_too(troubled: Known) -> None:
    turn = next_turn(announced(troubled), Heard("转人工"), control("human"), troubled)
    assert keys(turn) == ["to_agent"]
    assert isinstance(turn.then, Wait)


def test_whoever_waits_for_a_person_hears_it_first(troubled: Known) -> None:
    confirming = Talk(stage=Stage.CONFIRM, district="海勃湾区", options=("svc-heat-hbw",))
    confirming = replace(confirming, need=announced(troubled).need)
    turn = next_turn(confirming, Heard("转人工"), control("human"), troubled)
    assert keys(turn) == ["incident", "to_agent"]
    assert isinstance(turn.then, Wait)
    in_one = replace(control("human"), results=(Match("svc-heat-hbw", 1, 0.95),))
    at_once = next_turn(Talk(district="海勃湾区"), Heard("暖气不热转人工"), in_one, troubled)
    assert keys(at_once) == ["incident", "to_agent"]


def test_a_long_announcement_is_read_whole_before_the_offer(known: Known) -> None:
    long = with_incident(known, said="长" * (LONGEST - 1) + "。")
    told = next_turn(Talk(), COLD, sure("svc-heat-hbw", "海勃湾区"), long)
    assert (keys(told), told.then) == (["incident"], GoOn())
    offered = next_turn(told.talk, Heard(), KEY, long)
    assert (keys(offered), type(offered.then)) == (["incident_offer"], Listen)
    followed = next_turn(offered.talk, Heard(digits="1"), KEY, long)
    assert isinstance(followed.effects[0], AddFollower)


def test_a_long_announcement_is_read_whole_before_the_queue(known: Known) -> None:
    long = with_incident(known, said="长" * (LONGEST - 1) + "。")
    in_one = replace(control("human"), results=(Match("svc-heat-hbw", 1, 0.95),))
    told = next_turn(Talk(district="海勃湾区"), Heard("暖气不热转人工"), in_one, long)
    assert (keys(told), told.then) == (["incident"], GoOn())
    assert isinstance(next_turn(told.talk, Heard(), KEY, long).then, Wait)


@pytest.mark.parametrize(
    ("longest", "key"),
    [(LONGEST_WITH_OFFER, "incident_offer"), (LONGEST_WITH_TRANSFER, "to_agent")],
)
def test_what_is_said_in_one_turn_fits_into_one(longest: int, key: str) -> None:
    said = fitted([("incident", "长" * longest), (key, Wording().text(key))])
    assert sum(map(len, said)) <= LONGEST


def test_again_reads_the_announcement_again(troubled: Known) -> None:
    turn = next_turn(announced(troubled), Heard("再说一遍"), control("repeat"), troubled)
    assert keys(turn) == ["incident", "incident_offer"]


def test_silence_is_asked_once_and_then_taken_for_hanging_up(troubled: Known) -> None:
    first = next_turn(announced(troubled), Heard(), KEY, troubled)
    assert keys(first) == ["silence"]
    assert isinstance(next_turn(first.talk, Heard(), KEY, troubled).then, HangUp)


def test_a_trouble_that_makes_no_ticket_counts(known: Known) -> None:
    wired = replace(known, entries={**known.entries, POWER.id: POWER},
                    unit_for=lambda _e, _d: UnitCard("供电公司", "95598"))  # fmt: skip
    turn = next_turn(Talk(), Heard("停电了"), sure("svc-power"), wired)
    assert turn.effects == (CountTrouble("svc-power"),)
    anonymous = next_turn(Talk(is_anonymous=True), Heard("停电了"), sure("svc-power"), wired)
    assert anonymous.effects == ()
    asked = next_turn(Talk(), Heard("公积金怎么取"), sure("svc-fund"), wired)
    assert asked.effects == ()


def test_the_district_is_asked_where_an_incident_depends_on_it(known: Known) -> None:
    wired = replace(known, entries={**known.entries, POWER.id: POWER},
                    unit_for=lambda _e, _d: UnitCard("供电公司", "95598"))  # fmt: skip
    troubled = with_incident(wired, family="svc-power")
    asked = next_turn(Talk(), Heard("停电了"), sure("svc-power"), troubled)
    assert keys(asked) == ["ask_district"]
    here = next_turn(asked.talk, Heard(digits="1"), KEY, troubled)
    assert keys(here) == ["incident", "incident_offer"]
    there = next_turn(asked.talk, Heard(digits="2"), KEY, troubled)
    assert keys(there) == ["summary", "offer_transfer"]


def test_a_talk_that_heard_an_incident_survives_its_seal(troubled: Known) -> None:
    talk = announced(troubled)
    assert talk.incidents_heard
    assert Talk.from_json(talk.to_json()) == talk
