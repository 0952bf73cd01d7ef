"""Vendors' files as the API serves and takes them; what names people is masked."""

from datetime import date, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import UploadFile
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from hotline.directory.models import Vendor
from hotline.directory.required_papers import lacking
from hotline.directory.vendors import expired_papers, has_papers
from hotline.dispatch.schemas import Line, Passage
from hotline.dispatch.states import (
    ObjectionState,
    OfferChannel,
    PaperState,
    ReviewState,
    ReviewSubject,
)
from hotline.tickets.schemas import Strict

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{2,60}$")]
Hours = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]


class PriceOut(BaseModel):
    """Yuan for one unit; `service` is what the directory calls it."""

    service_id: str
    service: str
    unit: str
    price_min: float
    price_max: float


class PaperOut(BaseModel):
    """A paper that counts now."""

    document: str
    number: str
    expires: date


class VendorOut(BaseModel):
    """A vendor as lists show it. `status` is the one that counts; `lacking` are papers that are
    missing or have run out, `unserved` the services for which it is not sent because of that."""

    id: UUID
    key: str
    name: str
    category: str
    districts: list[str]
    status: str
    grade: str
    rating: float
    hours: str
    capacity: int
    joined_on: date
    service_ids: list[str]
    lacking: list[str]
    unserved: list[str]
    next_expiry: date | None

    @classmethod
    def of(cls, vendor: Vendor, service_ids: list[str], today: date) -> Self:
        days = [date.fromisoformat(one["expires"]) for one in vendor.vetting]
        missing = (*lacking(vendor.vetting, service_ids, today),
                   *expired_papers(vendor.vetting, today))  # fmt: skip
        return cls(
            **{name: getattr(vendor, name) for name in _SAME},
            status=vendor.standing,
            service_ids=service_ids,
            lacking=list(dict.fromkeys(missing)),
            unserved=[key for key in service_ids if not has_papers(vendor.vetting, key, today)],
            next_expiry=min(days, default=None),
        )


_SAME = (
    "id", "key", "name", "category", "districts", "grade", "rating", "hours", "capacity",
    "joined_on",
)  # fmt: skip


class DocumentOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    worker_id: UUID | None
    kind: str
    number: str
    issuer: str
    expires_on: date
    state: PaperState
    has_scan: bool
    created_at: datetime


class WorkerOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name_masked: str
    identity_masked: str
    badge: str
    state: PaperState
    has_photo: bool


class PersonOut(BaseModel):
    """Somebody of the vendor who may answer offers and move orders."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name_masked: str
    phone_masked: str
    created_at: datetime


class ObjectionOut(BaseModel):
    """What somebody knows against a firm on public notice, masked, and what came of it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    words: str
    wants_answer: bool = Field(description="留了电话，答复后发短信")
    state: ObjectionState
    answer: str | None
    answered_at: datetime | None


class ObjectionAnswerIn(Strict):
    """One that holds bars the approval."""

    is_upheld: bool
    answer: Passage


class ReviewOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    vendor_id: UUID
    vendor_name: str
    subject: ReviewSubject
    subject_id: UUID
    state: ReviewState
    created_at: datetime
    collected_at: datetime | None
    collected_note: str | None
    notice_until: datetime | None = Field(description="公示截止")
    decided_at: datetime | None
    reason: str | None
    proposed: dict[str, Any] | None = Field(description="拟改成的内容，只列有变化的")
    objections: list[ObjectionOut] = Field(description="公示期间收到的异议")


class VendorFileOut(VendorOut):
    """Everything about a vendor; its registered telephone masked."""

    version: int
    contact: str
    address: str
    lat: float
    lon: float
    phone_masked: str
    channel: OfferChannel
    legal_name: str | None
    credit_code: str | None
    cooling_until: datetime | None
    renew_on: date | None
    price_list: list[PriceOut]
    papers: list[PaperOut]
    documents: list[DocumentOut]
    workers: list[WorkerOut]
    people: list[PersonOut]
    reviews: list[ReviewOut]


class VendorPage(BaseModel):
    items: list[VendorOut]
    next: str | None


class ReviewPage(BaseModel):
    items: list[ReviewOut]
    next: str | None


class ExpiryOut(BaseModel):
    """`worker`: whose certificate it is, masked; none for a paper of the firm."""

    vendor_id: UUID
    vendor_name: str
    worker: str | None
    document: str
    expires: date
    days_left: int


class ExpiryList(BaseModel):
    items: list[ExpiryOut]


class PriceIn(Strict):
    service_id: Key
    unit: Line
    price_min: float = Field(ge=0, le=1_000_000)
    price_max: float = Field(ge=0, le=1_000_000)

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.price_max < self.price_min:
            raise ValueError("最高价不能低于最低价")
        return self


class VendorIn(Strict):
    """A firm that wants to be sent to homes. Without a key it gets one; without a place on the map
    it stands where its address says."""

    key: Key | None = None
    name: Line
    category: Line
    districts: list[Line] = Field(min_length=1, max_length=20)
    phone: Line
    contact: Line
    address: Line
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    hours: Hours
    capacity: int = Field(ge=1, le=500)
    price_list: list[PriceIn] = Field(min_length=1, max_length=200)
    channel: OfferChannel = OfferChannel.CALL
    legal_name: Line
    credit_code: str = Field(min_length=18, max_length=18)


class VendorPatch(Strict):
    """Left out means unchanged. How it is reached and what it can take on changes at once; name,
    place, districts, prices and the firm's legal side after two persons have looked."""

    version: int
    phone: Line | None = None
    channel: OfferChannel | None = None
    hours: Hours | None = None
    capacity: int | None = Field(None, ge=1, le=500)
    contact: Line | None = None
    name: Line | None = None
    category: Line | None = None
    districts: list[Line] | None = Field(None, min_length=1, max_length=20)
    address: Line | None = None
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    price_list: list[PriceIn] | None = Field(None, min_length=1, max_length=200)
    legal_name: Line | None = None
    credit_code: str | None = Field(None, min_length=18, max_length=18)


class DocumentIn(Strict):
    kind: Line
    number: Line
    issuer: Line
    expires_on: date
    worker_id: UUID | None = None
    attachment_id: UUID | None = None


class WorkerIn(Strict):
    name: Line
    identity: str = Field(min_length=18, max_length=18)
    badge: Line


class PersonIn(Strict):
    name: Line
    phone: Line


class PaperFileIn(BaseModel):
    """A scan (PDF or picture) or a photo; what it is is read from its content."""

    model_config = ConfigDict(extra="forbid")

    file: UploadFile


class ServiceOut(BaseModel):
    """A service of the directory that vendors do, and the papers that it asks for."""

    id: str
    name: str
    category: str
    papers: list[str]


class ServiceList(BaseModel):
    items: list[ServiceOut]
    of_worker: list[str]


class CollectIn(Strict):
    note: Passage


class RefuseIn(Strict):
    reason: Passage


class PagesLinkOut(BaseModel):
    """Whether a text message with the link to the vendor's own pages went out."""

    is_sent: bool
