"""JSON of attachments."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel


class AttachmentOut(BaseModel):
    """`verdict`: passed, held or infected; only what passed can be downloaded."""

    id: UUID
    name: str
    media_type: str
    size: int
    verdict: str
    created_at: datetime


class AttachmentList(BaseModel):
    items: list[AttachmentOut]
