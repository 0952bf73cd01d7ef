"""JSON of the ledger."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.consents.states import Answer, Channel, Purpose

MOST_OF_A_REASON = 200
Reason = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=2, max_length=MOST_OF_A_REASON, pattern=r"^[^\x00]*$"
    ),
]
_Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[^\x00]*$"),
]


class ConsentOut(BaseModel):
    """`wording` names the words that were read or shown, `key@digest`.

    `reason` is what was written down when it was taken back.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    subject: str
    purpose: Purpose
    answer: Answer
    channel: Channel
    wording: str | None
    account_id: UUID | None
    reason: str | None


class ConsentList(BaseModel):
    items: list[ConsentOut]


class ConsentLine(ConsentOut):
    """With its ticket, or its call where none came of it; who called is shown to nobody on a
    confidential one. `noted_by` is the member of staff, null where the resident answered alone.
    """

    ticket_id: UUID | None
    ticket_number: str | None
    call_id: UUID | None
    caller_masked: str | None
    noted_by: str | None


class ConsentPage(BaseModel):
    items: list[ConsentLine]
    next: UUID | None


class ConsentQuery(BaseModel):
    """In the body, since a telephone number stands in no address. `after` is the cursor."""

    model_config = ConfigDict(extra="forbid")

    ticket_number: _Line | None = None
    phone: _Line | None = None
    purpose: Purpose | None = None
    answer: Answer | None = None
    after: UUID | None = None
    limit: int = Field(50, ge=1, le=200)


class WithdrawIn(BaseModel):
    """What the resident takes back; a recording is not asked for and is not taken back.

    `reason` is kept masked, with the entry and in the audit.
    """

    model_config = ConfigDict(extra="forbid")

    purpose: Purpose
    reason: Reason | None = None
