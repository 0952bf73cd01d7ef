"""JSON of the desk: views, bulk actions, watching, inbox, who else is here."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from hotline.db.storable import is_storable
from hotline.tickets.desk_models import TicketView, Why
from hotline.tickets.schemas import MoveIn, Passage, Person, Strict, TicketOut

Key = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]


def _storable(value: str) -> str:
    if not is_storable(value):
        raise ValueError("must be text")
    return value


Value = Annotated[str, StringConstraints(max_length=200), AfterValidator(_storable)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class ViewIn(Strict):
    """`query` is the filter as the address of the list has it; `is_shared`: for the organization
    and all below it."""

    name: Name
    query: dict[Key, Value] = Field(max_length=40)
    columns: list[Key] = Field(default_factory=list, max_length=40)
    is_shared: bool = False


class ViewOut(BaseModel):
    """`may_change`: whether whoever asks may rename, replace or remove it."""

    id: UUID
    name: str
    query: dict[str, str]
    columns: list[str]
    is_shared: bool
    organization: str
    may_change: bool

    @classmethod
    def of(cls, view: TicketView, organization: str, *, may_change: bool) -> Self:
        return cls(
            id=view.id, name=view.name, query=view.query, columns=view.columns,
            is_shared=view.account_id is None, organization=organization, may_change=may_change,
        )  # fmt: skip


class ViewList(BaseModel):
    items: list[ViewOut]


class Bulk(StrEnum):
    TAKE = "take"
    COMMENT = "comment"
    MOVE = "move"


class BulkItem(Strict):
    ticket_id: UUID
    version: int


class BulkMove(MoveIn):
    """A move without a version: every ticket brings its own."""

    version: int = 0


class BulkIn(Strict):
    """One action on many tickets. `to_proposed` dispatches each to the unit proposed for it."""

    action: Bulk
    items: list[BulkItem] = Field(min_length=1, max_length=100)
    text: Passage | None = None
    move: BulkMove | None = None
    to_proposed: bool = False

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.action is Bulk.COMMENT and self.text is None:
            raise ValueError("a comment needs a text")
        if self.action is Bulk.MOVE and self.move is None:
            raise ValueError("a move needs what to move")
        if len({item.ticket_id for item in self.items}) != len(self.items):
            raise ValueError("every ticket once")
        return self


class BulkResult(BaseModel):
    """`code` is null where it worked, else that of the refusal."""

    ticket_id: UUID
    code: str | None
    detail: str | None
    ticket: TicketOut | None


class BulkOut(BaseModel):
    """In the order in which it was asked."""

    items: list[BulkResult]


class People(BaseModel):
    items: list[Person]


class Watchers(BaseModel):
    items: list[Person]
    is_mine: bool


class InboxItemOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    why: Why
    ticket_id: UUID
    number: str
    title: str
    name: str
    move: str | None
    note: str | None
    actor: str | None
    read_at: datetime | None


class Inbox(BaseModel):
    """Newest first; `unread` counts all that is unread and still visible."""

    items: list[InboxItemOut]
    unread: int


class InboxRead(Strict):
    """Left out: everything."""

    ids: list[UUID] | None = Field(None, max_length=200)


class ViewerIn(Strict):
    is_writing: bool = False


class ViewerOut(BaseModel):
    id: UUID
    name: str
    is_writing: bool


class Viewers(BaseModel):
    """The others who have the ticket open now."""

    items: list[ViewerOut]


class UnsealingRow(BaseModel):
    """A wish to know who an informant is, for those who may agree to it."""

    id: UUID
    created_at: datetime
    reason: str
    asked_by: str
    is_own: bool
    approved_at: datetime | None
    valid_until: datetime | None


class UnsealingList(BaseModel):
    """Newest first."""

    items: list[UnsealingRow]
