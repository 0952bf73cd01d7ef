"""Fields that were posted: a small body, or one with photographs, read whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from hotline.attachments.sniff import MOST_BYTES as MOST_OF_FILE
from hotline.errors import InvalidInput

MOST_BYTES = 64 * 1024
MOST_FILES = 5
_MOST_FIELDS = 80
_FORM, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


@dataclass(frozen=True, slots=True)
class SentFile:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Posted:
    """Names and values in the order in which they came."""

    pairs: Sequence[tuple[str, str]]
    files: tuple[SentFile, ...] = ()

    @property
    def fields(self) -> Mapping[str, str]:
        """The last value of each."""
        return dict(self.pairs)

    def several(self, prefix: str) -> Mapping[str, tuple[str, ...]]:
        """All values of the fields whose names begin so, by the rest of the name."""
        found: dict[str, tuple[str, ...]] = {}
        for name, value in self.pairs:
            if name.startswith(prefix) and value:
                key = name.removeprefix(prefix)
                found[key] = (*found.get(key, ()), value)
        return found


async def read_posted(request: Request) -> Posted:
    """Refuses other kinds of bodies and bodies without end."""
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind == _MULTIPART:
        return await _with_files(request)
    if kind != _FORM:
        raise InvalidInput
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise InvalidInput
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise InvalidInput from None
    return Posted([(name, _clean(value)) for name, value in pairs])


async def _with_files(request: Request) -> Posted:
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MOST_FILES * MOST_OF_FILE + MOST_BYTES:
        raise InvalidInput
    try:
        async with request.form(max_files=MOST_FILES, max_fields=_MOST_FIELDS) as form:
            return await _sorted(form.multi_items())
    except HTTPException:
        raise InvalidInput from None


async def _sorted(items: Sequence[tuple[str, UploadFile | str]]) -> Posted:
    """Fields and files apart; a file that nobody chose is none."""
    fields = [(name, _clean(value)) for name, value in items if isinstance(value, str)]
    uploads = [value for _, value in items if isinstance(value, UploadFile)]
    files = [SentFile(one.filename or "", await one.read(MOST_OF_FILE + 1)) for one in uploads]
    return Posted(fields, tuple(file for file in files if file.content))


def _clean(value: str) -> str:
    return value.replace("\x00", "").strip()
