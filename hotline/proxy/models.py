"""Rows of proxy handling."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base, Record
from hotline.proxy.states import MatterStatus, PaperState, Result, StepState, Way


def _one_of(column: str, words: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class ProxyMatter(Record, Base):
    """What a resident authorized. `statement` are the words that were agreed to, to the letter.

    `call_id` is the recorded call in which they were, for an authorization by telephone.
    """

    __tablename__ = "proxy_matter"
    __table_args__ = (
        UniqueConstraint("ticket_id"),
        CheckConstraint(_one_of("status", MatterStatus), name="status"),
        CheckConstraint(_one_of("way", Way), name="way"),
        CheckConstraint(f"result IS NULL OR {_one_of('result', Result)}", name="result"),
        CheckConstraint("way <> 'phone' OR call_id IS NOT NULL", name="call"),
        Index("ix_proxy_matter_status", "city_id", "status", "id"),
        Index("ix_proxy_matter_officer", "officer_id", "id"),
    )

    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("ticket.id"))
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    entry_key: Mapped[str]
    entry_name: Mapped[str]
    status: Mapped[str] = mapped_column(default=MatterStatus.AUTHORIZED)
    way: Mapped[str]
    statement: Mapped[str]
    authorized_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    call_id: Mapped[UUID | None] = mapped_column(ForeignKey("call.id"))
    person_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    person_masked: Mapped[str]
    officer_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    result: Mapped[str | None]
    result_note: Mapped[str | None]
    version: Mapped[int] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ProxyPaper(Record, Base):
    """A document of the check-list, counted in and out."""

    __tablename__ = "proxy_paper"
    __table_args__ = (
        UniqueConstraint("matter_id", "position"),
        CheckConstraint(_one_of("state", PaperState), name="state"),
    )

    matter_id: Mapped[UUID] = mapped_column(ForeignKey("proxy_matter.id"))
    position: Mapped[int]
    name: Mapped[str]
    state: Mapped[str] = mapped_column(default=PaperState.NEEDED)
    received_at: Mapped[datetime | None]
    received_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    returned_at: Mapped[datetime | None]
    returned_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class ProxyStep(Record, Base):
    """One step of the way: who does it, and until when once it is its turn."""

    __tablename__ = "proxy_step"
    __table_args__ = (
        UniqueConstraint("matter_id", "position"),
        CheckConstraint(_one_of("state", StepState), name="state"),
        CheckConstraint("working_days BETWEEN 1 AND 60", name="working_days"),
        Index("ix_proxy_step_organization", "organization_id", "state"),
    )

    matter_id: Mapped[UUID] = mapped_column(ForeignKey("proxy_matter.id"))
    position: Mapped[int]
    name: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    working_days: Mapped[int]
    state: Mapped[str] = mapped_column(default=StepState.WAITING)
    began_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str | None]
