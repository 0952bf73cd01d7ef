"""Figures as people say them on the telephone."""

import pytest

from hotline.conversation.wording import Wording
from hotline.editing.speech import cardinal, preview, spoken_form


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("请拨打12345", "请拨打幺二三四五"),
        ("热线114全天开通", "热线幺幺四全天开通"),
        ("电话0473-000-1012", "电话零四七三，零零零，幺零幺二"),
        ("手机13847312345", "手机幺三八，四七三幺，二三四五"),
        ("上午8:30开门", "上午八点半开门"),
        ("14:00到18:05", "十四点到十八点零五分"),
        ("95%当场办结", "百分之九十五当场办结"),
        ("收费20元", "收费二十元"),
        ("每平方米1.5元", "每平方米一点五元"),
        ("2026年起", "二零二六年起"),
        ("带2份材料", "带两份材料"),
        ("20个工作日", "二十个工作日"),
        ("补贴12000元", "补贴一万二千元"),
        ("不带数字", "不带数字"),
    ],
)
def test_figures_are_spoken(written: str, spoken: str) -> None:
    assert spoken_form(written) == spoken


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "零"),
        (10, "十"),
        (15, "十五"),
        (110, "一百一十"),
        (105, "一百零五"),
        (1_205, "一千二百零五"),
        (10_005, "一万零五"),
        (100_000, "十万"),
        (20_300, "二万零三百"),
        (1_0000_0000, "一亿"),
    ],
)
def test_a_number_is_read(value: int, said: str) -> None:
    assert cardinal(value) == said


def test_a_preview_is_what_the_line_would_say() -> None:
    seen = preview("带身份证办理，收费20元。", Wording())
    assert seen.heard == ("带身份证办理，收费二十元。", "还有别的事吗？")
    assert (seen.has_figures, seen.is_cut) == (True, False)
    assert seen.seconds == round(sum(map(len, seen.heard)) / 4.5, 1)


def test_a_text_that_is_too_long_is_cut_at_a_clause() -> None:
    seen = preview("先说结论，" + "再说很长的办法" * 12 + "。", Wording())
    assert seen.is_cut
    assert seen.heard == ("先说结论。",)


def test_nothing_written_is_nothing_heard() -> None:
    assert preview("", Wording()).heard == ()
