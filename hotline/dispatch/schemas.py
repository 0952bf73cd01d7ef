"""Work orders as the API serves and takes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.db.storable import StorableMoment
from hotline.dispatch.done_photo import photos_lacking
from hotline.dispatch.models import Offer, VendorWorker, WorkOrder, WorkOrderHistory
from hotline.dispatch.rules import Move, Who
from hotline.dispatch.states import (
    Consent,
    DonePhoto,
    OfferChannel,
    OfferState,
    OrderState,
    Urgency,
)
from hotline.tickets.schemas import Strict

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Passage = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids in orders stand for."""

    districts: Mapping[UUID, str] = field(default_factory=dict)
    vendors: Mapping[UUID, tuple[str, str]] = field(default_factory=dict)
    """Vendor id → key and name."""
    workers: Mapping[UUID, VendorWorker] = field(default_factory=dict)


class VendorRef(BaseModel):
    id: UUID
    key: str
    name: str


class WorkerRef(BaseModel):
    """Who goes into the home: masked; the resident alone is told the whole name."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name_masked: str
    badge: str
    has_photo: bool


class WorkOrderTold(BaseModel):
    """A work order as events carry it; personal data is masked. Money in cents."""

    id: UUID
    number: str
    state: OrderState
    urgency: Urgency
    district: str | None
    ticket_id: UUID
    call_id: UUID | None
    entry_id: str
    service: str
    category: str
    needs: str
    caller_masked: str | None
    address_masked: str | None
    wanted_when: str | None
    appointment_at: datetime | None
    is_elder: bool
    consent: Consent
    vendor: VendorRef | None
    chosen_vendor: VendorRef | None
    worker: WorkerRef | None = Field(description="上门人员")
    offer_count: int = Field(description="已派出的次数")
    list_min_cents: int | None
    list_max_cents: int | None
    list_unit: str | None
    quote_cents: int | None
    quote_basis: str | None
    amount_cents: int | None
    done_photo: DonePhoto = Field(description="完工照片：未要求、已交、欠交、免交")
    photos_lacking: int = Field(description="报完工还差几张照片")
    opened_at: datetime
    accepted_at: datetime | None
    arrived_at: datetime | None
    done_at: datetime | None
    resident_accepted_at: datetime | None
    paid_at: datetime | None
    warranty_until: datetime | None
    step_due_at: datetime | None = Field(description="当前环节的时限，过时为超时")
    rating: int | None
    reason_code: str | None
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def told(cls, order: WorkOrder, names: Names, **more: Any) -> Self:
        same = {name: getattr(order, name) for name in _SAME}
        return cls(
            **same,
            **more,
            district=names.districts.get(order.district_id),
            entry_id=order.entry_key,
            vendor=_vendor(order.vendor_id, names),
            chosen_vendor=_vendor(order.chosen_vendor_id, names),
            worker=_worker(order.worker_id, names),
            photos_lacking=photos_lacking(order.category, order.photo_count),
        )


_NAMED = frozenset({"district", "entry_id", "vendor", "chosen_vendor", "worker", "photos_lacking"})
_SAME = tuple(name for name in WorkOrderTold.model_fields if name not in _NAMED)


class WorkOrderOut(WorkOrderTold):
    """A work order as lists show it; personal data is masked. Money in cents."""

    moves: list[Move] = Field(default_factory=list, description="查看者此刻可以进行的操作")

    @classmethod
    def of(cls, order: WorkOrder, names: Names, moves: list[Move] | None = None) -> Self:
        return cls.told(order, names, moves=moves or [])


class OfferOut(BaseModel):
    """One offer with the whole reason why this vendor was asked."""

    id: UUID
    turn: int
    vendor: VendorRef | None
    state: OfferState
    channel: OfferChannel
    offered_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    decline_code: str | None
    decline_note: str | None
    reason: dict[str, Any]

    @classmethod
    def of(cls, offer: Offer, names: Names) -> Self:
        return cls(
            **{name: getattr(offer, name) for name in _OFFER_SAME},
            offered_at=offer.created_at,
            vendor=_vendor(offer.vendor_id, names),
        )


_OFFER_SAME = tuple(name for name in OfferOut.model_fields if name not in ("vendor", "offered_at"))


class OrderStep(BaseModel):
    """One thing that happened to an order."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    name: str
    move: Move | None
    actor_kind: Who
    actor_name: str
    from_state: OrderState | None
    to_state: OrderState
    reason_code: str | None
    note: str | None

    @classmethod
    def of(cls, row: WorkOrderHistory) -> Self:
        return cls.model_validate(row)


class WorkOrderDetail(WorkOrderOut):
    """With its offers and its history, oldest first."""

    offers: list[OfferOut]
    history: list[OrderStep]
    is_vendor_unwanted: bool = Field(description="居民不希望这家服务商再上门")


class AvoidIn(Strict):
    """Whether the resident wants the order's vendor never again."""

    is_unwanted: bool


class WorkOrderPage(BaseModel):
    items: list[WorkOrderOut]
    next: str | None


class OrderCounts(BaseModel):
    """Orders by state, and how many of them are overdue."""

    by_state: dict[OrderState, int]
    overdue: int


class WorkOrderIn(Strict):
    """An order that an agent opens from a ticket; what is left out comes from the ticket."""

    ticket_id: UUID
    entry_id: str | None = Field(None, max_length=100)
    district: str | None = Field(None, max_length=50)
    address: str | None = Field(None, max_length=500)
    caller_number: str | None = Field(None, max_length=30)
    needs: Passage | None = None
    wanted_when: Line | None = None
    appointment_at: StorableMoment | None = None
    consent: Consent = Consent.UNASKED
    vendor_id: UUID | None = Field(None, description="居民指定的服务商")
    is_elder: bool = False
    urgency: Urgency = Urgency.NORMAL


class OrderPatch(Strict):
    """What may be put right until somebody has accepted; left out means unchanged."""

    version: int
    address: str | None = Field(None, max_length=500)
    wanted_when: Line | None = None
    consent: Consent | None = None
    is_elder: bool | None = None


class OrderMoveIn(Strict):
    """A move and what it needs: see the table of moves."""

    move: Move
    version: int
    note: Passage | None = None
    reason_code: Line | None = None
    amount: int | None = Field(None, ge=0, le=10_000_000, description="金额，单位分")
    quantity: float | None = Field(None, gt=0, le=10_000)
    appointment_at: StorableMoment | None = None
    vendor_id: UUID | None = Field(None, description="改派给指定的服务商")
    worker_id: UUID | None = Field(None, description="派去的上门人员")
    photo_excuse: Line | None = Field(None, description="没有完工照片的理由，只有坐席可以填")
    level: int | None = Field(None, ge=1, le=5)
    code: str | None = Field(None, min_length=4, max_length=8, pattern=r"^\d+$")

    def given(self) -> frozenset[str]:
        names = OrderMoveIn.model_fields
        return frozenset(name for name in names if getattr(self, name) is not None)


class CodeIn(Strict):
    code: str = Field(min_length=4, max_length=8, pattern=r"^\d+$")


class CodeJudged(BaseModel):
    """Whether the code was right; the order as it is now."""

    is_right: bool
    order: WorkOrderOut


class CandidateOut(WorkerRef):
    """One of the vendor's workers; `lacking` are papers without which they may not go."""

    is_fit: bool = Field(description="可以派去")
    is_barred: bool = Field(description="已停用")
    lacking: list[str]


class CandidateList(BaseModel):
    items: list[CandidateOut]


def _vendor(vendor_id: UUID | None, names: Names) -> VendorRef | None:
    if vendor_id is None or vendor_id not in names.vendors:
        return None
    key, name = names.vendors[vendor_id]
    return VendorRef(id=vendor_id, key=key, name=name)


def _worker(worker_id: UUID | None, names: Names) -> WorkerRef | None:
    found = names.workers.get(worker_id) if worker_id else None
    return None if found is None else WorkerRef.model_validate(found)
