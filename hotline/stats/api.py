"""Statistics for supervisors: each for the own organization and those below it."""

from datetime import date
from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Response

from hotline import clock, sheets
from hotline.accounts.auth import CallReader, CallTaker, SeatSupervisor, StatsReader
from hotline.calls.schemas import CallOut
from hotline.db import ReportTx, Tx
from hotline.errors import InvalidInput
from hotline.file_answers import file_of
from hotline.stats import (
    board,
    exporting,
    kept_reports,
    outlook,
    pivoting,
    quality,
    queries,
    reading,
    repeat_callers,
    reporting,
    topics,
)
from hotline.stats.asking import (
    CellAsked,
    Day,
    Days,
    KpiKeys,
    Limit,
    PivotAsked,
    ReadIn,
    Scope,
    WhatIfAsked,
)
from hotline.stats.free_pivot import can_count
from hotline.stats.measures import CALLS, DIMENSIONS, TICKETS
from hotline.stats.periods import Period, Step
from hotline.stats.quality_schemas import (
    Calibration,
    SampleRule,
    ScorecardOut,
    TalkReviewIn,
    TalkReviewOut,
    TalkReviews,
    TalkSample,
)
from hotline.stats.report_schemas import KeptReportIn, KeptReportOut, KeptReports, ReportQuestion
from hotline.stats.schemas import (
    BoardOut,
    CallRows,
    ForecastOut,
    HeatOut,
    KpiDefinitions,
    KpisOut,
    LoadOut,
    PivotOut,
    RepeatCallers,
    SeriesOut,
    StaffingOut,
    TicketRows,
    TopicsOut,
)
from hotline.stats.scoring import scorecard
from hotline.tickets import queries as tickets
from hotline.tickets.schemas import TicketOut

router = APIRouter(prefix="/api/v1/stats", tags=["stats"])

_XLSX, _CSV, _PDF = file_of(sheets.MEDIA_TYPE), file_of("text/csv"), file_of(exporting.PDF_TYPE)
_KEPT = file_of(sheets.MEDIA_TYPE, exporting.PDF_TYPE)


@router.get("/definitions")
async def list_definitions(_principal: StatsReader) -> KpiDefinitions:
    """全部指标的口径：公式、分子、分母、剔除、来源。"""
    items = reading.definitions()
    return KpiDefinitions(items=items, dimensions=list(DIMENSIONS))


@router.get("/kpis")
async def read_kpis(
    session: ReportTx, principal: StatsReader, days: Days, scope_id: Scope
) -> KpisOut:
    """时段内的全部指标，与上期和去年同期比较。"""
    return await reading.kpi_report(session, principal, scope_id, days)


@router.get("/pivot")
async def read_pivot(
    session: ReportTx, _principal: StatsReader, scope_id: Scope, asked: PivotAsked
) -> PivotOut:
    """按任意一个或两个维度交叉统计；列也可以是日、周、月，或与上期和去年同期比较。"""
    return await pivoting.pivot(session, scope_id, asked)


@router.get("/series")
async def read_series(
    session: ReportTx,
    _principal: StatsReader,
    days: Days,
    scope_id: Scope,
    *,
    kpi: KpiKeys,
    step: Step = Step.DAY,
) -> SeriesOut:
    """指标的走势；没有业务的日子也在其中。"""
    return await reading.series(session, scope_id, days, reading.kpis_by_key(kpi), step)


@router.get("/heat")
async def read_heat(
    session: ReportTx, _principal: StatsReader, days: Days, scope_id: Scope,
    measure: Literal["inbound", "answered", "abandoned", "received"] = "inbound",
) -> HeatOut:  # fmt: skip
    """一周七天、一天二十四小时的分布。"""
    return await reading.heat(session, scope_id, days, measure)


@router.get("/tickets")
async def list_counted_tickets(
    session: ReportTx, principal: StatsReader, cell: CellAsked, after: UUID | None = None,
    limit: Limit = 50,
) -> TicketRows:  # fmt: skip
    """一个数字背后的工单，只列出有权查看的。"""
    if cell.measure not in TICKETS.measures:
        raise InvalidInput(errors=[{"field": "measure", "message": "这一项没有工单明细"}])
    ids = await queries.counted_ids(session, principal, cell, after=after, limit=limit + 1)
    rows = list(await session.scalars(queries.tickets_of(principal, ids[:limit])))
    names = await tickets.names_of(session, rows)
    items = [TicketOut.of(row, names) for row in rows]
    return TicketRows(items=items, next=str(ids[limit - 1]) if len(ids) > limit else None)


@router.get("/calls")
async def list_counted_calls(
    session: ReportTx, principal: StatsReader, cell: CellAsked, after: UUID | None = None,
    limit: Limit = 50,
) -> CallRows:  # fmt: skip
    """一个数字背后的来电，只列出有权查看的。"""
    if cell.measure not in CALLS.measures or not can_count([cell.measure], cell.members):
        raise InvalidInput(errors=[{"field": "measure", "message": "这一项没有来电明细"}])
    ids = await queries.counted_ids(session, principal, cell, after=after, limit=limit + 1)
    rows = await session.scalars(queries.calls_of(principal, ids[:limit]))
    items = [CallOut.model_validate(row) for row in rows]
    return CallRows(items=items, next=str(ids[limit - 1]) if len(ids) > limit else None)


@router.get("/topics")
async def read_topics(
    session: ReportTx,
    principal: StatsReader,
    scope_id: Scope,
    words: ReadIn,
    on: Day | None = None,
) -> TopicsOut:
    """热点：当日明显高于前七日均值的诉求分类和用词。"""
    return await topics.topics(session, principal, scope_id, on or _today(), words=words)


@router.get("/repeat-callers")
async def list_repeat_callers(
    session: ReportTx, principal: StatsReader, days: Days, scope_id: Scope
) -> RepeatCallers:
    """重复来电：时段末尾 31 天内三次以上来电的号码（脱敏）和由此登记的工单。"""
    return await repeat_callers.repeat_callers(session, principal, scope_id, days)


@router.get("/forecast")
async def read_forecast(
    session: ReportTx, _principal: StatsReader, scope_id: Scope, on: Day | None = None
) -> ForecastOut:
    """按半小时预测话务量，并给出回测误差。"""
    return await outlook.call_forecast(session, scope_id, on or _today())


@router.get("/load")
async def read_load(session: Tx, _principal: StatsReader, scope_id: Scope) -> LoadOut:
    """今天的来电与预测：按半小时、至今、近一小时，明显偏多时提醒。"""
    return await outlook.load_today(session, scope_id)


@router.get("/staffing")
async def read_staffing(
    session: ReportTx, _principal: StatsReader, scope_id: Scope,
    what_if: WhatIfAsked, on: Day | None = None,
) -> StaffingOut:  # fmt: skip
    """按半小时所需坐席（Erlang C、A）与排班人数，可作假设。"""
    return await outlook.staffing(session, scope_id, on or _today(), what_if)


@router.get("/wallboard")
async def read_wallboard(
    session: Tx, principal: StatsReader, scope_id: Scope, words: ReadIn
) -> BoardOut:
    """大屏：此刻的线路、今天、本月、各区、热点、突发事件、派单。"""
    return await board.board(session, principal, scope_id, words=words)


@router.get("/kpis.xlsx", response_class=Response, responses=_XLSX)
async def export_kpis(
    session: ReportTx, principal: StatsReader, days: Days, scope_id: Scope, words: ReadIn
) -> Response:
    """指标表（Excel），附口径。"""
    return _download(await reporting.kpi_file(session, principal, scope_id, days, words=words))


@router.get("/pivot.xlsx", response_class=Response, responses=_XLSX)
async def export_pivot(
    session: ReportTx, _principal: StatsReader, scope_id: Scope, asked: PivotAsked
) -> Response:
    """交叉表（Excel），每个指标一张表，附口径。"""
    return _download(await reporting.pivot_file(session, scope_id, asked))


@router.get("/pivot.csv", response_class=Response, responses=_CSV)
async def export_pivot_csv(
    session: ReportTx, _principal: StatsReader, scope_id: Scope, asked: PivotAsked
) -> Response:
    """交叉表（CSV）。"""
    return _download(await reporting.pivot_text(session, scope_id, asked))


@router.get("/pivot.pdf", response_class=Response, responses=_PDF)
async def print_pivot(
    session: ReportTx, _principal: StatsReader, scope_id: Scope, asked: PivotAsked
) -> Response:
    """交叉表（PDF，A4 横向）。"""
    return _download(await reporting.pivot_print(session, scope_id, asked))


@router.get("/report.pdf", response_class=Response, responses=_PDF)
async def print_report(
    session: ReportTx, principal: StatsReader, scope_id: Scope, words: ReadIn,
    *, on: Day | None = None, span: Literal["day", "month"] = "day",
) -> Response:  # fmt: skip
    """一页纸日报或月报（PDF）。"""
    day = on or _today()
    days = Period(day, day) if span == "day" else reporting.month_of(day)
    return _download(await reporting.printed(session, principal, scope_id, days, words=words))


@router.get("/reports")
async def list_reports(session: Tx, principal: StatsReader) -> KeptReports:
    """自己保存的和本机构共享的报表。"""
    rows = await session.scalars(kept_reports.seen_by(principal))
    return KeptReports(items=[KeptReportOut.model_validate(row) for row in rows])


@router.post("/reports", status_code=201)
async def keep_report(session: Tx, principal: SeatSupervisor, body: KeptReportIn) -> KeptReportOut:
    """保存一份报表；可以定期发送到邮箱，可以在本机构内共享。"""
    return KeptReportOut.model_validate(await kept_reports.keep_report(session, principal, body))


@router.delete("/reports/{report_id}", status_code=204)
async def drop_report(session: Tx, principal: SeatSupervisor, report_id: UUID) -> None:
    """删除自己保存的报表。"""
    await kept_reports.drop_report(session, principal, report_id)


@router.get("/reports/{report_id}/file", response_class=Response, responses=_KEPT)
async def fetch_report(session: Tx, principal: StatsReader, report_id: UUID) -> Response:
    """按查看者的权限生成这份报表。"""
    report = await kept_reports.report_seen(session, principal, report_id)
    question = ReportQuestion.model_validate(report.question)
    return _download(await reporting.render(session, principal, question, _today()))


@router.get("/quality/card")
async def read_card(_principal: CallReader) -> ScorecardOut:
    """质检评分表。"""
    return ScorecardOut.model_validate(scorecard())


@router.get("/quality/sample")
async def sample_talks(
    session: Tx, principal: SeatSupervisor, rule: SampleRule = SampleRule.RANDOM,
    days: Annotated[int, Query(ge=1, le=90)] = 7,
) -> TalkSample:  # fmt: skip
    """按规则抽取本机构坐席的通话。"""
    return await quality.sample(session, principal, rule, days)


@router.post("/quality/reviews", status_code=201)
async def review_talk(session: Tx, principal: SeatSupervisor, body: TalkReviewIn) -> TalkReviewOut:
    """给一次通话评分，并写下辅导意见。"""
    return (await quality.shown(session, [await quality.review(session, principal, body)]))[0]


@router.get("/quality/reviews")
async def list_reviews(
    session: Tx, principal: CallReader, after: UUID | None = None, limit: Limit = 50
) -> TalkReviews:
    """坐席看到自己的评分；班长看到本机构的。"""
    rows = list(await session.scalars(quality.page(principal, after=after, limit=limit + 1)))
    items = await quality.shown(session, rows[:limit])
    return TalkReviews(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


@router.post("/quality/reviews/{review_id}/read")
async def mark_read(session: Tx, principal: CallTaker, review_id: UUID) -> TalkReviewOut:
    """坐席确认已阅。"""
    card = await quality.mark_read(session, principal, review_id)
    return (await quality.shown(session, [card]))[0]


@router.get("/quality/calibration")
async def read_calibration(session: Tx, principal: SeatSupervisor) -> Calibration:
    """多人评过的同一通话相差多少。"""
    return await quality.calibration(session, principal)


def _today() -> date:
    return clock.local(clock.now()).date()


def _download(file: reporting.File) -> Response:
    named = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return Response(file.content, media_type=file.media_type,
                    headers={"Content-Disposition": named})  # fmt: skip
