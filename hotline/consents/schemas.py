"""JSON of the ledger."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from hotline.consents.states import Answer, Channel, Purpose


class ConsentOut(BaseModel):
    """`wording` names the words that were read or shown, `key@digest`."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    subject: str
    purpose: Purpose
    answer: Answer
    channel: Channel
    wording: str | None
    account_id: UUID | None


class ConsentList(BaseModel):
    items: list[ConsentOut]


class WithdrawIn(BaseModel):
    """What the resident takes back; a recording is not asked for and is not taken back."""

    model_config = ConfigDict(extra="forbid")

    purpose: Purpose
