import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.matching.needs import MOST, split_needs


@pytest.mark.parametrize(
    ("said", "needs"),
    [
        ("我家暖气不热，还有楼道灯也坏了", ("我家暖气不热", "楼道灯也坏了")),
        ("想办个身份证，顺便把护照也办了", ("想办个身份证", "护照也办了")),
        ("低保怎么申请？另外我想问问养老金", ("低保怎么申请", "我想问问养老金")),
        ("马桶堵了 对了 水龙头也漏", ("马桶堵了", "水龙头也漏")),
        ("社保转移怎么办还有公积金能转吗", ("社保转移怎么办", "公积金能转吗")),
    ],
)
def test_two_needs_are_told_apart_in_order(said: str, needs: tuple[str, ...]) -> None:
    assert split_needs(said) == needs


@pytest.mark.parametrize(
    "said",
    [
        "再问一个，公交卡在哪办",
        "还有没有名额",
        "我对了半天账，水费还是多",
        "包里头有钥匙还有我妈的药，能帮我找找不",
        "家里老人走丢了，已经报了警，还想让你们再帮着找找",
        "暖气不热，师傅来了两趟，也没修好，孩子都冻感冒了",
    ],
)
def test_one_need_told_at_length_stays_whole(said: str) -> None:
    assert len(split_needs(said)) == 1


def test_nothing_said_is_no_need() -> None:
    assert split_needs("。。。") == ()


@given(st.text(max_size=300))
def test_needs_are_few_and_never_empty(said: str) -> None:
    needs = split_needs(said)
    assert len(needs) <= MOST
    assert all(needs)
