"""A message as the API and the events serve it."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class MessageOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    from_masked: str
    body: str
    created_at: datetime
