"""Forms to fill in, drawn from what an entry says: A4 for the pen, or a workbook. Pure.

The sample city hands them out, so that fetching a form can be tried; real cities bring their own.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from hotline.directory.entry import Entry
from hotline.sheets import Column, Sheet, write_workbook

FONT = "STSong-Light"  # every PDF reader brings it for Chinese
_LABEL, _BLANK = 38 * mm, 49 * mm


@dataclass(frozen=True, slots=True)
class BlankForm:
    """One line of an entry's forms, and who takes it."""

    name: str
    entry: Entry
    office: str
    phone: str

    @property
    def is_sheet(self) -> bool:
        return re.search(_words()["as_sheet"], self.name) is not None

    @property
    def fields(self) -> list[str]:
        about = f"{self.name} {self.entry.name}"
        own = next(lines for words, lines in _words()["about"].items() if re.search(words, about))
        return [*_words()["person"], *own]

    @property
    def facts(self) -> list[tuple[str, str]]:
        words, entry = _words(), self.entry
        known = ((words["entry"], entry.name), (words["office"], self.office),
                 (words["phone"], self.phone), (words["limit"], entry.time_limit),
                 (words["fee"], entry.fee))  # fmt: skip
        return [(label, text) for label, text in known if text]

    @property
    def papers(self) -> list[str]:
        return list(self.entry.documents) or [_words()["no_papers"]]


def is_handed_out(name: str) -> bool:
    """What people fill in themselves; certificates and receipts come from the office."""
    return re.search(_words()["handed_out"], name) is not None


def draw(form: BlankForm) -> tuple[bytes, str]:
    """The file and the ending of its name."""
    return (_workbook(form), ".xlsx") if form.is_sheet else (_page(form), ".pdf")


def _workbook(form: BlankForm) -> bytes:
    words = _words()
    rows = [*((field, "") for field in form.fields),
            *((f"□ {paper}", "") for paper in form.papers),
            *((line, "") for line in words["office_lines"])]  # fmt: skip
    notes = [f"{label}：{text}" for label, text in form.facts]
    sheet = Sheet(
        form.name, (Column(words["field"]), Column(words["value"])), rows,
        title=form.name, notes=[*notes, words["declaration"], words["foot"]],
    )  # fmt: skip
    return write_workbook([sheet])


def _page(form: BlankForm) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    written = BytesIO()
    document = SimpleDocTemplate(
        written, pagesize=A4, leftMargin=18 * mm, rightMargin=18 * mm, topMargin=14 * mm,
        bottomMargin=12 * mm, title=form.name, author=form.office, invariant=True,
    )  # fmt: skip
    document.build(_story(form))
    return written.getvalue()


def _story(form: BlankForm) -> list[Flowable]:
    words, plain = _words(), _style("plain")
    title = _style("title", fontSize=18, leading=26, alignment=TA_CENTER)
    small = _style("small", fontSize=8.5, leading=13, textColor=colors.grey)
    facts = "　".join(f"{label}：{text}" for label, text in form.facts)
    return [
        _told(form.name, title),
        _told(facts, small),
        Spacer(1, 3 * mm),
        _blanks(form.fields),
        Spacer(1, 4 * mm),
        _told(words["title_of_papers"], _style("head", fontSize=11, leading=17)),
        *(_told(f"□ {paper}", plain) for paper in form.papers),
        Spacer(1, 4 * mm),
        _told(words["declaration"], plain),
        Spacer(1, 6 * mm),
        _told(words["signed"], plain),
        Spacer(1, 6 * mm),
        _told(words["office_part"], small),
        _grid([[line, ""] for line in words["office_lines"]], [_LABEL, 2 * _BLANK + _LABEL], 13),
        Spacer(1, 3 * mm),
        _told(words["foot"], small),
    ]


def _blanks(fields: list[str]) -> Table:
    """Two to a line, as paper forms have them."""
    padded = [*fields, *([""] if len(fields) % 2 else [])]
    rows = [[left, "", right, ""] for left, right in zip(padded[::2], padded[1::2], strict=True)]
    return _grid(rows, [_LABEL, _BLANK, _LABEL, _BLANK], 9)


def _grid(rows: list[list[str]], widths: list[float], height: int) -> Table:
    table = Table(rows, colWidths=widths, rowHeights=[height * mm] * len(rows))
    table.setStyle(TableStyle([
        ("FONT", (0, 0), (-1, -1), FONT, 10), ("GRID", (0, 0), (-1, -1), 0.6, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]))  # fmt: skip
    return table


def _told(text: str, style: ParagraphStyle) -> Paragraph:
    return Paragraph(escape(text).replace("  ", "&nbsp;&nbsp;"), style)


def _style(name: str, **more: Any) -> ParagraphStyle:
    looks: dict[str, Any] = {"fontName": FONT, "fontSize": 10.5, "leading": 17}
    return ParagraphStyle(name, **(looks | more))


@cache
def _words() -> dict[str, Any]:
    listing = files("hotline.editing") / "texts" / "blank_forms.json"
    words: dict[str, Any] = json.loads(listing.read_text(encoding="utf-8"))
    return words
