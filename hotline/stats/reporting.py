"""Reports as files, for whoever asks now and for those who are mailed."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import sheets
from hotline.organizations import queries as organizations
from hotline.principal import Principal
from hotline.stats import exporting, pivoting, printing, reading, topics
from hotline.stats.periods import Period
from hotline.stats.printing_pivot import write_pivot
from hotline.stats.reading import Asked
from hotline.stats.report_schemas import ReportKind, ReportQuestion, ReportSpan

_PRINTED = ("received", "dispatched", "closed", "on_time_rate", "satisfied_rate")
BY = {
    "district": "区域", "unit": "承办单位", "subject": "诉求分类", "subject_class": "诉求大类",
    "kind": "诉求类型", "channel": "渠道", "agent": "坐席", "vendor": "服务商", "entry": "事项",
}  # fmt: skip


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
    days = days_of(question.span, today)
    if question.kind in (ReportKind.DAY, ReportKind.MONTH):
        return await printed(session, principal, scope_id, days)
    if question.kind is ReportKind.PIVOT:
        kpis = reading.kpis_by_key(question.kpis)
        return await pivot_file(
            session, scope_id, Asked(days, question.rows, question.columns, kpis)
        )
    return await kpi_file(session, principal, scope_id, days)


async def printed(
    session: AsyncSession, principal: Principal, scope_id: UUID, days: Period
) -> File:
    """The one page: 日报 for a day, 月报 for whole months, 简报 for anything else."""
    home = await organizations.organization(session, scope_id)
    kpis = reading.kpis_by_key(_PRINTED)
    page = printing.Page(
        title=f"114 阳光政务热线{_title(days)}",
        organization=home.name,
        numbers=await reading.kpi_report(session, principal, scope_id, days),
        districts=await pivoting.pivot(session, scope_id, Asked(days, "district", None, kpis)),
        kinds=await pivoting.pivot(session, scope_id, Asked(days, "kind", None, kpis[:1])),
        topics=await topics.rising_subjects(session, home.city_id, scope_id, days.last),
    )
    name = f"{page.title} {days.first} {days.last}.pdf"
    return File(name, printing.PDF_TYPE, printing.write_page(page))


async def kpi_file(
    session: AsyncSession, principal: Principal, scope_id: UUID, days: Period
) -> File:
    report = await reading.kpi_report(session, principal, scope_id, days)
    home = (await organizations.organization(session, scope_id)).name
    written = exporting.kpis_workbook(report, home)
    return File(f"热线指标 {days.first} {days.last}.xlsx", sheets.MEDIA_TYPE, written)


async def pivot_file(session: AsyncSession, scope_id: UUID, asked: Asked) -> File:
    table = await pivoting.pivot(session, scope_id, asked)
    home = (await organizations.organization(session, scope_id)).name
    written = exporting.pivot_workbook(table, asked.kpis, by=BY[asked.rows], organization=home)
    return File(f"{_pivot_name(asked)}.xlsx", sheets.MEDIA_TYPE, written)


async def pivot_text(session: AsyncSession, scope_id: UUID, asked: Asked) -> File:
    table = await pivoting.pivot(session, scope_id, asked)
    written = exporting.pivot_csv(table, asked.kpis, by=BY[asked.rows])
    return File(f"{_pivot_name(asked)}.csv", exporting.CSV_TYPE, written)


async def pivot_print(session: AsyncSession, scope_id: UUID, asked: Asked) -> File:
    table = await pivoting.pivot(session, scope_id, asked)
    home = (await organizations.organization(session, scope_id)).name
    written = write_pivot(table, asked.kpis, by=BY[asked.rows], organization=home)
    return File(f"{_pivot_name(asked)}.pdf", printing.PDF_TYPE, written)


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


def _title(days: Period) -> str:
    if days.days == 1:
        return "日报"
    return "月报" if days.is_whole_months else "简报"


def _pivot_name(asked: Asked) -> str:
    return f"热线统计 按{BY[asked.rows]} {asked.period.first} {asked.period.last}"
