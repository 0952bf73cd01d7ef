"""Statistics for supervisors: each for the own organization and those below it."""

from datetime import date, timedelta
from typing import Any, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Response

from hotline import clock, sheets
from hotline.accounts.auth import StatsReader
from hotline.calls.schemas import CallOut
from hotline.db import Tx
from hotline.errors import InvalidInput
from hotline.organizations import queries as organizations
from hotline.stats import board, exporting, outlook, printing, queries, reading, topics
from hotline.stats.asking import (
    CellAsked,
    Days,
    KpiKeys,
    Limit,
    PivotAsked,
    Scope,
    WhatIfAsked,
)
from hotline.stats.kpis import every_kpi
from hotline.stats.measures import CALLS, DIMENSIONS, TICKETS
from hotline.stats.periods import Period, Step
from hotline.stats.reading import Asked
from hotline.stats.schemas import (
    BoardOut,
    CallRows,
    ForecastOut,
    HeatOut,
    KpiDefinition,
    KpiDefinitions,
    KpisOut,
    PivotOut,
    SeriesOut,
    StaffingOut,
    TicketRows,
    TopicsOut,
)
from hotline.tickets import queries as tickets
from hotline.tickets.schemas import TicketOut

router = APIRouter(prefix="/api/v1/stats", tags=["stats"])

Answers = dict[int | str, dict[str, Any]]
_FILE: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_XLSX: Answers = {200: {"content": {sheets.MEDIA_TYPE: _FILE}}}
_CSV: Answers = {200: {"content": {"text/csv": _FILE}}}
_PDF: Answers = {200: {"content": {printing.PDF_TYPE: _FILE}}}


@router.get("/definitions")
async def list_definitions(_principal: StatsReader) -> KpiDefinitions:
    """全部指标的口径：公式、分子、分母、剔除、来源。"""
    items = [KpiDefinition.model_validate(kpi) for kpi in every_kpi().values()]
    return KpiDefinitions(items=items, dimensions=list(DIMENSIONS))


@router.get("/kpis")
async def read_kpis(session: Tx, principal: StatsReader, days: Days, scope_id: Scope) -> KpisOut:
    """时段内的全部指标，与上期和去年同期比较。"""
    return await reading.kpi_report(session, principal, scope_id, days)


@router.get("/pivot")
async def read_pivot(
    session: Tx, _principal: StatsReader, scope_id: Scope, asked: PivotAsked
) -> PivotOut:
    """按维度交叉统计；列可以是日、周、月，或第二个维度。"""
    return await reading.pivot(session, scope_id, asked)


@router.get("/series")
async def read_series(
    session: Tx, _principal: StatsReader, days: Days, scope_id: Scope, kpi: KpiKeys,
    step: Step = Step.DAY,
) -> SeriesOut:  # fmt: skip
    """指标的走势；没有业务的日子也在其中。"""
    return await reading.series(session, scope_id, days, reading.kpis_by_key(kpi), step)


@router.get("/heat")
async def read_heat(
    session: Tx, _principal: StatsReader, days: Days, scope_id: Scope,
    measure: Literal["inbound", "answered", "abandoned", "received"] = "inbound",
) -> HeatOut:  # fmt: skip
    """一周七天、一天二十四小时的分布。"""
    return await reading.heat(session, scope_id, days, measure)


@router.get("/tickets")
async def list_counted_tickets(
    session: Tx, principal: StatsReader, cell: CellAsked, after: UUID | None = None,
    limit: Limit = 50,
) -> TicketRows:  # fmt: skip
    """一个数字背后的工单，只列出有权查看的。"""
    if cell.measure not in TICKETS.measures:
        raise InvalidInput(errors=[{"field": "measure", "message": "这一项没有工单明细"}])
    chosen = queries.ticket_rows(
        principal, cell.scope_id, cell.measure, cell.days, cell.members, after=after,
        limit=limit + 1,
    )  # fmt: skip
    rows = list(await session.scalars(chosen))
    names = await tickets.names_of(session, rows[:limit])
    items = [TicketOut.of(row, names) for row in rows[:limit]]
    return TicketRows(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


@router.get("/calls")
async def list_counted_calls(
    session: Tx, principal: StatsReader, cell: CellAsked, after: UUID | None = None,
    limit: Limit = 50,
) -> CallRows:  # fmt: skip
    """一个数字背后的来电，只列出有权查看的。"""
    if cell.measure not in CALLS.measures or set(cell.members) - set(CALLS.dimensions):
        raise InvalidInput(errors=[{"field": "measure", "message": "这一项没有来电明细"}])
    chosen = queries.call_rows(
        principal, cell.scope_id, cell.measure, cell.days, cell.members, after=after,
        limit=limit + 1,
    )  # fmt: skip
    rows = list(await session.scalars(chosen))
    items = [CallOut.model_validate(row) for row in rows[:limit]]
    return CallRows(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


@router.get("/topics")
async def read_topics(
    session: Tx, principal: StatsReader, scope_id: Scope, on: date | None = None
) -> TopicsOut:
    """热点：当日明显高于前七日均值的诉求分类和用词。"""
    return await topics.topics(session, principal, scope_id, on or _today())


@router.get("/forecast")
async def read_forecast(
    session: Tx, _principal: StatsReader, scope_id: Scope, on: date | None = None
) -> ForecastOut:
    """按半小时预测话务量，并给出回测误差。"""
    return await outlook.call_forecast(session, scope_id, on or _today())


@router.get("/staffing")
async def read_staffing(
    session: Tx, _principal: StatsReader, scope_id: Scope,
    what_if: WhatIfAsked, on: date | None = None,
) -> StaffingOut:  # fmt: skip
    """按半小时所需坐席（Erlang C、A）与排班人数，可作假设。"""
    return await outlook.staffing(session, scope_id, on or _today(), what_if)


@router.get("/wallboard")
async def read_wallboard(session: Tx, principal: StatsReader, scope_id: Scope) -> BoardOut:
    """大屏：此刻的线路、今天、本月、各区、热点、突发事件、派单。"""
    return await board.board(session, principal, scope_id)


@router.get("/kpis.xlsx", response_class=Response, responses=_XLSX)
async def export_kpis(session: Tx, principal: StatsReader, days: Days, scope_id: Scope) -> Response:
    """指标表（Excel），附口径。"""
    report = await reading.kpi_report(session, principal, scope_id, days)
    name = (await organizations.organization(session, scope_id)).name
    written = exporting.kpis_workbook(report, name)
    return _download(written, sheets.MEDIA_TYPE, f"热线指标 {days.first} {days.last}.xlsx")


@router.get("/pivot.xlsx", response_class=Response, responses=_XLSX)
async def export_pivot(
    session: Tx, _principal: StatsReader, scope_id: Scope, asked: PivotAsked
) -> Response:
    """交叉表（Excel），每个指标一张表，附口径。"""
    table = await reading.pivot(session, scope_id, asked)
    name = (await organizations.organization(session, scope_id)).name
    by = _BY[asked.rows]
    written = exporting.pivot_workbook(table, asked.kpis, by=by, organization=name)
    title = f"热线统计 按{by} {asked.period.first} {asked.period.last}.xlsx"
    return _download(written, sheets.MEDIA_TYPE, title)


@router.get("/pivot.csv", response_class=Response, responses=_CSV)
async def export_pivot_csv(
    session: Tx, _principal: StatsReader, scope_id: Scope, asked: PivotAsked
) -> Response:
    """交叉表（CSV）。"""
    table = await reading.pivot(session, scope_id, asked)
    by = _BY[asked.rows]
    title = f"热线统计 按{by} {asked.period.first} {asked.period.last}.csv"
    return _download(exporting.pivot_csv(table, asked.kpis, by=by), exporting.CSV_TYPE, title)


@router.get("/report.pdf", response_class=Response, responses=_PDF)
async def print_report(
    session: Tx, principal: StatsReader, scope_id: Scope,
    on: date | None = None, span: Literal["day", "month"] = "day",
) -> Response:  # fmt: skip
    """一页纸日报或月报（PDF）。"""
    day = on or _today()
    page = await reading_page(session, principal, scope_id, _span(day, span), span)
    return _download(printing.write_page(page), printing.PDF_TYPE, f"{page.title} {day}.pdf")


async def reading_page(
    session: Tx, principal: StatsReader, scope_id: UUID, days: Period, span: str
) -> printing.Page:
    home = await organizations.organization(session, scope_id)
    keys = ("received", "dispatched", "closed", "on_time_rate", "satisfied_rate")
    kpis = reading.kpis_by_key(keys)
    hot = await topics.rising_subjects(session, home.city_id, scope_id, days.last)
    return printing.Page(
        title=f"114 阳光政务热线{'日报' if span == 'day' else '月报'}",
        organization=home.name,
        numbers=await reading.kpi_report(session, principal, scope_id, days),
        districts=await reading.pivot(session, scope_id, Asked(days, "district", None, kpis)),
        kinds=await reading.pivot(session, scope_id, Asked(days, "kind", None, kpis[:1])),
        topics=hot,
    )


_BY = {
    "district": "区域", "unit": "承办单位", "subject": "诉求分类", "subject_class": "诉求大类",
    "kind": "诉求类型", "channel": "渠道", "agent": "坐席", "entry": "事项",
}  # fmt: skip


def _span(day: date, span: str) -> Period:
    if span == "day":
        return Period(day, day)
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Period(day.replace(day=1), following - timedelta(days=1))


def _today() -> date:
    return clock.local(clock.now()).date()


def _download(written: bytes, media_type: str, name: str) -> Response:
    named = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(written, media_type=media_type, headers={"Content-Disposition": named})
