"""The one-page daily and monthly report (日报、月报) as city offices use it, on A4."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from hotline import clock
from hotline.stats.exporting import target_text, text_of
from hotline.stats.kpis import Kpi, every_kpi
from hotline.stats.schemas import KpiOut, KpisOut, PivotOut, TopicOut

PDF_TYPE = "application/pdf"
FONT = "STSong-Light"  # every PDF reader brings it for Chinese
_FOOT = "口径：各项指标的公式、分子、分母与剔除见平台“指标口径”。“—”表示没有样本。"
_RED = colors.HexColor("#b01c1c")
_SHOWN = (
    "inbound", "connect_rate", "service_level", "average_wait", "received", "direct_rate",
    "dispatched", "dispatch_on_time", "sign_on_time", "closed", "on_time_rate", "redo_rate",
    "response_rate", "resolved_rate", "satisfied_rate", "rated_share",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """What a report tells; `districts` and `kinds` are pivots by their first column."""

    title: str
    organization: str
    numbers: KpisOut
    districts: PivotOut
    kinds: PivotOut
    topics: Sequence[TopicOut]


def write_page(page: Page) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
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
    by_key = {item.key: item for item in page.numbers.items}

    def of(key: str) -> str:
        return text_of(every_kpi()[key], by_key[key].now.value)

    period = page.numbers.period
    when = f"{period.first:%Y年%-m月%-d日}"
    if period.last != period.first:
        when = f"{when}至{period.last:%-m月%-d日}"
    return (
        f"{when}，热线共接到来电 {of('inbound')} 个，接通率 {of('connect_rate')}，"
        f"服务水平 {of('service_level')}，平均应答 {of('average_wait')}；"
        f"登记诉求 {of('received')} 件，"
        f"在线解答率 {of('direct_rate')}，派单 {of('dispatched')} 件，办结 {of('closed')} 件，"
        f"按时办结率 {of('on_time_rate')}；回访解决率 {of('resolved_rate')}，"
        f"满意率 {of('satisfied_rate')}（参评率 {of('rated_share')}）。"
    )


def _story(page: Page) -> list[Flowable]:
    body = ParagraphStyle("body", fontName=FONT, fontSize=10.5, leading=17, firstLineIndent=21)
    head = ParagraphStyle("head", fontName=FONT, fontSize=12, leading=18, spaceBefore=5)
    title = ParagraphStyle(
        "title", fontName=FONT, fontSize=22, leading=30, alignment=TA_CENTER, textColor=_RED
    )
    small = ParagraphStyle("small", fontName=FONT, fontSize=8, leading=12, textColor=colors.grey)
    made = clock.local(clock.now())
    under = Table([[page.organization, f"{made:%Y年%-m月%-d日 %H:%M}"]], colWidths=[87 * mm] * 2)
    under.setStyle(
        TableStyle([
            ("FONT", (0, 0), (-1, -1), FONT, 10), ("ALIGN", (1, 0), (1, 0), "RIGHT"),
            ("LINEBELOW", (0, 0), (-1, 0), 1.5, _RED),
        ])
    )  # fmt: skip
    return [
        Paragraph(page.title, title), under, Spacer(1, 3 * mm),
        Paragraph("一、总体情况", head), Paragraph(summary(page), body),
        Paragraph("二、主要指标", head), _kpi_table(page.numbers.items),
        Paragraph("三、各区情况", head), _district_table(page.districts),
        Paragraph("四、诉求构成", head), Paragraph(_kinds(page.kinds), body),
        Paragraph("五、热点诉求", head), Paragraph(_hot(page.topics), body),
        Spacer(1, 2 * mm),
        Paragraph(_FOOT, small),
    ]  # fmt: skip


def _kpi_table(items: Sequence[KpiOut]) -> Table:
    """Two indicators a line, so that the page stays one page."""
    known = {item.key: item for item in items}
    lines = [_kpi_cells(every_kpi()[key], known[key]) for key in _SHOWN]
    half = (len(lines) + 1) // 2
    heading = ["指标", "本期", "上期", "目标"]
    rows = [heading * 2] + [left + right for left, right in zip(lines[:half], lines[half:],
                                                                strict=True)]  # fmt: skip
    return _table(rows, [30, 20, 20, 17] * 2)


def _kpi_cells(kpi: Kpi, item: KpiOut) -> list[str]:
    return [kpi.name, text_of(kpi, item.now.value), text_of(kpi, item.previous.value),
            target_text(kpi)]  # fmt: skip


def _district_table(table: PivotOut) -> Table:
    keys = ("received", "dispatched", "closed", "on_time_rate", "satisfied_rate")
    known = every_kpi()
    rows = [["区域", *(known[key].name for key in keys)]]
    values = {cell.row: cell.values for cell in table.cells}
    for row in table.rows:
        cells = values[row.key]
        rows.append([row.name, *(text_of(known[key], cells[key].value) for key in keys)])
    return _table(rows, [34] + [28] * len(keys))


def _table(rows: list[list[str]], widths: Sequence[float]) -> Table:
    table = Table(rows, colWidths=[width * mm for width in widths], rowHeights=6.2 * mm)
    table.setStyle(
        TableStyle([
            ("FONT", (0, 0), (-1, -1), FONT, 9), ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
            ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#f2e6e6")),
            ("ALIGN", (1, 0), (-1, -1), "CENTER"), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ])
    )  # fmt: skip
    return table


def _kinds(table: PivotOut) -> str:
    counts = {cell.row: cell.values["received"].numerator for cell in table.cells}
    whole = sum(counts.values())
    if not whole:
        return "本期没有登记诉求。"
    parts = [
        f"{row.name} {counts[row.key]:,.0f} 件（{counts[row.key] / whole:.1%}）"
        for row in table.rows
    ]  # fmt: skip
    return "、".join(parts) + "。"


def _hot(topics: Sequence[TopicOut]) -> str:
    if not topics:
        return "没有明显高于前七日均值的诉求。"
    parts = [
        f"{one.area or ''}{one.name} {one.today} 件（前七日日均 {one.mean:.1f} 件）"
        for one in topics[:5]
    ]  # fmt: skip
    return "；".join(parts) + "。"
