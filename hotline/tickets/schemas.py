"""JSON of tickets, and what their events carry."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from hotline.db.storable import StorableMoment, is_storable
from hotline.tickets.ladder import Card, card_of
from hotline.tickets.models import Ticket
from hotline.tickets.queries import Names
from hotline.tickets.rules import Move
from hotline.tickets.states import Channel, Sealed, Status, TicketKind, Urgency

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Passage = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]\d{2}(-\d{2}){0,2}$")]


class Holder(BaseModel):
    id: UUID
    name: str
    tier: str


class Person(BaseModel):
    id: UUID
    name: str


class TicketTold(BaseModel):
    """A ticket as events carry it: the same for whoever may see it."""

    id: UUID
    number: str
    kind: TicketKind
    subject: str | None
    subject_code: str | None
    title: str
    description: str
    district: str | None
    address_masked: str | None
    status: Status
    urgency: Urgency
    due_at: datetime | None
    resident_due_at: datetime | None
    step_due_at: datetime | None
    due_is_certain: bool
    caller_masked: str | None
    entry_id: str | None
    entry_name: str | None
    call_id: UUID | None
    parent_id: UUID | None
    merged_into_id: UUID | None
    repeat_of_id: UUID | None
    referred_to: str | None = Field(None, description="已转往的热线")
    referral_number: str | None = Field(None, description="对方的受理编号")
    custody: Holder | None
    proposed: Holder | None
    assignee: Person | None
    card: Card | None = Field(None, description="黄牌或红牌")
    supervision_level: int = Field(0, description="督办级别：0 未督办，1 市级，2 分管领导，3 通报")
    urge_count: int = Field(0, description="催办次数")
    confidential: bool
    anonymous: bool
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def told(cls, ticket: Ticket, names: Names, **more: Any) -> Self:
        """A confidential informant's number and address are shown to nobody, masked or not."""
        same = {name: getattr(ticket, name) for name in _SAME}
        hidden = ticket.confidential
        return cls(
            **same,
            **more,
            card=card_of(ticket.rung),
            district=names.district(ticket.district_id),
            address_masked=None if hidden else ticket.address_masked,
            caller_masked=None if hidden else ticket.caller_masked,
            entry_id=ticket.entry_key,
            custody=_holder(ticket.custody_id, names),
            proposed=_holder(ticket.proposed_id, names),
            assignee=_person(ticket.assignee_id, names),
        )


class TicketOut(TicketTold):
    """A ticket for whoever may see it: the caller's own words with personal data masked."""

    moves: list[Move] = Field(default_factory=list, description="查看者此刻可以进行的流转")

    @classmethod
    def of(cls, ticket: Ticket, names: Names, moves: list[Move] | None = None) -> Self:
        return cls.told(ticket, names, moves=moves or [])


_SAME = (
    "id", "number", "kind", "subject", "subject_code", "title", "description", "status",
    "urgency", "due_at", "resident_due_at", "step_due_at", "due_is_certain", "entry_name",
    "call_id", "parent_id", "merged_into_id", "repeat_of_id", "referred_to",
    "referral_number", "supervision_level",
    "urge_count", "confidential", "anonymous", "created_at", "updated_at", "version",
)  # fmt: skip


class TicketPage(BaseModel):
    items: list[TicketOut]
    next: str | None


class TicketCounts(BaseModel):
    """Open tickets by status; what is confidential counts only in fives and more."""

    by_status: dict[Status, int]


class Actor(BaseModel):
    name: str | None
    organization: str | None


class TimelineItem(BaseModel):
    """One thing that happened. `name` is that of the event, `move` the move that was made."""

    id: UUID
    at: datetime
    name: str
    move: str | None
    actor: Actor | None
    from_status: Status | None
    to_status: Status | None
    note: str | None
    holder: Holder | None = Field(None, description="此后的承办机构；没有变动时为空")
    due_was: datetime | None = Field(None, description="变动前的办理时限")
    due_at: datetime | None = Field(None, description="变动后的办理时限")


class Timeline(BaseModel):
    items: list[TimelineItem]


class TicketCommented(BaseModel):
    ticket_id: UUID
    item: TimelineItem


class TicketWithdrawn(BaseModel):
    ticket_id: UUID


class InboxAdded(BaseModel):
    """What lies there is fetched: the event says no more than whose inbox it is."""

    account_id: UUID
    ticket_id: UUID


class Strict(BaseModel):
    """A body: nothing unknown, and nothing that PostgreSQL cannot store."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def _storable(cls, value: object) -> object:
        if isinstance(value, str) and not is_storable(value):
            raise ValueError("must be text")
        return value


class TicketIn(Strict):
    """A ticket that an agent opens."""

    kind: TicketKind
    title: Line
    description: Passage
    district: str | None = Field(None, max_length=50)
    entry_id: str | None = Field(None, max_length=100)
    subject_code: Code | None = None
    address: str | None = Field(None, max_length=500)
    caller_number: str | None = Field(None, max_length=30)
    call_id: UUID | None = None
    confidential: bool = False
    anonymous: bool = False
    urgency: Urgency = Urgency.NORMAL


class TicketPatch(Strict):
    """What may be put right until the ticket is dispatched; left out means unchanged."""

    version: int
    kind: TicketKind | None = None
    title: Line | None = None
    district: str | None = Field(None, max_length=50)
    subject_code: Code | None = None
    address: str | None = Field(None, max_length=500)
    caller_number: str | None = Field(None, max_length=30)
    urgency: Urgency | None = None


class MoveIn(Strict):
    """A move and what it needs: see the table of moves."""

    move: Move
    version: int
    note: Passage | None = None
    reason_code: Line | None = None
    statute: Passage | None = None
    ground: Line | None = None
    organization_id: UUID | None = None
    co_handlers: list[UUID] = Field(default_factory=list, max_length=10)
    parent_id: UUID | None = None
    receiver: Line | None = Field(None, description="转往的热线")
    reference: Line | None = Field(None, description="对方的受理编号")
    working_days: int | None = Field(None, ge=1, le=60)
    review_at: StorableMoment | None = None
    answer: Passage | None = None
    resolved: bool | None = None
    contacted_at: StorableMoment | None = None
    signed_off_by: Line | None = None
    level: int | None = Field(None, ge=1, le=5, description="对办理结果的评价，5 为非常满意")
    unit_level: int | None = Field(None, ge=1, le=5, description="对承办单位的评价")
    agent_level: int | None = Field(None, ge=1, le=5, description="对话务员的评价")

    def given(self) -> frozenset[str]:
        return frozenset(name for name in MoveIn.model_fields if getattr(self, name) is not None)


class ToldMove(MoveIn):
    """A move that the hotline makes on what a resident told it, and by which way."""

    channel: Channel


class SuggestIn(Strict):
    """What has been written down so far."""

    text: Passage
    kind: TicketKind = TicketKind.OTHER
    entry_id: str | None = Field(None, max_length=100)
    district: str | None = Field(None, max_length=50)


class SubjectSuggestion(BaseModel):
    """`reason` is the sentence that came nearest, or the entry's name."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    name: str
    score: float
    reason: str
    is_sure: bool


class UnitSuggestion(Holder):
    """`reason`: `entry` or `subject`, whose unit it is; `history`, who settles such matters."""

    model_config = ConfigDict(from_attributes=True)

    reason: str


class SuggestionsOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    subjects: list[SubjectSuggestion]
    units: list[UnitSuggestion]


class RevealIn(Strict):
    fields: list[Sealed] = Field(min_length=1, max_length=3)
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=500)]


class RevealedOut(BaseModel):
    """Only what was asked for is filled in."""

    caller_number: str | None = None
    address: str | None = None
    description: str | None = None


class UnsealingIn(Strict):
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=500)]


class UnsealingOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    asked_by_id: UUID
    approved_by_id: UUID | None
    valid_until: datetime | None


class SpanOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    kind: str
    start: int
    end: int


class RedactionOut(BaseModel):
    """`spans` are proposed; all of them are hidden, and whatever a person adds."""

    model_config = ConfigDict(from_attributes=True)

    text: str
    spans: list[SpanOut]
    version: int


class RedactionIn(Strict):
    """`hidden` are pairs of first and one-past-last character of the original."""

    hidden: list[tuple[int, int]] = Field(default_factory=list, max_length=200)
    title: Line | None = None
    version: int


class WrittenIn(Strict):
    """What has been written down so far; `ticket_id` is left out of what is found."""

    text: Passage
    district: str | None = Field(None, max_length=50)
    subject_code: Code | None = None
    entry_id: str | None = Field(None, max_length=100)
    address: str | None = Field(None, max_length=500)
    caller_number: str | None = Field(None, max_length=30)
    ticket_id: UUID | None = None


class DuplicateOut(BaseModel):
    """`advice`: urge (own, open), refuse (own, finished), merge (another caller's, open)."""

    ticket: TicketOut
    score: float
    reasons: list[str]
    advice: str


class DuplicatesOut(BaseModel):
    items: list[DuplicateOut]


class CommentIn(Strict):
    """`mentions` are accounts that may see the ticket; each finds it in their inbox."""

    text: Passage
    mentions: list[UUID] = Field(default_factory=list, max_length=20)


class UrgeIn(Strict):
    note: Passage | None = None


class SuperviseIn(Strict):
    level: int = Field(ge=1, le=3)
    note: Passage


class TakeIn(Strict):
    version: int


def _holder(organization_id: UUID | None, names: Names) -> Holder | None:
    found = None if organization_id is None else names.organizations.get(organization_id)
    return None if found is None else Holder(id=found.id, name=found.name, tier=found.tier)


def _person(account_id: UUID | None, names: Names) -> Person | None:
    name = None if account_id is None else names.accounts.get(account_id)
    return None if account_id is None or name is None else Person(id=account_id, name=name)
