"""JSON of the texts of messages."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from hotline.db.storable import is_storable
from hotline.messages.wording import LONGEST

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]


class MessageTextIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: Words

    @field_validator("text")
    @classmethod
    def _storable(cls, value: str) -> str:
        if not is_storable(value):
            raise ValueError("含有不能保存的字符")
        return value


class MessagePreview(BaseModel):
    """`faults` in words; `message` with sample values, counted as the network counts."""

    faults: list[str]
    message: str
    characters: int
    segments: int


class MessageTextOut(BaseModel):
    """`own` is this organization's text, `inherited` what is sent without it."""

    key: str
    shipped: str
    inherited: str
    own: str | None
    variables: list[str]
    preview: MessagePreview


class MessageTextList(BaseModel):
    items: list[MessageTextOut]


class MessageTextVersion(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    version: int
    text: str
    created_at: datetime
    created_by: UUID | None
    created_by_name: str | None = None


class MessageTextHistory(BaseModel):
    """Newest first."""

    items: list[MessageTextVersion]
