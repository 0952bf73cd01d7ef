"""JSON of waiting lines, offers and what an agent may do in a talk."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.calls.schemas import CallOut
from hotline.organizations.schemas import OrganizationRef
from hotline.queueing.models import OfferState
from hotline.tickets.states import Status

Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00]*$")
]
Number = Annotated[str, StringConstraints(pattern=r"^\+?\d{3,15}$")]


class Outcome(StrEnum):
    """How a talk ended, as the agent says; required after every talk."""

    RESOLVED = "resolved"
    TICKET_OPENED = "ticket_opened"
    TRANSFERRED = "transferred"
    CALL_BACK = "call_back"
    NO_NEED = "no_need"
    NUISANCE = "nuisance"
    DROPPED = "dropped"


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class EarlierCall(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    started_at: datetime
    district: str | None
    outcome: str | None


class EarlierTicket(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    number: str
    title: str
    status: Status
    created_at: datetime


class PastOut(BaseModel):
    """The caller's earlier calls and matters, newest first."""

    model_config = ConfigDict(from_attributes=True)

    calls: list[EarlierCall]
    tickets: list[EarlierTicket]


class WrapUpIn(_In):
    """`next` is where the seat goes afterwards."""

    outcome: Outcome
    next: Literal["ready", "break", "offline"] = "ready"


class MuteIn(_In):
    on: bool


class TargetIn(_In):
    """Exactly one: a colleague, a unit of the directory, or a number."""

    account_id: UUID | None = None
    organization_id: UUID | None = None
    number: Number | None = None


class TransferIn(TargetIn):
    """`warm` leaves the call to whoever was consulted; `blind` needs a target, or `to_queue`."""

    mode: Literal["warm", "blind"]
    to_queue: bool = False
    skill: Literal["mandarin", "mongolian"] = "mandarin"


class MonitorIn(_In):
    """The reason is needed to enter a talk, not to change the mode in it or to leave."""

    mode: Literal["listen", "whisper", "barge", "takeover", "stop"]
    reason: Reason = ""


class OutboundIn(_In):
    """Call a resident: about a ticket of theirs, or back about a call of theirs."""

    ticket_id: UUID | None = None
    call_id: UUID | None = None


class OfferOut(BaseModel):
    """An offer rings on the agent's telephone until `expires_at`."""

    offer_id: UUID
    leg_id: UUID
    account_id: UUID
    expires_at: datetime
    call: CallOut


class OfferEnded(BaseModel):
    """An offer that rings no more; `state` says why."""

    offer_id: UUID
    call_id: UUID
    account_id: UUID
    state: OfferState


class OfferPage(BaseModel):
    items: list[OfferOut]
    next: str | None = None


class ServiceLevel(BaseModel):
    """Answered within `target_seconds` of all answered or abandoned after more than 5 s."""

    target_seconds: int
    window_minutes: int
    in_time: int
    counted: int
    share: float | None = Field(description="in_time / counted；没有来电时为空")


class QueueOut(BaseModel):
    """`agents` by state: the desk's own."""

    id: UUID
    organization: OrganizationRef
    skill: str
    is_open: bool
    waiting: int
    callbacks: int
    waiting_since: datetime | None
    longest_wait_seconds: int | None
    agents: dict[str, int]
    service_level: ServiceLevel
    abandoned: int


class QueuePage(BaseModel):
    items: list[QueueOut]
    next: str | None = None
