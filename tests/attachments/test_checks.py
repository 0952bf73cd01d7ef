"""25 files that must not pass, and those that must; what is left of a photo."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from hotline.attachments.images import redrawn
from hotline.attachments.keeping import check
from hotline.attachments.scanner import NoScanner, Verdict, judged
from hotline.attachments.sniff import (
    DOCX,
    JPEG,
    MOST_BYTES,
    PDF,
    PNG,
    FileRefused,
    FileTooLarge,
    kind_of,
)

PDF_FILE = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GPS = 0x8825


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    out = io.BytesIO()
    mode = "RGBA" if form == "PNG" else "RGB"
    Image.new(mode, size, "red").save(out, form, **more)
    return out.getvalue()


def located() -> bytes:
    """A photo that tells where it was taken, by whom, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "CANARY-CAMERA"
    exif.get_ifd(GPS)[2] = (39.0, 40.0, 12.0)
    exif.get_ifd(GPS)[29] = "CANARY-PLACE"
    return picture(exif=exif, comment=b"CANARY-COMMENT")


def document(*members: str, content: bytes = b"<x/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in members:
            archive.writestr(name, content)
    return out.getvalue()


def bomb() -> bytes:
    """A PNG of 60,000 by 60,000 pixels in a hundred bytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + crc

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


WORD = ("[Content_Types].xml", "word/document.xml")
EVIL = {
    "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "b.html": b"<html><script>alert(1)</script>",
    "c.jpg": b"<svg onload=alert(1)>",
    "d.png": picture("JPEG"),
    "e.jpg": picture("PNG"),
    "f.exe": b"MZ\x90\x00",
    "g.pdf": b"MZ\x90\x00",
    "h.pdf": PDF_FILE + b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
    "i.pdf": PDF_FILE + b"/Launch",
    "j.pdf": PDF_FILE + b"/EmbeddedFile",
    "k.docx": document(*WORD, "word/vbaProject.bin"),
    "l.docx": document("evil.txt"),
    "m.docx": document("word/document.xml"),
    "n.xlsx": document(*WORD),
    "o.zip": document("a.txt"),
    "p.docx": b"PK\x03\x04broken",
    "q.docx": document(*WORD, "word/embeddings/oleObject1.bin"),
    "r.docx": document(*WORD, *(f"word/{n}.xml" for n in range(2_100))),
    "s.txt": b"hello",
    "t.gif": b"GIF89a",
    "u.jpg.html": picture("JPEG"),
    "v": picture("JPEG"),
    "w.sh": b"#!/bin/sh\nrm -rf /",
    "x.tiff": b"II*\x00",
    "y.jpg": b"",
}


def test_there_are_twenty_five() -> None:
    assert len(EVIL) == 25


@pytest.mark.parametrize("name", EVIL)
def test_what_is_not_what_it_is_called_or_is_active_is_refused(name: str) -> None:
    with pytest.raises(FileRefused):
        kind_of(EVIL[name], name)


def test_a_document_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(FileRefused):
        kind_of(document(*WORD, content=b"\0" * (60 * 1024 * 1024)), "big.docx")


def test_ten_megabytes_and_no_more() -> None:
    assert kind_of(PDF_FILE.ljust(MOST_BYTES), "a.pdf") is PDF
    with pytest.raises(FileTooLarge):
        kind_of(PDF_FILE.ljust(MOST_BYTES + 1), "a.pdf")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("家门口.JPG", picture(), JPEG),
        ("a.png", picture("PNG"), PNG),
        ("合同.pdf", PDF_FILE, PDF),
        ("说明.docx", document(*WORD), DOCX),
    ],
)
def test_ordinary_files_pass(name: str, content: bytes, kind: object) -> None:
    assert kind_of(content, name) is kind


def test_a_photo_keeps_its_picture_and_nothing_else() -> None:
    before = located()
    assert b"CANARY" in before
    content, kind = redrawn(before, JPEG)
    assert kind is JPEG
    assert b"CANARY" not in content
    with Image.open(io.BytesIO(content)) as image:
        assert dict(image.getexif()) == {}
        assert image.size == (30, 40)  # turned upright
        assert "comment" not in image.info


def test_what_is_hidden_behind_a_picture_goes() -> None:
    content, _ = redrawn(picture() + b"<?php CANARY ?>", JPEG)
    assert b"CANARY" not in content


def test_transparency_stays() -> None:
    content, kind = redrawn(picture("PNG"), PNG)
    assert kind is PNG
    with Image.open(io.BytesIO(content)) as image:
        assert image.mode == "RGBA"


@pytest.mark.parametrize("content", [bomb(), picture(size=(5_000, 4_001)), picture()[:200]])
def test_huge_and_broken_pictures_are_refused(content: bytes) -> None:
    with pytest.raises(FileRefused):
        redrawn(content, PNG)


async def test_the_virus_test_file_is_held() -> None:
    checked = await check(PDF_FILE + EICAR, "a.pdf", NoScanner())
    assert checked.verdict is Verdict.HELD
    assert (await check(PDF_FILE, "a.pdf", NoScanner())).verdict is Verdict.PASSED


async def test_a_scanner_that_is_down_holds_everything_back() -> None:
    class Down:
        async def scan(self, content: bytes, kind: object) -> Verdict:
            raise ConnectionRefusedError

    assert await judged(Down(), picture(), JPEG) is Verdict.HELD
