"""Every sentence can be spoken: complete, short, without signs that nobody can say."""

import re
from string import Formatter

import pytest
from pydantic import ValidationError

from hotline.conversation.schemas import TextIn
from hotline.conversation.spoken import digits_spoken, number_spoken
from hotline.conversation.wording import LONGEST, Wording, default_texts, fitted

_UNSPEAKABLE = re.compile(r"[0-9a-zA-Z()（）/【】《》]")


def test_shipped_sentences_are_short_and_speakable() -> None:
    for key, text in default_texts().items():
        plain = "".join(literal for literal, *_ in Formatter().parse(text))
        assert len(plain) <= LONGEST, key
        assert not _UNSPEAKABLE.search(plain), key


def test_an_organizations_own_text_wins() -> None:
    assert Wording({"goodbye": "慢走。"}).text("goodbye") == "慢走。"
    assert Wording().text("goodbye") == default_texts()["goodbye"]


def test_a_turn_fits_into_eighty_characters_and_keeps_the_question() -> None:
    summary = "第一句要紧。" + "后面这一句可以不说，" * 8
    said = fitted(
        [("summary", summary), ("ticket_opened", "已经登记。"), ("ask_address", "哪里？")]
    )
    assert sum(map(len, said)) <= LONGEST
    assert said[0].startswith("第一句要紧。")
    assert said[1:] == ("已经登记。", "哪里？")


def test_the_offer_of_more_gives_way_to_a_long_answer() -> None:
    summary = "长" * 79 + "。"
    assert fitted([("summary", summary), ("anything_else", "还有别的事吗？")]) == (summary,)


def test_numbers_are_read_digit_by_digit() -> None:
    assert digits_spoken("0114") == "零幺幺四"
    assert number_spoken("13812345678") == "幺三八，幺二三四，五六七八"
    assert number_spoken("0473-000-1002") == "零四七三，零零零，幺零零二"
    assert number_spoken("12345") == "幺二三四五"


def test_a_sentence_that_nothing_can_keep_is_not_taken() -> None:
    assert TextIn(text="您好。").text == "您好。"
    with pytest.raises(ValidationError):
        TextIn(text="您\0好。")
