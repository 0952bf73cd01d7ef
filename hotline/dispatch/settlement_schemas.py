"""JSON of the ledger, settlements and pay-outs. Money in cents."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from hotline.db.storable import is_storable
from hotline.dispatch.ledger import Account, EntryKind
from hotline.dispatch.ledger_fees import FeeRule
from hotline.dispatch.ledger_models import PayoutPurpose, PayoutState
from hotline.dispatch.settlement_reconcile import Check

Cents = Annotated[int, Field(ge=-(10**11), le=10**11, description="分")]
Amount = Annotated[int, Field(gt=0, le=10**11, description="分")]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
MonthText = Annotated[str, StringConstraints(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]

ByHand = Literal[
    EntryKind.DEPOSIT, EntryKind.PENALTY, EntryKind.CORRECTION, EntryKind.SUBSIDY, EntryKind.RECEIPT
]


class _In(BaseModel):
    """A body: nothing unknown, and nothing that PostgreSQL cannot store."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def _storable(cls, value: object) -> object:
        if isinstance(value, str) and not is_storable(value):
            raise ValueError("含有不能保存的字符")
        return value


class LedgerLineOut(BaseModel):
    account: Account
    cents: int = Field(description="正为借方，负为贷方")


class LedgerEntryOut(BaseModel):
    id: UUID
    number: int
    at: datetime
    booked_on: date
    payable_on: date
    vendor_id: UUID
    kind: EntryKind
    note: str
    work_order_id: UUID | None
    payout_id: UUID | None
    reverses_id: UUID | None
    is_taken_back: bool
    lines: list[LedgerLineOut]


class JournalOut(BaseModel):
    """A vendor's account: what is owed to it (below nothing: by it), and its entries."""

    vendor_id: UUID
    vendor_name: str
    owed_cents: int
    payable_cents: int
    frozen_cents: int
    deposit_cents: int
    items: list[LedgerEntryOut]
    next: str | None


class LedgerEntryIn(_In):
    """`cents` may be below nothing for a correction alone."""

    kind: ByHand
    cents: Cents
    note: _Text
    is_from_deposit: bool = False
    work_order_id: UUID | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.cents == 0 or (self.cents < 0 and self.kind is not EntryKind.CORRECTION):
            raise ValueError("金额应大于零；只有更正可以为负")
        if self.kind is EntryKind.SUBSIDY and self.work_order_id is None:
            raise ValueError("补贴应对应一张派单")
        if self.is_from_deposit and self.kind is not EntryKind.PENALTY:
            raise ValueError("只有违约金可以从保证金扣除")
        return self


class SettlementReasonIn(_In):
    reason: _Text


class FeeRuleLine(_In):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    categories: Annotated[list[str], Field(max_length=50)] = Field(default_factory=list)
    basis_points: Annotated[int, Field(ge=0, le=3_000, description="万分之几")] = 0
    fixed_cents: Annotated[int, Field(ge=0, le=100_000)] = 0
    least_cents: Annotated[int, Field(ge=0, le=100_000)] = 0
    most_cents: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    free_orders: Annotated[int, Field(ge=0, le=1_000)] = 0
    is_for_elders: bool | None = None

    @classmethod
    def of(cls, rule: FeeRule) -> Self:
        return cls(**(asdict(rule) | {"categories": sorted(rule.categories)}))


class FeeRulesIn(_In):
    version: int
    valid_from: date
    rules: Annotated[list[FeeRuleLine], Field(max_length=50)]


class FeeRulesOut(BaseModel):
    """`version` counts how often a city has set them."""

    version: int
    rules: list[FeeRuleLine]


class SettlementIn(_In):
    month: MonthText


class VendorStatementOut(BaseModel):
    """`closing_cents`: owed to the vendor, below nothing by it; `payable_cents` is of now."""

    id: UUID
    settlement_id: UUID
    month: str
    number: str
    vendor_id: UUID
    vendor_name: str
    category: str
    order_count: int
    turnover_cents: int
    opening_cents: int
    closing_cents: int
    frozen_cents: int
    deposit_cents: int
    by_kind: dict[str, int]
    payable_cents: int | None = None
    payout: "PayoutOut | None" = None


class SettlementOut(BaseModel):
    id: UUID
    month: str
    created_at: datetime
    made_by: str | None
    statement_count: int
    order_count: int
    turnover_cents: int
    fee_cents: int
    closing_cents: int


class SettlementPage(BaseModel):
    """`due_month`: the month that may be settled next, once it is over."""

    items: list[SettlementOut]
    due_month: str | None
    is_due: bool


class StatementList(BaseModel):
    items: list[VendorStatementOut]


class ComparedPartOut(BaseModel):
    subject_id: UUID
    expected_cents: int
    actual_cents: int


class ComparedOut(BaseModel):
    check: Check
    label: str
    expected_cents: int
    actual_cents: int
    is_equal: bool
    differences: list[ComparedPartOut]


class ReconciliationOut(BaseModel):
    is_balanced: bool
    checks: list[ComparedOut]


class PayoutIn(_In):
    """Without `cents`: all that may be paid now."""

    vendor_id: UUID
    purpose: PayoutPurpose = PayoutPurpose.BALANCE
    cents: Amount | None = None
    settlement_id: UUID | None = None
    work_order_id: UUID | None = None
    note: _Text

    @model_validator(mode="after")
    def _compensates_for_an_order(self) -> Self:
        if self.purpose is PayoutPurpose.COMPENSATION and self.work_order_id is None:
            raise ValueError("先行赔付应对应一张派单")
        return self


class PayoutOut(BaseModel):
    id: UUID
    number: str
    vendor_id: UUID
    vendor_name: str
    settlement_id: UUID | None
    purpose: PayoutPurpose
    cents: int
    state: PayoutState
    note: str
    reason: str | None
    bank_reference: str | None
    prepared_by: str | None
    approved_by: str | None
    is_mine: bool = Field(description="由查看者提交，因此不能由其复核")
    created_at: datetime
    decided_at: datetime | None
    paid_at: datetime | None
    version: int


class PayoutPage(BaseModel):
    items: list[PayoutOut]
    next: str | None


class PayoutsPrepared(BaseModel):
    items: list[PayoutOut]


class PaidIn(_In):
    bank_reference: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=4, max_length=60)
    ]


VendorStatementOut.model_rebuild()


class AccountsChanged(BaseModel):
    settlement_id: UUID | None
