"""Reports as files: Excel with a sheet of definitions, CSV, and the printed page."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from hotline import clock, sheets
from hotline.sheets import Column, Kind, Sheet, Value
from hotline.stats.kpis import GROUP_NAMES, Kpi, Unit, every_kpi
from hotline.stats.schemas import KpisOut, PeriodOut, PivotOut, ValueOut

CSV_TYPE = "text/csv; charset=utf-8"
_BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's old encoding
UNIT_NAMES = {
    Unit.RATIO: "%", Unit.SECONDS: "秒", Unit.HOURS: "小时", Unit.LEVEL: "分", Unit.COUNT: "件",
}  # fmt: skip


def kpis_workbook(report: KpisOut, organization: str) -> bytes:
    """One sheet for ratios, one for the rest, since a column has one format; and definitions."""
    known = every_kpi()
    lines = [(known[item.key], item) for item in report.items]
    notes = _notes(report.period, organization)
    pages = []
    for name, is_ratio, kind in (
        ("比率指标", True, Kind.PERCENT),
        ("数量与时长", False, Kind.NUMBER),
    ):
        rows = [
            (GROUP_NAMES[kpi.group], kpi.name, item.now.value, item.previous.value,
             item.last_year.value, item.now.numerator, item.now.denominator,
             _target(kpi), UNIT_NAMES[kpi.unit])
            for kpi, item in lines
            if (kpi.unit is Unit.RATIO) is is_ratio
        ]  # fmt: skip
        columns = [
            Column("类别"), Column("指标"), Column("本期", kind), Column("上期", kind),
            Column("去年同期", kind), Column("分子", Kind.NUMBER), Column("分母", Kind.NUMBER),
            Column("目标", kind), Column("单位"),
        ]  # fmt: skip
        pages.append(Sheet(name, columns, rows, title="热线运行指标", notes=notes))
    return sheets.write_workbook([*pages, definitions_sheet(known.values())])


def pivot_workbook(table: PivotOut, kpis: Sequence[Kpi], *, by: str, organization: str) -> bytes:
    pages = [_pivot_sheet(table, kpi, by, organization) for kpi in kpis]
    return sheets.write_workbook([*pages, definitions_sheet(kpis)])


def pivot_csv(table: PivotOut, kpis: Sequence[Kpi], *, by: str) -> bytes:
    """One line per row, column and indicator, with numerator and denominator."""
    names = {one.key: one.name for one in (*table.rows, *table.columns)}
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow([by, "列", "指标", "数值", "分子", "分母"])
    for cell in table.cells:
        for kpi in kpis:
            value = cell.values[kpi.key]
            texts = [names[cell.row], names[cell.column], kpi.name]
            figures = [_plain(value.value), value.numerator, _plain(value.denominator)]
            writer.writerow([*map(sheets.guarded, texts), *figures])
    return (_BOM + written.getvalue()).encode()


def definitions_sheet(kpis: Iterable[Kpi]) -> Sheet:
    """What every number means; it travels with the numbers."""
    headings = ("指标", "公式", "分子", "分母", "剔除", "来源", "目标", "单位")
    rows = [
        (kpi.name, kpi.formula, " + ".join(kpi.numerator), " + ".join(kpi.denominator) or "—",
         kpi.excludes, kpi.source, target_text(kpi), UNIT_NAMES[kpi.unit])
        for kpi in kpis
    ]  # fmt: skip
    return Sheet("指标口径", [Column(heading) for heading in headings], rows)


def target_text(kpi: Kpi) -> str:
    if kpi.target is None:
        return "—"
    sign = "≤ " if kpi.better == "down" else "≥ "
    return sign + text_of(kpi, kpi.target)


def text_of(kpi: Kpi, value: float | None) -> str:
    """As people read it; a dash where there is no sample."""
    if value is None:
        return "—"
    if kpi.unit is Unit.RATIO:
        return f"{value:.1%}"
    if kpi.unit is Unit.COUNT:
        return f"{value:,.0f}"
    return f"{value:,.1f} {UNIT_NAMES[kpi.unit]}"


def _pivot_sheet(table: PivotOut, kpi: Kpi, by: str, organization: str) -> Sheet:
    cells = {(cell.row, cell.column): cell.values[kpi.key] for cell in table.cells}
    kind = Kind.PERCENT if kpi.unit is Unit.RATIO else Kind.NUMBER
    if kpi.unit is Unit.COUNT:
        kind = Kind.COUNT
    columns = [Column(by), *(Column(one.name, kind) for one in table.columns)]
    rows: list[Sequence[Value]] = [
        (row.name, *(_value(cells.get((row.key, one.key))) for one in table.columns))
        for row in table.rows
    ]
    notes = [*_notes(table.period, organization), f"口径：{kpi.formula}；剔除：{kpi.excludes}"]
    return Sheet(kpi.name, columns, rows, title=f"{kpi.name}（按{by}）", notes=notes)


def _notes(period: PeriodOut, organization: str) -> list[str]:
    made = clock.local(clock.now())
    return [
        f"{organization}　统计时段：{period.first} 至 {period.last}",
        f"生成时间：{made:%Y-%m-%d %H:%M}　各项口径见“指标口径”表",
    ]


def _target(kpi: Kpi) -> float | None:
    return kpi.target


def _value(value: ValueOut | None) -> float | None:
    return None if value is None else value.value


def _plain(value: float | None) -> float | str:
    return "" if value is None else value
