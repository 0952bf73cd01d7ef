"""JSON of canned texts."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from hotline.canned_texts.models import CannedText, Use
from hotline.organizations.speakable import storable
from hotline.tickets.states import TicketKind, Urgency

LONGEST = 1_000

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,20}$")]
Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    AfterValidator(storable),
]
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=LONGEST),
    AfterValidator(storable),
]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class CannedTextIn(BaseModel):
    """`key` is typed after a slash, `slot` is the digit of Alt+digit; the rest makes a macro."""

    model_config = ConfigDict(extra="forbid")

    key: Key
    slot: Annotated[int, Field(ge=1, le=9)] | None = None
    label_zh: Label
    label_en: Label
    text: Words
    uses: Annotated[frozenset[Use], Field(min_length=1)]
    kind: TicketKind | None = None
    subject_code: Annotated[str, Field(max_length=20), AfterValidator(storable)] | None = None
    urgency: Urgency | None = None


class CannedTextPut(CannedTextIn):
    """All of it anew."""

    version: Version


class CannedTextOut(BaseModel):
    id: UUID
    organization: str
    is_own: bool
    """Whether whoever asks may change it."""
    key: str
    slot: int | None
    label_zh: str
    label_en: str
    text: str
    uses: list[Use]
    kind: TicketKind | None
    subject_code: str | None
    urgency: Urgency | None
    version: int

    @classmethod
    def of(cls, row: CannedText, *, organization: str, is_own: bool) -> Self:
        return cls(
            id=row.id,
            organization=organization,
            is_own=is_own,
            key=row.key,
            slot=row.slot,
            label_zh=row.label_zh,
            label_en=row.label_en,
            text=row.text,
            uses=[Use(use) for use in row.uses],
            kind=TicketKind(row.kind) if row.kind else None,
            subject_code=row.subject_code,
            urgency=Urgency(row.urgency) if row.urgency else None,
            version=row.version,
        )


class CannedTextList(BaseModel):
    items: list[CannedTextOut]


class TextingIn(BaseModel):
    """Which of the vetted texts the resident of a ticket is sent."""

    model_config = ConfigDict(extra="forbid")

    canned_text_id: UUID


class CannedTextChanged(BaseModel):
    id: UUID
