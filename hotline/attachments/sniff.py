"""What a file really is, by its content. Pure."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from hotline.errors import HotlineError

MOST_BYTES = 10 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_MEMBERS = 2_000
_HEAD = 4_096


class FileRefused(HotlineError):
    status, code, detail = 422, "file_refused", "不接受这种文件。"


class FileTooLarge(HotlineError):
    status, code, detail = 413, "file_too_large", "文件不能超过 10 MB。"


@dataclass(frozen=True, slots=True)
class Kind:
    """A type that is accepted; images are drawn anew."""

    media_type: str
    extension: str
    extensions: frozenset[str]
    is_image: bool = False


JPEG = Kind("image/jpeg", ".jpg", frozenset({".jpg", ".jpeg", ".jfif"}), is_image=True)
PNG = Kind("image/png", ".png", frozenset({".png"}), is_image=True)
WEBP = Kind("image/webp", ".webp", frozenset({".webp"}), is_image=True)
PDF = Kind("application/pdf", ".pdf", frozenset({".pdf"}))
WAV = Kind("audio/wav", ".wav", frozenset({".wav"}))
MP3 = Kind("audio/mpeg", ".mp3", frozenset({".mp3"}))
_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = Kind(f"{_OFFICE}.wordprocessingml.document", ".docx", frozenset({".docx"}))
XLSX = Kind(f"{_OFFICE}.spreadsheetml.sheet", ".xlsx", frozenset({".xlsx"}))
PPTX = Kind(f"{_OFFICE}.presentationml.presentation", ".pptx", frozenset({".pptx"}))
MEDIA_TYPES = tuple(kind.media_type for kind in (JPEG, PNG, WEBP, PDF, WAV, MP3, DOCX, XLSX, PPTX))
_OFFICE_PARTS: Mapping[str, Kind] = {
    "word/document.xml": DOCX,
    "xl/workbook.xml": XLSX,
    "ppt/presentation.xml": PPTX,
}
_MACROS = ("vbaproject.bin", "activex", "oleobject", "embeddings/")
_ACTIVE_PDF = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")


def kind_of(content: bytes, name: str) -> Kind:
    """Raises FileTooLarge, or FileRefused for what is unknown, active, or not what it is called."""
    if len(content) > MOST_BYTES:
        raise FileTooLarge
    kind = _by_head(content)
    if kind is None or PurePath(name).suffix.lower() not in kind.extensions:
        raise FileRefused
    if kind is PDF and any(word in content for word in _ACTIVE_PDF):
        raise FileRefused
    return kind


def _by_head(content: bytes) -> Kind | None:
    head = content[:_HEAD]
    riff = head[8:12] if head.startswith(b"RIFF") else b""
    known = (
        (head.startswith(b"\xff\xd8\xff"), JPEG),
        (head.startswith(b"\x89PNG\r\n\x1a\n"), PNG),
        (riff == b"WEBP", WEBP),
        (riff == b"WAVE", WAV),
        (head.startswith(b"%PDF-"), PDF),
        (head.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")), MP3),
    )
    found = next((kind for holds, kind in known if holds), None)
    if found is not None:
        return found
    return _office(content) if head.startswith(b"PK\x03\x04") else None


def _office(content: bytes) -> Kind | None:
    """Only its directory is read, nothing is unpacked; bombs and macros are no documents."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        return None
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED:
        return None
    return _office_of({one.filename.lower() for one in members})


def _office_of(names: set[str]) -> Kind | None:
    has_macros = any(word in name for name in names for word in _MACROS)
    if has_macros or "[content_types].xml" not in names:
        return None
    return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), None)
