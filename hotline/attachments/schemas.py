"""JSON of attachments."""

from datetime import datetime
from uuid import UUID

from fastapi import UploadFile
from pydantic import BaseModel, ConfigDict, Field


class AttachmentIn(BaseModel):
    """One file of a multipart form."""

    model_config = ConfigDict(extra="forbid")

    file: UploadFile = Field(description="照片、PDF、Office 文档或录音，不超过 10 MB")


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
