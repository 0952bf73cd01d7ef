"""Facts (a row per ticket, call, stretch of presence) and the counts that are rolled up from them.

`scopes` of a fact are the organizations that may count it: whoever it belongs to, and all above.
Days are those of the city's wall clock.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, PrimaryKeyConstraint, SmallInteger
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as UUIDColumn
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record

_IDS = ARRAY(UUIDColumn(as_uuid=True))


class StatTicket(Base):
    """A ticket as statistics see it; dates are null for what has not happened."""

    __tablename__ = "stat_ticket"
    __table_args__ = (
        Index("ix_stat_ticket_opened_on", "opened_on"),
        Index("ix_stat_ticket_due_on", "due_on"),
        Index("ix_stat_ticket_closed_on", "closed_on"),
        Index("ix_stat_ticket_dispatched_on", "dispatched_on"),
        Index("ix_stat_ticket_told_on", "told_on"),
    )

    ticket_id: Mapped[UUID] = mapped_column(primary_key=True)
    scopes: Mapped[list[UUID]] = mapped_column(_IDS)
    district_id: Mapped[UUID | None]
    custody_id: Mapped[UUID]
    unit_id: Mapped[UUID | None]
    agent_id: Mapped[UUID | None]
    vendor_id: Mapped[UUID | None]
    kind: Mapped[str]
    channel: Mapped[str]
    subject_code: Mapped[str | None]
    entry_key: Mapped[str | None]
    opened_at: Mapped[datetime]
    opened_on: Mapped[date]
    dispatched_on: Mapped[date | None]
    dispatch_limit_on: Mapped[date | None]
    due_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    assessed_on: Mapped[date | None]
    visit_on: Mapped[date | None]
    told_on: Mapped[date | None]
    bad_on: Mapped[date | None]
    is_valid: Mapped[bool]
    is_merged: Mapped[bool]
    is_direct: Mapped[bool]
    is_final: Mapped[bool]
    is_dispatched_in_time: Mapped[bool]
    is_signed_in_time: Mapped[bool]
    is_returned: Mapped[bool]
    is_return_granted: Mapped[bool]
    is_handled: Mapped[bool]
    is_settled: Mapped[bool]
    is_in_time: Mapped[bool]
    is_early: Mapped[bool]
    is_extended: Mapped[bool]
    is_redone: Mapped[bool]
    is_responded: Mapped[bool]
    is_visited: Mapped[bool]
    is_reached: Mapped[bool]
    is_resolved: Mapped[bool | None]
    is_unasked: Mapped[bool]
    is_rectified: Mapped[bool]
    level: Mapped[int | None] = mapped_column(SmallInteger)
    handled_seconds: Mapped[int | None] = mapped_column(BigInteger)


class StatCall(Base):
    """A call that came in; times in milliseconds."""

    __tablename__ = "stat_call"
    __table_args__ = (Index("ix_stat_call_started_on", "started_on"),)

    call_id: Mapped[UUID] = mapped_column(primary_key=True)
    scopes: Mapped[list[UUID]] = mapped_column(_IDS)
    district_id: Mapped[UUID | None]
    agent_id: Mapped[UUID | None]
    entry_key: Mapped[str | None]
    started_at: Mapped[datetime]
    started_on: Mapped[date]
    is_emergency: Mapped[bool]
    is_ended: Mapped[bool]
    is_queued: Mapped[bool]
    is_answered: Mapped[bool]
    is_abandoned: Mapped[bool]
    target_ms: Mapped[int] = mapped_column(BigInteger)
    wait_ms: Mapped[int | None] = mapped_column(BigInteger)
    talk_ms: Mapped[int | None] = mapped_column(BigInteger)
    asked_count: Mapped[int]
    hit_count: Mapped[int]
    level: Mapped[int | None] = mapped_column(SmallInteger)


class StatPresence(Base):
    """A stretch of one state of a seat; counted once it has ended."""

    __tablename__ = "stat_presence"
    __table_args__ = (Index("ix_stat_presence_account_id", "account_id", "from_at"),)

    change_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    scopes: Mapped[list[UUID]] = mapped_column(_IDS)
    state: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]


class StatDay(Base):
    """How much of a measure an organization counts on a day, by member of a dimension."""

    __tablename__ = "stat_day"

    scope_id: Mapped[UUID] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    member: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class StatMonth(Base):
    """The same by months, for spans of years; `month` is its first day.

    The value stands in the key's index as well: cells of years lie all over the table.
    """

    __tablename__ = "stat_month"
    __table_args__ = (
        PrimaryKeyConstraint(
            "scope_id", "measure", "dimension", "month", "member", postgresql_include=["value"]
        ),
    )

    scope_id: Mapped[UUID] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    dimension: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    member: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class StatHalfHour(Base):
    """The same by half hours, for forecasts and heat maps; `slot` is its beginning."""

    __tablename__ = "stat_half_hour"

    scope_id: Mapped[UUID] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)


class StatCursor(Base):
    """One row: up to which event of which log everything is counted. Its lock makes one writer."""

    __tablename__ = "stat_cursor"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    epoch: Mapped[UUID | None]
    counted_at: Mapped[datetime] = mapped_column(default=clock.now)


class StatReport(Record, Base):
    """A report that somebody keeps: what it asks, and to whom it is mailed when."""

    __tablename__ = "stat_report"

    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"), index=True)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    question: Mapped[dict[str, Any]]
    every: Mapped[str | None]
    recipients: Mapped[list[Any]] = mapped_column(default=list)
    is_shared: Mapped[bool] = mapped_column(default=False)
    sent_on: Mapped[date | None]


class Scorecard(Record, Base):
    """A call or a ticket as a reviewer judged it; `agent_id` is whose work it was."""

    __tablename__ = "scorecard"
    __table_args__ = (
        Index("ix_scorecard_agent_id", "agent_id", "id"),
        Index("ix_scorecard_call_id", "call_id"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    reviewer_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    points: Mapped[dict[str, Any]]
    total: Mapped[int]
    is_passed: Mapped[bool]
    note: Mapped[str]
    read_at: Mapped[datetime | None]
