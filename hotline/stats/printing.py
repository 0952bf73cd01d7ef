"""The one-page daily and monthly report (日报、月报) as city offices use it, on A4."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from hotline import clock
from hotline.stats.kpis import Kpi, every_kpi
from hotline.stats.lettering import cell, font_of, lettered
from hotline.stats.schemas import KpiOut, KpisOut, PivotOut, TopicOut
from hotline.stats.wording import Words

_RED = colors.HexColor("#b01c1c")
_SHOWN = (
    "inbound", "connect_rate", "service_level", "average_wait", "received", "direct_rate",
    "dispatched", "dispatch_on_time", "sign_on_time", "closed", "on_time_rate", "redo_rate",
    "response_rate", "resolved_rate", "satisfied_rate", "rated_share",
)  # fmt: skip
_PARTS = ("calls", "tickets", "outcome")


@dataclass(frozen=True, slots=True)
class Page:
    """What a report tells; `districts` and `kinds` are pivots by their first column."""

    title: str
    organization: str
    numbers: KpisOut
    districts: PivotOut
    kinds: PivotOut
    topics: Sequence[TopicOut]
    words: Words


def write_page(page: Page) -> bytes:
    written = BytesIO()
    margin = 18 * mm
    document = SimpleDocTemplate(
        written, pagesize=A4, leftMargin=margin, rightMargin=margin, topMargin=14 * mm,
        bottomMargin=12 * mm, title=page.title, author=page.organization,
    )  # fmt: skip
    document.build(_story(page))
    return written.getvalue()


def summary(page: Page) -> str:
    """The paragraph that is read out."""
    words, known = page.words, every_kpi()
    told = {item.key: words.value(known[item.key], item.now.value) for item in page.numbers.items}
    when = words.days(page.numbers.period.first, page.numbers.period.last)
    return "".join(words.t(f"page.{part}", when=when, **told) for part in _PARTS)


def _story(page: Page) -> list[Flowable]:
    words, font = page.words, font_of(page.words)
    body = ParagraphStyle("body", fontName=font, fontSize=10.5, leading=17, firstLineIndent=21)
    head = ParagraphStyle("head", fontName=font, fontSize=12, leading=18, spaceBefore=5)
    title = ParagraphStyle(
        "title", fontName=font, fontSize=22, leading=30, alignment=TA_CENTER, textColor=_RED
    )
    small = ParagraphStyle("small", fontName=font, fontSize=8, leading=12, textColor=colors.grey)
    house = cell(page.organization, words, 10, "left")
    under = Table([[house, words.moment(clock.now())]], colWidths=[87 * mm] * 2)
    under.setStyle(
        TableStyle([
            ("FONT", (0, 0), (-1, -1), font, 10), ("ALIGN", (1, 0), (1, 0), "RIGHT"),
            ("LINEBELOW", (0, 0), (-1, 0), 1.5, _RED),
        ])
    )  # fmt: skip

    def told(text: str) -> Flowable:
        return Paragraph(lettered(text, words), body)

    return [
        Paragraph(lettered(page.title, words), title), under, Spacer(1, 3 * mm),
        Paragraph(words.t("page.whole"), head), told(summary(page)),
        Paragraph(words.t("page.kpis"), head), _kpi_table(page.numbers.items, words),
        Paragraph(words.t("page.districts"), head), _district_table(page.districts, words),
        Paragraph(words.t("page.kinds"), head), told(_kinds(page.kinds, words)),
        Paragraph(words.t("page.topics"), head), told(_hot(page.topics, words)),
        Spacer(1, 2 * mm),
        Paragraph(lettered(words.t("page.foot"), words), small),
    ]  # fmt: skip


def _kpi_table(items: Sequence[KpiOut], words: Words) -> Table:
    """Two indicators a line, so that the page stays one page."""
    known = {item.key: item for item in items}
    lines = [_kpi_cells(every_kpi()[key], known[key], words) for key in _SHOWN]
    half = (len(lines) + 1) // 2
    keys = ("heading.kpi", "now", "previous", "heading.target")
    heading = [words.t(key) for key in keys]
    rows = [heading * 2] + [left + right for left, right in zip(lines[:half], lines[half:],
                                                                strict=True)]  # fmt: skip
    return _table(rows, [37, 17, 18, 15] * 2, words)


def _kpi_cells(kpi: Kpi, item: KpiOut, words: Words) -> list[str]:
    return [words.of(kpi), words.value(kpi, item.now.value),
            words.value(kpi, item.previous.value), words.target(kpi)]  # fmt: skip


def _district_table(table: PivotOut, words: Words) -> Table:
    keys = ("received", "dispatched", "closed", "on_time_rate", "satisfied_rate")
    known = every_kpi()
    rows = [[words.t("by.district"), *(words.of(known[key]) for key in keys)]]
    values = {one.row: one.values for one in table.cells}
    for row in table.rows:
        cells = values[row.key]
        rows.append([row.name, *(words.value(known[key], cells[key].value) for key in keys)])
    return _table(rows, [34] + [28] * len(keys), words)


def _table(rows: list[list[str]], widths: Sequence[float], words: Words) -> Table:
    cells = [[cell(text, words, 9, "center" if place else "left")
              for place, text in enumerate(row)] for row in rows]  # fmt: skip
    table = Table(cells, colWidths=[width * mm for width in widths], rowHeights=6.2 * mm)
    table.setStyle(
        TableStyle([
            ("FONT", (0, 0), (-1, -1), font_of(words), 9),
            ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#f2e6e6")),
            ("ALIGN", (1, 0), (-1, -1), "CENTER"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ])
    )  # fmt: skip
    return table


def _kinds(table: PivotOut, words: Words) -> str:
    counts = {one.row: one.values["received"].numerator for one in table.cells}
    whole = sum(counts.values())
    if not whole:
        return words.t("page.no_kinds")
    parts = [
        words.t("page.kind", name=row.name, count=f"{counts[row.key]:,.0f}",
                share=f"{counts[row.key] / whole:.1%}")
        for row in table.rows
    ]  # fmt: skip
    return words.t("list").join(parts) + words.t("page.stop")


def _hot(topics: Sequence[TopicOut], words: Words) -> str:
    if not topics:
        return words.t("page.no_topics")
    parts = [
        words.t("page.topic", area=one.area or "", name=one.name, today=one.today,
                mean=f"{one.mean:.1f}").strip()
        for one in topics[:5]
    ]  # fmt: skip
    return words.t("page.topic_list").join(parts) + words.t("page.stop")
