"""Figures and files are told in Chinese and in English, each whole."""

import re
from datetime import date
from string import Formatter

import pytest

from hotline.stats.kpis import Group, Unit, every_kpi
from hotline.stats.wording import Language, Words, preferred, words_of
from hotline.tickets.states import TicketKind

CHINESE = re.compile(r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")
CHANNELS = ("phone", "portal", "open311", "desk")
ZH, EN = words_of(Language.CHINESE), words_of(Language.ENGLISH)


def test_both_languages_say_the_same_with_the_same_gaps() -> None:
    assert ZH.texts.keys() == EN.texts.keys()
    for key, told in ZH.texts.items():
        assert _gaps(told) == _gaps(EN.texts[key]), key


def test_no_english_is_half_chinese() -> None:
    told = [*EN.texts.values()]
    for kpi in every_kpi().values():
        told += [EN.of(kpi), EN.of(kpi, "formula"), EN.of(kpi, "excludes"), EN.of(kpi, "source")]
    assert [one for one in told if CHINESE.search(one)] == []


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_every_group_unit_kind_and_channel_has_a_name(words: Words) -> None:
    wanted = {
        *(f"group.{one}" for one in Group), *(f"unit.{one}" for one in Unit),
        *(f"kind.{one}" for one in TicketKind), *(f"channel.{one}" for one in CHANNELS),
    }  # fmt: skip
    assert wanted - words.texts.keys() == set()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "zh-CN"),
        ("en-US,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("fr,en;q=0.5,zh;q=0.2", "en"),
        ("en;q=0", "zh-CN"),
        ("en;q=much", "zh-CN"),
        ("*", "zh-CN"),
    ],
)
def test_who_likes_english_better_reads_english(header: str | None, expected: str) -> None:
    assert preferred(header) == expected


def test_days_and_values_are_written_as_people_write_them() -> None:
    day = date(2026, 11, 5)
    assert (ZH.day(day), EN.day(day)) == ("2026年11月5日", "5 November 2026")
    assert ZH.days(day, date(2026, 11, 30)) == "2026年11月5日至11月30日"
    assert ZH.days(day, date(2027, 1, 4)) == "2026年11月5日至2027年1月4日"
    assert EN.days(day, date(2026, 11, 30)) == "5 November to 30 November 2026"
    assert EN.days(day, day) == "5 November 2026"
    wait = every_kpi()["average_wait"]
    assert (ZH.value(wait, 9.04), EN.value(wait, 9.04)) == ("9.0 秒", "9.0 s")
    assert EN.value(wait, None) == "—"


def _gaps(told: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(told) if name}
