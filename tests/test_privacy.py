import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.privacy import Personal, find_personal, mask_number, mask_text

ORDINARY = [
    "我家暖气不热，交了2300块",
    "2026年11月23号去的，排了3个小时",
    "打12345还是114",
    "110国道上那个坑，1号线公交也绕行",
    "建设路3号门的井盖没了",
    "三楼那家养狗，七座以下的车",
    "工单20261123000123到现在没回",
    "我叫了救护车，花了600",
    "我叫车来接我妈",
    "我是高血压患者，想办慢病",
    "户主申请迁移要什么材料",
    "身份证过期了，C1驾照也到期",
    "95598和400-810-1234哪个管用",
    "2024-05-06 12:30:00",
    "湖滨一号院停水",
]
words = st.text(alphabet="我家暖气不热水管漏了想问一下怎么办，。 ", max_size=12)
mobiles = st.from_regex(r"1[3-9]\d{9}", fullmatch=True)
SPOKEN = str.maketrans("0123456789", "零幺二三四五六七八九")


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+8613812345678", "138****5678"),
        ("13812345678", "138****5678"),
        ("0473-2011234", "0473-***1234"),
        ("+864732011234", "0473-***1234"),
        ("01012345678", "010-***5678"),
        ("2011234", "***1234"),
        ("12345", "12345"),
        ("114", "114"),
        ("+12025550123", "+12****0123"),
        ("client:agent-1", "client:a***"),
        ("", ""),
    ],
)
def test_a_number_keeps_only_what_tells_lines_apart(number: str, shown: str) -> None:
    assert mask_number(number) == shown


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("我电话13812345678", "我电话138****5678"),
        ("138 0013 8000", "138****8000"),
        ("幺三八零零幺三八零零零", "幺三八****八零零零"),
        ("幺三八，零零幺三，八零零零", "幺三八****八零零零"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("打0473-2011234", "打0473-***1234"),
        ("家里电话是2011234", "家里电话是***1234"),
        ("身份证号15030219850101123X", "身份证号150***********123X"),
        ("我的号150302198501011234", "我的号150***********1234"),
        ("卡号6222021234567890123", "卡号***************0123"),
        ("蒙C12345堵着我家门", "蒙C**345堵着我家门"),
        ("蒙CD12345", "蒙C***345"),
        ("发到abc@qq.com", "发到a***@qq.com"),
        ("QQ号12345678", "QQ号1****"),
        ("微信abc_12345", "微信a****"),
        ("我叫张伟想问个事", "我叫张*想问个事"),
        ("我叫张三丰，家里停水", "我叫张*丰，家里停水"),
        ("姓名：欧阳锋", "姓名：欧阳*"),
        ("我是王小明，没暖气", "我是王*明，没暖气"),
        ("我住新华佳苑3号楼2单元502", "我住新华佳苑***"),
        ("金源小区三号楼二单元五零二漏水", "金源小区***漏水"),
        ("解放路45号停电", "解放路***停电"),
        ("问一一幺三八幺二三四五六七八", "问一一幺三八****五六七八"),
        ("电话一三八一二三四五六七八一直没人接", "电话一三八****五六七八一直没人接"),
    ],
)
def test_what_identifies_a_person_is_masked(said: str, masked: str) -> None:
    assert mask_text(said) == masked


@pytest.mark.parametrize("said", ORDINARY)
def test_ordinary_talk_stays_readable(said: str) -> None:
    assert mask_text(said) == said


@given(words, mobiles, words)
def test_no_mobile_number_survives(before: str, mobile: str, after: str) -> None:
    masked = mask_text(f"{before}{mobile}{after}")
    assert mobile not in masked
    assert mobile[-4:] in masked


@given(words, mobiles)
def test_a_number_read_out_digit_by_digit_does_not_survive(before: str, mobile: str) -> None:
    spoken = mobile.translate(SPOKEN)
    assert spoken not in mask_text(before + spoken)


@given(st.text(max_size=80))
def test_masking_twice_is_masking_once(said: str) -> None:
    once = mask_text(said)
    assert mask_text(once) == once


@given(st.text(max_size=120))
def test_spans_follow_one_another(said: str) -> None:
    spans = find_personal(said)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))
    assert all(0 <= span.start < span.end <= len(said) for span in spans)


def test_a_proposal_says_what_it_found() -> None:
    kinds = [span.kind for span in find_personal("我叫张伟，13812345678，新华佳苑3号楼")]
    assert kinds == [Personal.NAME, Personal.PHONE, Personal.ADDRESS]


@pytest.mark.parametrize("piece", ["1 3 8 0 ", "三号楼二单元", "我叫", "a.b-c@", "蒙C1", "，一"])
def test_a_very_long_text_is_masked_in_bounded_time(piece: str) -> None:
    started = time.perf_counter()
    mask_text((piece * 5000)[:20_000])
    assert time.perf_counter() - started < 2
