"""What PostgreSQL can store of what people send. Pure."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field


def is_storable(text: str) -> bool:
    """It stores neither NUL nor half a surrogate pair."""
    return not any(char == "\0" or "\ud800" <= char <= "\udfff" for char in text)


StorableMoment = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
]
"""What lies at the ends of the calendar cannot be kept under every offset from Greenwich."""
