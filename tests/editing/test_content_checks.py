"""Links that lead nowhere and hours that cannot be right become tasks, once."""

from datetime import date, datetime
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.clock import LOCAL
from hotline.directory.models import DirectoryEntry
from hotline.editing import queries
from hotline.editing.content_checks import Doubt, dead_links, raise_doubt
from hotline.editing.models import CorrectionKind, CorrectionState
from hotline.editing.settling import settle_correction
from hotline.editing.soundness import doubt_about_hours, links_in
from tests.editing.conftest import Editor

KEY = "svc-id-renew"
WEDNESDAY = datetime(2026, 11, 25, 11, 0, tzinfo=LOCAL)


def test_links_are_found_wherever_they_are_written() -> None:
    content = {
        "details": "见 https://example.org/a?b=1。另见https://example.org/a?b=1，",
        "channels": ["网上 https://example.net/x.", "窗口"], "number": 3, "hours": None,
    }  # fmt: skip
    assert links_in(content) == ("https://example.org/a?b=1", "https://example.net/x")


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ("Mo-Fr 08:30-12:00,14:30-18:00; PH off", None),
        ("24/7", None),
        ("Mo-Fr 09:00-17:00; 2026 Dec 24-2027 Jan 03 off", None),
        ("周一到周五", "读不懂"),
        ("off", "两周之内没有开门"),
        ("2027 Jun 01 09:00-12:00", "两周之内没有开门"),
        ("Mo-Fr 09:00-17:00; 2025 Oct 01-2025 Oct 07 off", "已过去"),
    ],
)
def test_hours_that_cannot_be_right_are_doubted(hours: str, told: str | None) -> None:
    doubt = doubt_about_hours(hours, WEDNESDAY, date(2026, 11, 25))
    assert (doubt is None) == (told is None), doubt
    assert told is None or told in str(doubt)


def _web(request: httpx2.Request) -> httpx2.Response:
    """`/gone` is not there, `/lost` cannot be reached."""
    if "lost" in request.url.path:
        raise httpx2.ConnectError("no route", request=request)
    codes = {"/gone": 404, "/moved": 301, "/closed": 403, "/broken": 500}
    return httpx2.Response(codes.get(request.url.path, 200))


async def test_what_is_not_found_or_not_reached_is_dead() -> None:
    links = [f"https://a.example{path}" for path in
             ("/", "/gone", "/moved", "/closed", "/broken", "/lost")]  # fmt: skip
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(_web)) as client:
        dead = await dead_links(client, links)
        assert {link.rpartition("/")[2] for link in dead} == {"gone", "broken", "lost"}
        cut_off = [f"https://a.example/lost/{n}" for n in range(3)]
        assert await dead_links(client, cut_off) == frozenset()


async def test_a_doubt_is_told_once_and_not_again_when_it_was_right(
    session: AsyncSession, editor: Editor, city_id: UUID
) -> None:
    entry = await session.scalar(select(DirectoryEntry).where(DirectoryEntry.key == KEY))
    assert entry is not None
    doubt = Doubt(city_id, KEY, CorrectionKind.DEAD_LINK, "打不开：https://a.example/gone")
    for _ in range(2):
        await raise_doubt(session, doubt)
    (task,) = await queries.open_corrections(session, [entry.id])
    assert (task.kind, task.reported_count, task.note) == ("dead_link", 1, doubt.note)
    await settle_correction(
        session, await editor(), task.id, CorrectionState.REJECTED, note="", version=task.version
    )
    await raise_doubt(session, doubt)
    assert await queries.open_corrections(session, [entry.id]) == []
