"""Reports as files, for whoever asks now and for those who are mailed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import sheets
from hotline.organizations import queries as organizations
from hotline.principal import Principal
from hotline.stats import exporting, pivoting, reading, topics
from hotline.stats.periods import Period
from hotline.stats.reading import Asked
from hotline.stats.report_schemas import ReportKind, ReportQuestion, ReportSpan
from hotline.stats.wording import Words, words_of

_PRINTED = ("received", "dispatched", "closed", "on_time_rate", "satisfied_rate")


@dataclass(frozen=True, slots=True)
class File:
    name: str
    media_type: str
    content: bytes


async def render(
    session: AsyncSession, principal: Principal, question: ReportQuestion, today: date
) -> File:
    """What a kept report is about, as its owner may see it on that day."""
    scope_id = principal.organization_id
    days, words = days_of(question.span, today), words_of(question.language)
    if question.kind in (ReportKind.DAY, ReportKind.MONTH):
        return await printed(session, principal, scope_id, days, words=words)
    if question.kind is ReportKind.PIVOT:
        kpis = reading.kpis_by_key(question.kpis)
        asked = Asked(days, question.rows, question.columns, kpis, words)
        return await pivot_file(session, scope_id, asked)
    return await kpi_file(session, principal, scope_id, days, words=words)


async def printed(
    session: AsyncSession, principal: Principal, scope_id: UUID, days: Period, *, words: Words
) -> File:
    """The one page: 日报 for a day, 月报 for whole months, 简报 for anything else."""
    from hotline.stats import printing

    home = await organizations.organization(session, scope_id)
    kpis = reading.kpis_by_key(_PRINTED)
    by_district = Asked(days, "district", None, kpis, words)
    page = printing.Page(
        title=words.t("page.title", report=words.t(f"page.{_kind(days)}")),
        organization=home.name,
        numbers=await reading.kpi_report(session, principal, scope_id, days),
        districts=await pivoting.pivot(session, scope_id, by_district),
        kinds=await pivoting.pivot(
            session, scope_id, replace(by_district, rows="kind", kpis=kpis[:1])
        ),
        topics=await topics.rising_subjects(
            session, home.city_id, scope_id, days.last, words=words
        ),
        words=words,
    )
    title = page.title.replace(":", "")
    name = f"{title} {days.first} {days.last}.pdf"
    return File(name, exporting.PDF_TYPE, printing.write_page(page))


async def kpi_file(
    session: AsyncSession, principal: Principal, scope_id: UUID, days: Period, *, words: Words
) -> File:
    report = await reading.kpi_report(session, principal, scope_id, days)
    home = (await organizations.organization(session, scope_id)).name
    written = exporting.kpis_workbook(report, home, words)
    name = words.t("file.kpis", first=days.first, last=days.last)
    return File(f"{name}.xlsx", sheets.MEDIA_TYPE, written)


async def pivot_file(session: AsyncSession, scope_id: UUID, asked: Asked) -> File:

    table = await pivoting.pivot(session, scope_id, asked)
    home = (await organizations.organization(session, scope_id)).name
    written = exporting.pivot_workbook(table, asked, home)
    return File(f"{_pivot_name(asked)}.xlsx", sheets.MEDIA_TYPE, written)


async def pivot_text(session: AsyncSession, scope_id: UUID, asked: Asked) -> File:
    table = await pivoting.pivot(session, scope_id, asked)
    written = exporting.pivot_csv(table, asked)
    return File(f"{_pivot_name(asked)}.csv", exporting.CSV_TYPE, written)


async def pivot_print(session: AsyncSession, scope_id: UUID, asked: Asked) -> File:
    from hotline.stats.printing_pivot import write_pivot

    table = await pivoting.pivot(session, scope_id, asked)
    home = (await organizations.organization(session, scope_id)).name
    written = write_pivot(table, asked, home)
    return File(f"{_pivot_name(asked)}.pdf", exporting.PDF_TYPE, written)


def days_of(span: ReportSpan, today: date) -> Period:
    """Whole days that are over."""
    yesterday = today - timedelta(days=1)
    match span:
        case ReportSpan.YESTERDAY:
            return Period(yesterday, yesterday)
        case ReportSpan.LAST_WEEK:
            return Period(today - timedelta(days=7), yesterday)
        case ReportSpan.LAST_MONTH:
            end = today.replace(day=1) - timedelta(days=1)
            return Period(end.replace(day=1), end)


def month_of(day: date) -> Period:
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Period(day.replace(day=1), following - timedelta(days=1))


def _kind(days: Period) -> str:
    if days.days == 1:
        return "day"
    return "month" if days.is_whole_months else "other"


def _pivot_name(asked: Asked) -> str:
    first, last = asked.period.first, asked.period.last
    by = exporting.by_name(asked)
    return asked.words.t("file.pivot", by=by, first=first, last=last)
