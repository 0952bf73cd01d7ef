"""JSON of the statistics. A value comes with numerator and denominator, never alone.

Values and cells are plain: a table has thousands, made of our own numbers.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hotline.calls.schemas import CallOut
from hotline.stats.kpis import Group, Unit
from hotline.stats.load import Load
from hotline.tickets.schemas import TicketOut
from hotline.tickets.states import Status


class KpiDefinition(BaseModel):
    """One indicator, as `docs/kpis.md` describes it; `numerator` are the measures to drill into."""

    model_config = ConfigDict(from_attributes=True)

    key: str
    group: Group
    name: str
    name_en: str
    unit: Unit
    formula: str
    formula_en: str
    excludes: str
    excludes_en: str
    source: str
    source_en: str
    numerator: list[str]
    denominator: list[str]
    target: float | None
    better: str | None
    dimensions: list[str] = Field(description="可以按哪些维度统计")


class KpiDefinitions(BaseModel):
    items: list[KpiDefinition]
    dimensions: list[str]


@dataclass(frozen=True, slots=True)
class ValueOut:
    """`value` null: no sample."""

    value: float | None
    numerator: float
    denominator: float | None


class KpiOut(BaseModel):
    key: str
    now: ValueOut
    previous: ValueOut
    last_year: ValueOut


class PeriodOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    first: date
    last: date


class KpisOut(BaseModel):
    period: PeriodOut
    previous: PeriodOut
    last_year: PeriodOut
    counted_at: datetime | None = Field(description="截至这一时刻的变动已计入")
    items: list[KpiOut]


class MemberOut(BaseModel):
    """A row or a column; `name` is what people read. `group` keeps apart what is not compared."""

    key: str
    name: str
    group: str | None = None


@dataclass(frozen=True, slots=True)
class CellOut:
    row: str
    column: str
    values: dict[str, ValueOut]


class PivotOut(BaseModel):
    """Rows by the first indicator, the largest first; columns in order."""

    period: PeriodOut
    rows: list[MemberOut]
    columns: list[MemberOut]
    cells: list[CellOut]
    rows_left_out: int = Field(default=0, description="太多而没有列出的行")
    columns_left_out: int = Field(default=0, description="太多而没有列出的列")


class PointOut(BaseModel):
    at: str
    values: dict[str, ValueOut]


class SeriesOut(BaseModel):
    period: PeriodOut
    points: list[PointOut]


class HeatOut(BaseModel):
    """`counts[weekday][hour]`, Monday first; `days` is how many days of each weekday there were."""

    period: PeriodOut
    measure: str
    counts: list[list[int]]
    days: list[int]


class TicketRows(BaseModel):
    items: list[TicketOut]
    next: str | None


class CallRows(BaseModel):
    items: list[CallOut]
    next: str | None


class TopicOut(BaseModel):
    """`growth` is today against the mean of the seven days before; `score` how unlikely it is."""

    key: str
    name: str
    area: str | None
    area_key: str | None
    today: int
    mean: float
    growth: float
    score: float


class TopicsOut(BaseModel):
    on: date
    subjects: list[TopicOut]
    words: list[TopicOut]


class BackTestOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    days: int
    daily_error: float
    half_hour_error: float
    bias: float


class SlotOut(BaseModel):
    """A half hour: `seats` by Erlang C, `seats_patient` by Erlang A, `roster` with shrinkage."""

    slot: str
    calls: float
    seats: int
    seats_patient: int
    roster: int
    service_level: float
    average_wait: float
    occupancy: float


class CallerTicket(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: str
    title: str
    status: Status


class RepeatCaller(BaseModel):
    """A number that rang several times; `tickets` are the newest of those that came of it."""

    caller_masked: str
    call_count: int
    last_call_id: UUID
    last_at: datetime
    district: str | None
    ticket_count: int
    tickets: list[CallerTicket]


class RepeatCallers(BaseModel):
    """`least` is from how many calls on a number is listed."""

    period: PeriodOut
    least: int
    items: list[RepeatCaller]


class ForecastOut(BaseModel):
    """`calls` of 48 half hours; null when there is less than a week of history."""

    on: date
    is_working: bool
    calls: list[float] | None
    seen: list[int] | None
    history_days: int
    back_test: BackTestOut | None


class LoadPart(BaseModel):
    """`ratio` is null where nothing was expected."""

    seen: int
    expected: float
    ratio: float | None

    @classmethod
    def of(cls, load: Load) -> Self:
        ratio = None if load.ratio is None else round(load.ratio, 3)
        return cls(seen=load.seen, expected=round(load.expected, 1), ratio=ratio)


class LoadOut(BaseModel):
    """48 half hours of today; nothing is expected where there is less than a week of history."""

    now: datetime
    seen: list[int]
    expected: list[float] | None = None
    last_hour: LoadPart | None = None
    so_far: LoadPart | None = None
    is_above: bool = False


class StaffingOut(BaseModel):
    on: date
    handle_seconds: float
    measured_handle_seconds: float | None
    history_days: int
    slots: list[SlotOut]
    roster_hours: float
    back_test: BackTestOut | None


class DistrictBoard(BaseModel):
    key: str
    name: str
    received_today: int
    received_month: int
    open: int
    overdue: int
    on_time: ValueOut
    satisfied: ValueOut


class IncidentBoard(BaseModel):
    id: UUID
    title: str
    area: str
    status: str
    began_at: datetime
    expected_end: datetime | None


class LineBoard(BaseModel):
    """The line now."""

    waiting: int
    longest_since: datetime | None
    talking: int
    with_machine: int
    emergencies_today: int
    agents: dict[str, int]


class BoardOut(BaseModel):
    """Everything that the wallboard shows; it asks anew when something happens."""

    now: datetime
    organization: str
    line: LineBoard
    today: dict[str, ValueOut]
    month: dict[str, ValueOut]
    calls: list[int]
    expected: list[float] | None
    tickets_by_status: dict[str, int]
    districts: list[DistrictBoard]
    topics: list[TopicOut]
    incidents: list[IncidentBoard]
    orders: dict[str, int]
