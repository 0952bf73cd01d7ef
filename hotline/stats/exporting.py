"""Reports as files: Excel with a sheet of definitions, CSV, and the printed page."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from hotline import clock, sheets
from hotline.sheets import Column, Kind, Sheet, Value
from hotline.stats.kpis import Kpi, Unit, every_kpi
from hotline.stats.reading import Asked
from hotline.stats.schemas import KpisOut, PeriodOut, PivotOut, ValueOut
from hotline.stats.wording import Words

CSV_TYPE = "text/csv; charset=utf-8"
PDF_TYPE = "application/pdf"
_BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's old encoding


def kpis_workbook(report: KpisOut, organization: str, words: Words) -> bytes:
    """One sheet for ratios, one for the rest, since a column has one format; and definitions."""
    known = every_kpi()
    lines = [(known[item.key], item) for item in report.items]
    notes = _notes(report.period, organization, words)
    pages = []
    for name, is_ratio, kind in (
        ("sheet.ratios", True, Kind.PERCENT),
        ("sheet.figures", False, Kind.NUMBER),
    ):
        rows = [
            (words.t(f"group.{kpi.group}"), words.of(kpi), item.now.value, item.previous.value,
             item.last_year.value, item.now.numerator, item.now.denominator,
             kpi.target, words.t(f"unit.{kpi.unit}"))
            for kpi, item in lines
            if (kpi.unit is Unit.RATIO) is is_ratio
        ]  # fmt: skip
        headings = (
            ("heading.group", Kind.TEXT), ("heading.kpi", Kind.TEXT), ("now", kind),
            ("previous", kind), ("last_year", kind), ("heading.numerator", Kind.NUMBER),
            ("heading.denominator", Kind.NUMBER), ("heading.target", kind),
            ("heading.unit", Kind.TEXT),
        )  # fmt: skip
        columns = [Column(words.t(key), of) for key, of in headings]
        title = words.t("title.kpis")
        pages.append(Sheet(words.t(name), columns, rows, title=title, notes=notes))
    return sheets.write_workbook([*pages, definitions_sheet(known.values(), words)])


def pivot_workbook(table: PivotOut, asked: Asked, organization: str) -> bytes:
    pages = [_pivot_sheet(table, kpi, asked, organization) for kpi in asked.kpis]
    return sheets.write_workbook([*pages, definitions_sheet(asked.kpis, asked.words)])


def pivot_csv(table: PivotOut, asked: Asked) -> bytes:
    """One line per row, column and indicator, with numerator and denominator."""
    words = asked.words
    names = {one.key: one.name for one in (*table.rows, *table.columns)}
    written = StringIO()
    writer = csv.writer(written)
    keys = ("column", "kpi", "value", "numerator", "denominator")
    writer.writerow([by_name(asked), *(words.t(f"heading.{key}") for key in keys)])
    for cell in table.cells:
        for kpi in asked.kpis:
            value = cell.values[kpi.key]
            texts = [names[cell.row], names[cell.column], words.of(kpi)]
            figures = [_plain(value.value), value.numerator, _plain(value.denominator)]
            writer.writerow([*map(sheets.guarded, texts), *figures])
    return (_BOM + written.getvalue()).encode()


def definitions_sheet(kpis: Iterable[Kpi], words: Words) -> Sheet:
    """What every number means; it travels with the numbers."""
    keys = ("kpi", "formula", "numerator", "denominator", "excludes", "source", "target", "unit")
    rows = [
        (words.of(kpi), words.of(kpi, "formula"), " + ".join(kpi.numerator),
         " + ".join(kpi.denominator) or "—", words.of(kpi, "excludes"), words.of(kpi, "source"),
         words.target(kpi), words.t(f"unit.{kpi.unit}"))
        for kpi in kpis
    ]  # fmt: skip
    columns = [Column(words.t(f"heading.{key}")) for key in keys]
    return Sheet(words.t("sheet.definitions"), columns, rows)


def by_name(asked: Asked) -> str:
    """What the rows of a table are."""
    return asked.words.t(f"by.{asked.rows}")


def title_of(kpi: Kpi, asked: Asked) -> str:
    return asked.words.t("title.by", name=asked.words.of(kpi), by=by_name(asked))


def meaning(kpi: Kpi, words: Words) -> str:
    return words.t("note.meaning", formula=words.of(kpi, "formula"),
                   excludes=words.of(kpi, "excludes"))  # fmt: skip


def _pivot_sheet(table: PivotOut, kpi: Kpi, asked: Asked, organization: str) -> Sheet:
    cells = {(cell.row, cell.column): cell.values[kpi.key] for cell in table.cells}
    kind = Kind.PERCENT if kpi.unit is Unit.RATIO else Kind.NUMBER
    if kpi.unit is Unit.COUNT:
        kind = Kind.COUNT
    columns = [Column(by_name(asked)), *(Column(one.name, kind) for one in table.columns)]
    rows: list[Sequence[Value]] = [
        (row.name, *(_value(cells.get((row.key, one.key))) for one in table.columns))
        for row in table.rows
    ]
    notes = [*_notes(table.period, organization, asked.words), meaning(kpi, asked.words)]
    return Sheet(asked.words.of(kpi), columns, rows, title=title_of(kpi, asked), notes=notes)


def _notes(period: PeriodOut, organization: str, words: Words) -> list[str]:
    made = f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
    return [
        words.t("note.days", organization=organization, first=period.first, last=period.last),
        words.t("note.made", at=made),
    ]


def _value(value: ValueOut | None) -> float | None:
    return None if value is None else value.value


def _plain(value: float | None) -> float | str:
    return "" if value is None else value
