"""An English page is set in a font that every reader has; Chinese in it is not lost."""

from reportlab.platypus import Paragraph

from hotline.stats.lettering import cell, font_of, lettered
from hotline.stats.wording import Language, words_of

ZH, EN = words_of(Language.CHINESE), words_of(Language.ENGLISH)


def test_what_is_chinese_on_an_english_page_has_its_own_font() -> None:
    assert font_of(EN) == "Helvetica"
    assert lettered("乌海市 & <x> ≥ 5", EN) == (
        '<font name="STSong-Light">乌海市</font> &amp; &lt;x&gt; &gt;= 5'
    )
    assert lettered("乌海市 & 5 ≥ 3", ZH) == "乌海市 &amp; 5 ≥ 3"


def test_a_cell_stays_plain_where_one_font_holds_it() -> None:
    assert cell("≥ 95.0%", EN, 9, "left") == ">= 95.0%"
    assert cell("—", EN, 9, "left") == "-"
    assert cell("≥ 95.0% 海南区", ZH, 9, "left") == "≥ 95.0% 海南区"
    assert isinstance(cell("海南区", EN, 9, "left"), Paragraph)
