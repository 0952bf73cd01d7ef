"""Texts of messages in an organization's own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.messages import own_texts
from hotline.messages.own_texts import Length, faults, filled, length_of
from hotline.messages.wording import message_texts

SHIPPED = "【乌海114】工单{number}的答复：{answer} 请评价：{link}"


def test_every_shipped_text_keeps_its_own_rules_and_has_samples() -> None:
    for key, text in message_texts().items():
        assert faults(text, text) == [], key
        assert own_texts.variables(text) <= set(own_texts.SAMPLES), key


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("【区热线】{number}{answer}{link}{name}", "没有这个变量：name"),
        ("【区热线】{number}{answer}", "不能缺少变量：link"),
        ("{number}{answer}{link}", "须以【签名】开头"),
        ("【区热线】{number.__class__}{answer}{link}", "花括号里只能写变量名"),
        ("【区热线】{number!r}{answer}{link}", "花括号里只能写变量名"),
        ("【区热线】{number:>999}{answer}{link}", "花括号里只能写变量名"),
        ("【区热线】{}{answer}{link}", "花括号里只能写变量名"),
        ("【区热线】{number}{answer}{link", "花括号没有成对"),
    ],
)
def test_a_text_that_could_not_be_sent_is_refused_in_words(text: str, fault: str) -> None:
    assert fault in faults(text, SHIPPED)


def test_what_an_agent_chose_to_say_cannot_be_left_out() -> None:
    shipped = message_texts()["sms_ticket_words"]
    assert faults("【区热线】工单{number}。", shipped) == ["不能缺少变量：words"]


def test_a_good_text_is_filled_with_samples() -> None:
    text = "【区热线】{number}：{answer}{link}"
    assert faults(text, SHIPPED) == []
    assert own_texts.SAMPLES["number"] in filled(text)


@pytest.mark.parametrize(
    ("message", "length"),
    [
        ("", Length(0, 0)),
        ("好" * 70, Length(70, 1)),
        ("好" * 71, Length(71, 2)),
        ("好" * 134, Length(134, 2)),
        ("好" * 135, Length(135, 3)),
        ("a" * 160, Length(160, 1)),
        ("a" * 161, Length(161, 2)),
        ("a" * 306, Length(306, 2)),
        ("a" * 307, Length(307, 3)),
        ("a" * 69 + "好", Length(70, 1)),
        ("😀" * 35, Length(70, 1)),
        ("😀" * 36, Length(72, 2)),
    ],
)
def test_messages_are_counted_as_the_network_counts(message: str, length: Length) -> None:
    assert length_of(message) == length


@given(st.text(max_size=600))
def test_a_longer_message_never_costs_less(message: str) -> None:
    assert length_of(message + "字").segments >= length_of(message).segments
