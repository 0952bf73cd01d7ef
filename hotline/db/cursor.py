"""A place in a list that is ordered by a moment and an id, as opaque text."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from uuid import UUID

from hotline.errors import InvalidInput


def write_cursor(moment: datetime, row_id: UUID) -> str:
    return urlsafe_b64encode(f"{moment.isoformat()}|{row_id}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[datetime, UUID]:
    """Raises InvalidInput for what `write_cursor` did not write."""
    try:
        plain = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        moment, _, row_id = plain.partition("|")
        return datetime.fromisoformat(moment), UUID(row_id)
    except ValueError as error:
        errors = [{"field": "after", "message": "翻页位置无效。"}]
        raise InvalidInput(errors=errors) from error
