"""Reads what was posted: a small form, or one with files, in the order in which it came."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from hotline.attachments.sniff import MOST_BYTES
from hotline.opendata.georeport.arguments import Arguments
from hotline.opendata.georeport.faults import unfit

_MOST_FORM = 64 * 1024
_MOST_FIELDS = 100
_MOST_FILES = 5
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Sent:
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Posted:
    arguments: Arguments
    files: tuple[Sent, ...] = ()


async def read_posted(request: Request) -> Posted:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == _FORM:
        return Posted(Arguments(await _pairs(request)))
    if kind == _MULTIPART:
        return await _with_files(request)
    raise unfit(f"请求体应为 {_FORM}（Content-Type must be {_FORM}）。")


async def _pairs(request: Request) -> list[tuple[str, str]]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_FORM:
            raise unfit("内容过大（the request is too large）。")
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise unfit("表单应为 UTF-8，且不超过 100 项（the form is not valid UTF-8）。") from None
    return [(name, _clean(value)) for name, value in pairs]


async def _with_files(request: Request) -> Posted:
    """The media extension: photographs travel in the same request."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > _MOST_FILES * MOST_BYTES:
        raise unfit("内容过大（the request is too large）。")
    pairs: list[tuple[str, str]] = []
    files: list[Sent] = []
    try:
        async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files.append(Sent(value.filename or "", await value.read(MOST_BYTES + 1)))
                else:
                    pairs.append((name, _clean(value)))
    except HTTPException:
        raise unfit("表单读不出来（the form cannot be read）。") from None
    return Posted(Arguments(pairs), tuple(one for one in files if one.content))


def _clean(value: str) -> str:
    return "".join(char for char in value if char != "\0" and not "\ud800" <= char <= "\udfff")
