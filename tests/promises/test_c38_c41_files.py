"""Files that people send."""

import httpx2
import pytest

from hotline.attachments.images import MOST_PIXELS, redrawn
from hotline.attachments.keeping import check
from hotline.attachments.scanner import NoScanner, Verdict, judged
from hotline.attachments.sniff import JPEG, PDF, FileRefused, FileTooLarge, Kind, kind_of
from tests.attachments.test_checks import EICAR, PDF_FILE, document, located, picture
from tests.promises.conftest import Whole
from tests.promises.matter import Matter

PARTS = ("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.svg", b"<svg onload='x'/>"), ("a.html", b"<script>x</script>"), ("a.jpg", PDF_FILE),
     ("a.pdf", picture()), ("a.php", picture()), ("a.jpg.exe", picture()), ("a", picture()),
     ("a.png", b"MZ\x90"), ("a.pdf", PDF_FILE + b"/JavaScript (x)")],
)  # fmt: skip
def test_c38_what_is_not_what_it_is_called_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(FileRefused):
        kind_of(content, name)


def test_c38_a_photo_loses_its_place_and_large_ones_are_refused() -> None:
    drawn, kind = redrawn(located(), JPEG)
    assert kind is JPEG
    assert b"CANARY" not in drawn
    assert b"Exif" not in drawn
    with pytest.raises(FileTooLarge):
        kind_of(picture() + b"\0" * 10 * 1024 * 1024, "a.jpg")
    with pytest.raises(FileRefused):
        redrawn(picture(size=(MOST_PIXELS // 1000 + 1, 1000)), JPEG)


async def test_c39_a_file_comes_back_as_an_attachment_to_whoever_may_see_the_ticket(
    whole: Whole, matter: Matter
) -> None:
    agent = await whole.of("agent-1")
    url = f"/api/v1/tickets/{matter.foreign_id}/attachments"
    name = "../../etc/passwd.jpg"
    sent = await agent.post(url, files={"file": (name, picture(), "image/jpeg")})
    assert sent.status_code == 201, sent.text
    own = f"{url}/{sent.json()['id']}"
    shown = await agent.get(own)
    assert shown.headers["content-disposition"].startswith("attachment;")
    assert shown.headers["x-content-type-options"] == "nosniff"
    kept = list((whole.city.settings.data_dir / "attachments").rglob("*"))
    assert not [path for path in kept if "passwd" in path.name]
    assert (await (await whole.of("supervisor-haibowan")).get(own)).status_code == 404
    async with httpx2.AsyncClient(base_url=whole.city.url) as nobody:
        assert (await nobody.get(own)).status_code == 401


def test_c40_archives_that_unpack_too_far_or_hold_macros_are_refused() -> None:
    assert kind_of(document(*PARTS), "a.docx").extension == ".docx"
    bombs = [
        document(*PARTS, content=b"\0" * 60 * 1024 * 1024),
        document(*PARTS, *(f"word/{number}.xml" for number in range(2_000))),
        document(*PARTS, "word/vbaProject.bin"),
    ]
    for bomb in bombs:
        with pytest.raises(FileRefused):
            kind_of(bomb, "a.docx")


async def test_c41_the_test_virus_is_held_and_a_scanner_that_is_down_holds_everything() -> None:
    infected = PDF_FILE + EICAR
    assert (await check(infected, "a.pdf", NoScanner())).verdict is Verdict.HELD
    assert (await check(PDF_FILE, "a.pdf", NoScanner())).verdict is Verdict.PASSED
    assert await judged(_Down(), PDF_FILE, PDF) is Verdict.HELD


class _Down:
    async def scan(self, content: bytes, kind: Kind) -> Verdict:
        raise TimeoutError
