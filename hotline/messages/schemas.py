"""A message as the API and the events serve it."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from hotline.messages.states import SendState


class MessageOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    from_masked: str
    body: str
    created_at: datetime


class OutgoingOut(BaseModel):
    """`error` is the network's code, or why it was not sent."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    subject: str
    template: str
    to_masked: str
    state: SendState
    created_at: datetime
    send_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None
    error: str | None


class OutgoingList(BaseModel):
    items: list[OutgoingOut]
