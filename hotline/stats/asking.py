"""What a request asks of the statistics: days, organization, indicators, a cell, a what-if."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query

from hotline import clock
from hotline.accounts.auth import StatsReader
from hotline.db import Tx
from hotline.stats import queries, reading
from hotline.stats.outlook import WhatIf
from hotline.stats.periods import Period
from hotline.stats.queries import Cell
from hotline.stats.reading import Asked
from hotline.stats.report_schemas import ColumnDimension, RowDimension
from hotline.stats.staffing import Aim
from hotline.stats.wording import Language, Words, preferred, words_of

MOST_KPIS = 8
Day = Annotated[date, Query(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
"""What lies further away is not counted, and the days before it could not be reckoned."""
Member = Annotated[str | None, Query(max_length=40)]


async def chosen_period(
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
) -> Period:
    """The last thirty days where nothing is said."""
    end = last or clock.local(clock.now()).date()
    return reading.period_of(first or end - timedelta(days=29), end)


async def chosen_scope(
    session: Tx, principal: StatsReader, organization: Annotated[UUID | None, Query()] = None
) -> UUID:
    return await queries.scope_of(session, principal, organization)


Days = Annotated[Period, Depends(chosen_period)]
Scope = Annotated[UUID, Depends(chosen_scope)]
KpiKeys = Annotated[list[str], Query(alias="kpi", min_length=1, max_length=MOST_KPIS)]
RowsBy = Annotated[RowDimension, Query()]
ColumnsBy = Annotated[ColumnDimension | None, Query()]


async def chosen_words(
    lang: Annotated[Language | None, Query(description="名称和文件的语言；默认按请求头")] = None,
    accept_language: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> Words:
    return words_of(lang or preferred(accept_language))


ReadIn = Annotated[Words, Depends(chosen_words)]


async def asked_pivot(
    days: Days, kpi: KpiKeys, rows: RowsBy, words: ReadIn, columns: ColumnsBy = None
) -> Asked:
    return Asked(days, rows, columns, reading.kpis_by_key(kpi), words)


PivotAsked = Annotated[Asked, Depends(asked_pivot)]


async def chosen_members(
    *,
    district: Member = None,
    unit: Member = None,
    subject: Member = None,
    subject_class: Member = None,
    kind: Member = None,
    channel: Member = None,
    agent: Member = None,
    vendor: Member = None,
    entry: Member = None,
) -> dict[str, str]:
    given = {"district": district, "unit": unit, "subject": subject,
             "subject_class": subject_class, "kind": kind, "channel": channel, "agent": agent,
             "vendor": vendor, "entry": entry}  # fmt: skip
    return {name: member for name, member in given.items() if member is not None}


async def chosen_cell(
    days: Days,
    scope_id: Scope,
    members: Annotated[dict[str, str], Depends(chosen_members)],
    measure: Annotated[str, Query(max_length=40)],
) -> Cell:
    return Cell(days, scope_id, measure, members)


async def chosen_what_if(
    *,
    share: Annotated[float, Query(ge=0.5, le=0.99)] = 0.95,
    seconds: Annotated[float, Query(ge=1, le=300)] = 15,
    growth: Annotated[float, Query(ge=-0.9, le=10)] = 0,
    shrinkage: Annotated[float, Query(ge=0, le=0.7)] = 0.3,
    patience: Annotated[float, Query(ge=10, le=3600)] = 120,
    handle: Annotated[float | None, Query(ge=10, le=3600)] = None,
) -> WhatIf:
    return WhatIf(Aim(share, seconds), growth, shrinkage, patience, handle)


CellAsked = Annotated[Cell, Depends(chosen_cell)]
WhatIfAsked = Annotated[WhatIf, Depends(chosen_what_if)]
Limit = Annotated[int, Query(ge=1, le=200)]
