"""How long a body may be: refused by its head where that tells, else while it comes in."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException

from hotline.web.asgi import Message, Receive

MOST_JSON_BYTES = 1024 * 1024
# A sheet to import may have 20 MB, five photos of a report 50; each edge then asks for less.
MOST_FORM_BYTES = 52 * 1024 * 1024
_FORM = "multipart/form-data"


def limit_of(headers: Mapping[str, str]) -> int:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return MOST_FORM_BYTES if kind == _FORM else MOST_JSON_BYTES


def is_too_long(headers: Mapping[str, str]) -> bool:
    """By what the request says of itself; a length that is no number is too long too."""
    length = headers.get("content-length", "0")
    return not length.isdecimal() or int(length) > limit_of(headers)


def limited(receive: Receive, most: int) -> Receive:
    """Raises HTTPException 413 where more comes in than was announced."""
    taken = 0

    async def receive_limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413)
        return message

    return receive_limited
