"""A vendor's statement as a page to print and sign. Pure: figures in, bytes out.

The font is one of the CID fonts that every PDF reader brings along for Chinese.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from hotline.dispatch.ledger_words import kind_word, month_word, word
from hotline.dispatch.settlement_sheets import Booked, StatementPaper

FONT = "STSong-Light"
_INK = colors.HexColor("#1a2733")
_FAINT = colors.HexColor("#5a6672")
_RULE = colors.HexColor("#b9c4ce")
_SHADE = colors.HexColor("#eef2f6")
_MARGIN = 18 * mm
_WIDTH = A4[0] - 2 * _MARGIN


@dataclass(frozen=True, slots=True)
class _Styles:
    title: ParagraphStyle
    text: ParagraphStyle
    figure: ParagraphStyle
    note: ParagraphStyle


def statement_pdf(paper: StatementPaper, *, made_on: date) -> bytes:
    _register()
    styles = _styles()
    written = BytesIO()
    frame = Frame(_MARGIN, 20 * mm, _WIDTH, A4[1] - 38 * mm, 0, 0, 0, 0)
    document = BaseDocTemplate(
        written,
        pagesize=A4,
        title=f"{word('statement_title')} {paper.number}",
        author=paper.city_name,
        invariant=1,
    )
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=_foot(paper)))
    document.build(_story(paper, styles, made_on))
    return written.getvalue()


def _story(paper: StatementPaper, styles: _Styles, made_on: date) -> list[Flowable]:
    heading = word("statement_heading", city=paper.city_name)
    story: list[Flowable] = [
        Paragraph(escape(heading), styles.title),
        Spacer(0, 4 * mm),
        _card(paper, styles, made_on),
        Spacer(0, 4 * mm),
        _figures(paper, styles),
        Spacer(0, 2 * mm),
        Paragraph(word("owed_note"), styles.note),
        Paragraph(word("direct_note"), styles.note),
        Spacer(0, 4 * mm),
    ]
    if paper.entries:
        story += [Paragraph(word("entries_title"), styles.text), Spacer(0, 1.5 * mm)]
        story += [_entries(paper.entries, styles), Spacer(0, 3 * mm)]
    story += [Paragraph(word("appeal_note"), styles.note), Spacer(0, 10 * mm), _signatures(styles)]
    return story


def _card(paper: StatementPaper, styles: _Styles, made_on: date) -> Table:
    rows = [
        [word("vendor"), paper.vendor_name, word("number"), paper.number],
        [word("category"), paper.category, word("period"), month_word(paper.month)],
        [word("order_count"), f"{paper.order_count}", word("made_on"), made_on.isoformat()],
    ]
    widths = [24 * mm, _WIDTH / 2 - 24 * mm, 24 * mm, _WIDTH / 2 - 24 * mm]
    shaded = [("BACKGROUND", (column, 0), (column, -1), _SHADE) for column in (0, 2)]
    return _table(_texts(rows, styles), widths, shaded)


def _figures(paper: StatementPaper, styles: _Styles) -> Table:
    lines = [
        (word("turnover"), paper.turnover_cents),
        (word("opening"), paper.opening_cents),
        *((kind_word(kind), cents) for kind, cents in paper.by_kind.items()),
        (word("closing"), paper.closing_cents),
        (word("frozen"), paper.frozen_cents),
        (word("deposit"), paper.deposit_cents),
    ]
    closing = len(lines) - 3
    rows = [
        [Paragraph(escape(name), styles.text), Paragraph(money(cents), styles.figure)]
        for name, cents in lines
    ]
    return _table(rows, [_WIDTH - 45 * mm, 45 * mm],
                  [("BACKGROUND", (0, closing), (-1, closing), _SHADE),
                   ("LINEABOVE", (0, closing), (-1, closing), 1, _INK)])  # fmt: skip


def _entries(entries: Sequence[Booked], styles: _Styles) -> Table:
    keys = ("entry_number", "booked_on", "kind", "note", "amount", "balance")
    rows: list[list[Any]] = [[Paragraph(word(key), styles.text) for key in keys]]
    for one in entries:
        texts = [f"{one.number}", one.booked_on.isoformat(), one.kind, one.note]
        cells = [Paragraph(escape(text), styles.note) for text in texts]
        shown = money(one.owed_cents) if one.owed_cents else f"({money(one.memo_cents)})"
        cells += [Paragraph(shown, styles.figure), Paragraph(money(one.balance_cents),
                                                             styles.figure)]  # fmt: skip
        rows.append(cells)
    widths = [17 * mm, 23 * mm, 22 * mm, _WIDTH - 120 * mm, 29 * mm, 29 * mm]
    return _table(rows, widths, [("BACKGROUND", (0, 0), (-1, 0), _SHADE)], repeat=1)


def _signatures(styles: _Styles) -> Table:
    keys = ("signed_vendor", "signed_preparer", "signed_approver")
    return Table([[Paragraph(word(key), styles.text) for key in keys]], [_WIDTH / 3] * 3)


def _texts(rows: Sequence[Sequence[str]], styles: _Styles) -> list[list[Paragraph]]:
    return [[Paragraph(escape(text), styles.text) for text in row] for row in rows]


def _table(
    rows: Sequence[Sequence[Any]], widths: list[float], more: list[Any], *, repeat: int = 0
) -> Table:
    style: list[Any] = [
        ("GRID", (0, 0), (-1, -1), 0.5, _RULE),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
    ]
    return Table([list(row) for row in rows], widths, repeatRows=repeat, style=[*style, *more])


def money(cents: int) -> str:
    """1,234.50, with a minus that a printer shows."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def _foot(paper: StatementPaper) -> Any:
    def draw(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.saveState()
        canvas.setFont(FONT, 8)
        canvas.setFillColor(_FAINT)
        canvas.drawString(_MARGIN, 12 * mm, f"{paper.number} {paper.vendor_name}")
        canvas.drawRightString(A4[0] - _MARGIN, 12 * mm, word("page", page=document.page))
        canvas.restoreState()

    return draw


@cache
def _register() -> None:
    registerFont(UnicodeCIDFont(FONT))


@cache
def _styles() -> _Styles:
    def style(name: str, size: float, **more: Any) -> ParagraphStyle:
        base: dict[str, Any] = {"fontName": FONT, "fontSize": size, "leading": size * 1.45,
                                "textColor": _INK, "wordWrap": "CJK"}  # fmt: skip
        return ParagraphStyle(name, **(base | more))

    return _Styles(
        style("title", 16, alignment=TA_CENTER),
        style("text", 10),
        style("figure", 10, alignment=TA_RIGHT, fontName="Helvetica"),
        style("note", 8.5, textColor=_FAINT),
    )
