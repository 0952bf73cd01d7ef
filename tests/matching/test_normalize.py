import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.matching.normalize import _normalized, normalize


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("ＡＢＣ　１２３", "abc 123"),
        ("臺灣電話門鎖", "台湾电话门锁"),
        ("我家著火了🔥🔥", "我家着火了"),
        ("乾隆著名", "乾隆著名"),
        ("喂，你好！！", "喂，你好"),
        ("幺幺零", "110"),
        ("一二三四五热线", "12345热线"),
        ("三四五楼", "三四五楼"),
        ("着火了着火了着火了", "着火了"),
        ("呃呃我想问", "我想问"),
        ("3.5吨", "3.5吨"),
        ("0473-2012345", "0473-2012345"),
        ("a.b@c.com", "a.b@c.com"),
        ("我家\u200b没\x00水", "我家没，水"),
        ("ᠮᠣᠩᠭᠣᠯ", "ᠮᠣᠩᠭᠣᠯ"),
        ("没水了……咋办？？", "没水了，咋办？"),
        ("", ""),
    ],
)
def test_one_written_form(written: str, plain: str) -> None:
    assert normalize(written) == plain


@given(st.text(max_size=200))
def test_normalizing_twice_is_normalizing_once(said: str) -> None:
    once = normalize(said)
    assert normalize(once) == once


@pytest.mark.parametrize("piece", ["好", "ab", "我我我我想", "，。？", "一二三", "😀"])
def test_a_very_long_text_takes_bounded_time(piece: str) -> None:
    started = time.perf_counter()
    normalize(piece * 10_000)
    assert time.perf_counter() - started < 2


@given(st.text(alphabet="我家没水了一二三幺著臺，。？ 呃a1", max_size=30))
def test_what_is_taken_for_settled_is_what_the_whole_way_makes(said: str) -> None:
    assert normalize(said) == _normalized(said)
