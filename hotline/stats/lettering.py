"""Which font of a printed page writes what.

Readers of PDF bring a Chinese font where they can, but not everywhere one with Latin letters: an
English page is set in a font that every reader has, and only what is Chinese in it is not.
"""

import re
from collections.abc import Mapping
from typing import Literal
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph

from hotline.stats.wording import Language, Words

_CHINESE, _LATIN = "STSong-Light", "Helvetica"
_PLAINLY = str.maketrans({"≥": ">=", "≤": "<=", "—": "-", "…": "..."})
"""Signs that the Latin font lacks, and a Chinese one makes as wide as a character."""
_BEYOND = re.compile(r"[^\x00-\x7f]+")
Side = Literal["left", "center", "right"]
_SIDES: Mapping[Side, Literal[0, 1, 2]] = {"left": 0, "center": 1, "right": 2}


def font_of(words: Words) -> str:
    pdfmetrics.registerFont(UnicodeCIDFont(_CHINESE))
    return _LATIN if words.language is Language.ENGLISH else _CHINESE


def lettered(text: str, words: Words) -> str:
    """For a paragraph: escaped, and what the page's font does not hold in the other."""
    if words.language is not Language.ENGLISH:
        return escape(text)
    plain = escape(text.translate(_PLAINLY))
    return _BEYOND.sub(lambda found: f'<font name="{_CHINESE}">{found[0]}</font>', plain)


def cell(text: str, words: Words, size: float, side: Side) -> str | Paragraph:
    """For a table: plain where the page's font holds all of it."""
    if words.language is not Language.ENGLISH:
        return text
    plain = text.translate(_PLAINLY)
    if plain.isascii():
        return plain
    style = ParagraphStyle(
        "cell", fontName=_LATIN, fontSize=size, leading=size * 1.2, alignment=_SIDES[side],
    )  # fmt: skip
    return Paragraph(lettered(text, words), style)
