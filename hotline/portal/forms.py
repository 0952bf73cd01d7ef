"""Fields that were posted: a small body, read whole."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from fastapi import Request

from hotline.errors import InvalidInput

MOST_BYTES = 64 * 1024
_MOST_FIELDS = 50


async def posted_fields(request: Request) -> Mapping[str, str]:
    """The last value of each field; refuses other kinds of bodies and bodies without end."""
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind != "application/x-www-form-urlencoded":
        raise InvalidInput
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise InvalidInput
    try:
        fields = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise InvalidInput from None
    return {name: value.replace("\x00", "").strip() for name, value in fields}
