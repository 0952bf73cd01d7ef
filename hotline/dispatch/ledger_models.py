"""Rows of the ledger, of settlements and of pay-outs. Money is in cents, whole numbers only.

Entries, lines and statements are only ever added to: a trigger refuses everything else, whoever
asks. The lines of an entry sum to zero, which the database checks when the transaction commits.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Sequence,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from hotline import clock
from hotline.db import Base, Record, uuid7
from hotline.dispatch.ledger import Account, EntryKind

ledger_number = Sequence("ledger_number", metadata=Base.metadata)
payout_number = Sequence("payout_number", metadata=Base.metadata)


class PayoutPurpose(StrEnum):
    """Why money leaves a bank account; each way out needs two persons."""

    BALANCE = "balance"  # 应付服务商
    DEPOSIT = "deposit"  # 退还保证金
    COMPENSATION = "compensation"  # 以保证金先行赔付居民


class PayoutState(StrEnum):
    PREPARED = "prepared"  # 待复核
    APPROVED = "approved"  # 已复核，待付款
    PAID = "paid"  # 已付款
    REFUSED = "refused"  # 复核不通过
    RETURNED = "returned"  # 银行退回


def _one_of(column: str, words: type[StrEnum]) -> str:
    return f"{column} IN ({', '.join(repr(str(word)) for word in words)})"


class LedgerEntry(Base):
    """One posting. `payable_on`: not before this day is it paid out (T+7 after the order)."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint(_one_of("kind", EntryKind), name="kind"),
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reversal"),
        CheckConstraint("line_count >= 2", name="line_count"),
        UniqueConstraint("number"),
        UniqueConstraint("reverses_id"),
        UniqueConstraint("id", "vendor_id"),
        Index("ix_ledger_entry_vendor", "vendor_id", "number"),
        Index("ix_ledger_entry_city", "city_id", "booked_on"),
        Index(
            "ix_ledger_entry_order", "work_order_id", postgresql_where="work_order_id IS NOT NULL"
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    number: Mapped[int] = mapped_column(BigInteger)
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor.id"))
    kind: Mapped[str]
    booked_on: Mapped[date]
    payable_on: Mapped[date]
    line_count: Mapped[int] = mapped_column(SmallInteger)
    work_order_id: Mapped[UUID | None] = mapped_column(ForeignKey("work_order.id"))
    payout_id: Mapped[UUID | None] = mapped_column(ForeignKey("payout.id"))
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_entry.id"))
    note: Mapped[str]
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class LedgerLine(Base):
    """A debit (above nothing) or a credit (below) on one account of the entry's vendor."""

    __tablename__ = "ledger_line"
    __table_args__ = (
        ForeignKeyConstraint(
            ["entry_id", "vendor_id"],
            ["ledger_entry.id", "ledger_entry.vendor_id"],
            name="fk_ledger_line_entry",
        ),
        CheckConstraint(_one_of("account", Account), name="account"),
        CheckConstraint("cents <> 0", name="cents"),
        Index("ix_ledger_line_vendor", "vendor_id", "account"),
    )

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    vendor_id: Mapped[UUID]
    account: Mapped[str]
    cents: Mapped[int] = mapped_column(BigInteger)


class FeeRules(Base):
    """The rules of the hotline's fee; the newest of those that are valid counts."""

    __tablename__ = "fee_rules"
    __table_args__ = (Index("ix_fee_rules_city", "city_id", "valid_from", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    set_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    valid_from: Mapped[date]
    rules: Mapped[list[Any]]


class Settlement(Base):
    """A month that is settled: no entry is booked into it any more."""

    __tablename__ = "settlement"
    __table_args__ = (
        CheckConstraint("extract(day FROM month) = 1", name="month"),
        UniqueConstraint("city_id", "month"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    month: Mapped[date]
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))


class Statement(Base):
    """A vendor's month as it was settled. Balances: what is owed to the vendor, above nothing."""

    __tablename__ = "settlement_statement"
    __table_args__ = (
        UniqueConstraint("settlement_id", "vendor_id"),
        UniqueConstraint("number"),
        Index("ix_settlement_statement_vendor", "vendor_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    settlement_id: Mapped[UUID] = mapped_column(ForeignKey("settlement.id"))
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor.id"))
    number: Mapped[str]
    vendor_name: Mapped[str]
    category: Mapped[str]
    order_count: Mapped[int]
    turnover_cents: Mapped[int] = mapped_column(BigInteger)
    opening_cents: Mapped[int] = mapped_column(BigInteger)
    closing_cents: Mapped[int] = mapped_column(BigInteger)
    frozen_cents: Mapped[int] = mapped_column(BigInteger)
    deposit_cents: Mapped[int] = mapped_column(BigInteger)
    by_kind: Mapped[dict[str, Any]]


class Payout(Record, Base):
    """Money that leaves: prepared by one person, approved by another, then paid."""

    __tablename__ = "payout"
    __table_args__ = (
        CheckConstraint(_one_of("state", PayoutState), name="state"),
        CheckConstraint(_one_of("purpose", PayoutPurpose), name="purpose"),
        CheckConstraint("cents > 0", name="cents"),
        CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> prepared_by_id", name="two_persons"
        ),
        CheckConstraint(
            "state IN ('prepared', 'refused') OR approved_by_id IS NOT NULL", name="approved"
        ),
        UniqueConstraint("number"),
        Index("ix_payout_city", "city_id", "id"),
        Index("ix_payout_vendor", "vendor_id", "id"),
        Index(
            "uq_payout_prepared", "vendor_id", "purpose", unique=True,
            postgresql_where="state = 'prepared'",
        ),
    )  # fmt: skip

    number: Mapped[str]
    city_id: Mapped[UUID] = mapped_column(ForeignKey("organization.id"))
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor.id"))
    settlement_id: Mapped[UUID | None] = mapped_column(ForeignKey("settlement.id"))
    work_order_id: Mapped[UUID | None] = mapped_column(ForeignKey("work_order.id"))
    purpose: Mapped[str] = mapped_column(default=PayoutPurpose.BALANCE)
    cents: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(default=PayoutState.PREPARED)
    prepared_by_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    bank_reference: Mapped[str | None]
    note: Mapped[str]
    reason: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
