"""An event as the API and the socket serve it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class EventSubject(BaseModel):
    type: str
    id: str


class EventOut(BaseModel):
    """`seq` is the cursor; `payload` is the schema that the API serves for the subject."""

    seq: int
    name: str
    at: datetime
    subject: EventSubject
    payload: dict[str, Any]


class EventPage(BaseModel):
    """`position` is the last number of the log, seen or not; start or resume from there."""

    items: list[EventOut]
    next: str | None
    position: int
