"""JSON of subscriptions. The secret is in the answer that makes it, and in no other."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from hotline.db.storable import StorableMoment, is_storable
from hotline.subscriptions.event_types import unknown
from hotline.subscriptions.models import Attempt, Delivery, DeliveryState, Reason, Subscription

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=500)]
Types = Annotated[list[str], Field(min_length=1, max_length=40)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")

    @field_validator("name", "url", check_fields=False)
    @classmethod
    def _storable(cls, value: str | None) -> str | None:
        if value is not None and not is_storable(value):
            raise ValueError("must be text")
        return value

    @field_validator("event_types", check_fields=False)
    @classmethod
    def _known(cls, value: list[str] | None) -> list[str] | None:
        if value is not None and (foreign := unknown(value)):
            raise ValueError(f"unknown event types: {', '.join(foreign)}")
        return value if value is None else sorted(set(value))


class SubscriptionIn(_Strict):
    """`organization_id` left out: the account's own organization."""

    name: Name
    url: Address
    event_types: Types
    organization_id: UUID | None = None


class SubscriptionPatch(_Strict):
    """Left out means unchanged; `is_active` switches off and on again."""

    version: int
    name: Name | None = None
    url: Address | None = None
    event_types: Types | None = None
    is_active: bool | None = None


class SubscriptionOut(BaseModel):
    """`failing_since`: when the deliveries began to fail, if they do."""

    id: UUID
    organization_id: UUID
    organization: str
    name: str
    url: str
    event_types: list[str]
    is_active: bool
    disabled_at: datetime | None
    disabled_reason: Reason | None
    failing_since: datetime | None
    delivered_at: datetime | None
    old_secret_until: datetime | None
    created_at: datetime
    version: int

    @classmethod
    def of(cls, one: Subscription, organization: str) -> Self:
        same = {name: getattr(one, name) for name in _SAME}
        return cls(**same, organization=organization, is_active=one.disabled_at is None)


_SAME = tuple(
    name for name in SubscriptionOut.model_fields if name not in ("organization", "is_active")
)


class SubscriptionMade(SubscriptionOut):
    """With the secret, this once."""

    secret: str


class SubscriptionList(BaseModel):
    items: list[SubscriptionOut]


class EventTypes(BaseModel):
    items: list[str]


class DeliveryOut(BaseModel):
    """`next_at`: when it is tried (again); `sequence` is the number of the event in the log."""

    id: UUID
    event_type: str
    sequence: int | None
    state: DeliveryState
    attempt_count: int
    next_at: datetime | None
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery, **more: Any) -> Self:
        names = ("id", "event_type", "state", "attempt_count", "next_at", "created_at", "ended_at")
        same = {name: getattr(delivery, name) for name in names}
        return cls(**same, sequence=delivery.seq, **more)


class DeliveryPage(BaseModel):
    items: list[DeliveryOut]
    next: str | None


class AttemptOut(BaseModel):
    """`error`: refused_address, timeout, no_connection, broken."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    by_hand: bool
    status_code: int | None
    error: str | None
    duration_ms: int


class DeliveryDetail(DeliveryOut):
    """With what is sent, byte for byte, and every attempt."""

    body: str
    attempts: list[AttemptOut]

    @classmethod
    def with_attempts(cls, delivery: Delivery, attempts: list[Attempt]) -> Self:
        shown = [AttemptOut.model_validate(one) for one in attempts]
        return cls.of(delivery, body=delivery.body, attempts=shown)


class RedeliveryIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    since: StorableMoment


class RedeliveryOut(BaseModel):
    count: int
