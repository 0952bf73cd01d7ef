"""A table by two dimensions on paper: A4 across, its heading on every page."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from hotline import clock
from hotline.stats.exporting import by_name, meaning, title_of
from hotline.stats.kpis import Kpi
from hotline.stats.lettering import cell, font_of, lettered
from hotline.stats.reading import Asked
from hotline.stats.schemas import MemberOut, PivotOut
from hotline.stats.wording import Words

_ACROSS = 10  # columns that stay legible beside the names
_NAMES, _WHOLE = 52, 261
_LONGEST = 16


def write_pivot(table: PivotOut, asked: Asked, organization: str) -> bytes:
    written = BytesIO()
    words = asked.words
    names = words.t("list").join(map(words.of, asked.kpis))
    title = words.t("title.by", name=names, by=by_name(asked))
    document = SimpleDocTemplate(
        written, pagesize=landscape(A4), leftMargin=18 * mm, rightMargin=18 * mm,
        topMargin=14 * mm, bottomMargin=12 * mm, title=title, author=organization,
    )  # fmt: skip
    document.build(_story(table, asked, organization))
    return written.getvalue()


def _story(table: PivotOut, asked: Asked, organization: str) -> list[Flowable]:
    words, font = asked.words, font_of(asked.words)
    head = ParagraphStyle("head", fontName=font, fontSize=14, leading=22)
    small = ParagraphStyle("small", fontName=font, fontSize=8, leading=12, textColor=colors.grey)
    under = words.t(
        "note.made_on_paper", organization=organization, first=table.period.first,
        last=table.period.last, at=f"{clock.local(clock.now()):%Y-%m-%d %H:%M}",
    )  # fmt: skip
    story: list[Flowable] = []
    for kpi in asked.kpis:
        story += [
            Paragraph(lettered(title_of(kpi, asked), words), head),
            Paragraph(lettered(under, words), small),
            Paragraph(lettered(meaning(kpi, words), words), small),
            Spacer(1, 2 * mm),
        ]
        for start in range(0, len(table.columns), _ACROSS):
            story += [_block(table, kpi, asked, table.columns[start : start + _ACROSS]),
                      Spacer(1, 4 * mm)]  # fmt: skip
    return story


def _block(table: PivotOut, kpi: Kpi, asked: Asked, columns: Sequence[MemberOut]) -> Table:
    words = asked.words
    cells = {(one.row, one.column): one.values[kpi.key].value for one in table.cells}
    rows = [[by_name(asked), *(_short(column.name) for column in columns)]]
    for row in table.rows:
        values = (words.value(kpi, cells.get((row.key, column.key))) for column in columns)
        rows.append([_short(row.name), *values])
    width = min(34, (_WHOLE - _NAMES) / len(columns))
    drawn = Table(
        [_lettered(row, words) for row in rows],
        colWidths=[_NAMES * mm] + [width * mm] * len(columns),
        repeatRows=1,
    )
    drawn.setStyle(
        TableStyle([
            ("FONT", (0, 0), (-1, -1), font_of(words), 8),
            ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#f2e6e6")),
            ("ALIGN", (1, 0), (-1, -1), "RIGHT"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ])
    )  # fmt: skip
    drawn.hAlign = "LEFT"
    return drawn


def _lettered(row: Sequence[str], words: Words) -> list[str | Paragraph]:
    return [cell(text, words, 8, "right" if place else "left") for place, text in enumerate(row)]


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
