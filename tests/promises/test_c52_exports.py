"""Personal data leaves by two persons: asked, approved by another, within a day, marked, hashed."""

import hashlib
import io
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.audit.models import AuditEntry
from hotline.errors import NotFound
from hotline.exports import service
from hotline.exports.models import ExportRequest
from hotline.exports.schemas import ExportIn, Wanted
from hotline.exports.service import ExportOver, OwnExport
from hotline.principal import Principal
from tests.promises.conftest import Whole
from tests.tickets.city import City
from tests.tickets.conftest import MONDAY, OpenTicket, city, now, opened

__all__ = ["city", "now", "opened"]

EXPORTS = "/api/v1/exports"
DAY = MONDAY.date()
NEW = ExportIn(reason="交信访局核对诉求清单", wanted=Wanted(first=DAY, last=DAY))
PHONE = "13847312345"


def texts(content: bytes) -> list[str]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


async def pair(session: AsyncSession, city: City) -> tuple[Principal, Principal]:
    """A supervisor of a district, and one of the city."""
    asker = await city.person(session, "district_supervisor", "海勃湾区")
    return asker, await city.person(session, "city_supervisor")


async def approved(session: AsyncSession, asker: Principal, other: Principal) -> ExportRequest:
    asked = await service.ask(session, asker, NEW)
    return await service.decide(session, other, asked.id, approves=True)


async def test_c52_another_person_approves_and_whoever_asked_fetches(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    asker, other = await pair(session, city)
    await opened(title="暖气不热")
    await opened(district="乌达区", title="乌达的路灯")
    secret = await opened(title="有人举报")
    secret.confidential = True
    one = await approved(session, asker, other)
    content = await service.fetch(session, asker, one.id)
    shown = texts(content)
    assert f"+86{PHONE}" in shown
    assert "暖气不热" in shown
    assert not {"乌达的路灯", "有人举报"} & set(shown)
    assert any(asker.name in text and str(one.id) in text for text in shown)
    told = select(AuditEntry).where(AuditEntry.action == "export.fetched")
    entry = (await session.scalars(told)).one()
    assert entry.details["sha256"] == hashlib.sha256(content).hexdigest()
    assert entry.details["rows"] == 1


async def test_c52_nobody_approves_the_own_or_fetches_what_others_asked_for(
    session: AsyncSession, city: City
) -> None:
    asker, other = await pair(session, city)
    asked = await service.ask(session, other, NEW)
    with pytest.raises(OwnExport):
        await service.decide(session, other, asked.id, approves=True)
    with pytest.raises(NotFound):
        await service.decide(session, asker, asked.id, approves=True)
    with pytest.raises(ExportOver):
        await service.fetch(session, other, asked.id)
    one = await approved(session, asker, other)
    with pytest.raises(NotFound):
        await service.fetch(session, other, one.id)


async def test_c52_the_database_itself_knows_two_persons(session: AsyncSession, city: City) -> None:
    _, other = await pair(session, city)
    asked = await service.ask(session, other, NEW)
    asked.decided_by_id = other.account_id
    with pytest.raises(IntegrityError):
        await session.flush()


@pytest.mark.parametrize("change", ["late", "refused", "another question", "decided twice"])
async def test_c52_what_was_not_approved_or_is_over_is_not_fetched(
    session: AsyncSession, city: City, change: str
) -> None:
    asker, other = await pair(session, city)
    asked = await service.ask(session, asker, NEW)
    await service.decide(session, other, asked.id, approves=change != "refused")
    if change == "another question":
        asked.wanted = asked.wanted | {"district": "乌达区"}
    if change == "decided twice":
        with pytest.raises(ExportOver):
            await service.decide(session, other, asked.id, approves=False)
        return
    late = service.VALID_FOR if change == "late" else timedelta()
    with clock.stopped(MONDAY + late), pytest.raises(ExportOver):
        await service.fetch(session, asker, asked.id)


async def test_c52_an_export_has_at_most_so_many_rows(
    session: AsyncSession, city: City, opened: OpenTicket
) -> None:
    asker, other = await pair(session, city)
    for number in range(3):
        await opened(title=f"第{number}件")
    one = await approved(session, asker, other)
    shown = texts(await service.fetch(session, asker, one.id, most=2))
    assert [f"第{number}件" in shown for number in range(3)] == [True, True, False]


@pytest.mark.parametrize(
    "body",
    [
        {"reason": "要用", "wanted": {"first": "2026-11-01", "last": "2026-11-02"}},
        {"reason": "交信访局核对", "wanted": {"first": "2026-11-02", "last": "2026-11-01"}},
        {"reason": "交信访局核对", "wanted": {"first": "2026-01-01", "last": "2026-11-01"}},
        {"reason": "交信访局核对", "wanted": {"first": "2026-11-01", "last": "2026-11-02"},
         "state": "approved"},
    ],
)  # fmt: skip
async def test_c52_an_export_needs_a_reason_and_few_months(
    whole: Whole, body: dict[str, Any]
) -> None:
    boss = await whole.of("supervisor-city")
    assert (await boss.post(EXPORTS, json=body)).status_code == 422


async def test_c52_over_the_wire(whole: Whole) -> None:
    asker = await whole.of("supervisor-haibowan")
    boss, agent = await whole.of("supervisor-city"), await whole.of("agent-1")
    today = clock.local(clock.now()).date().isoformat()
    body = {"reason": "交信访局核对诉求清单", "wanted": {"first": today, "last": today}}
    assert (await agent.post(EXPORTS, json=body)).status_code == 403
    made = (await asker.post(EXPORTS, json=body)).json()
    path = f"{EXPORTS}/{made['id']}"
    assert (await asker.get(f"{path}/file")).status_code == 409
    assert (await asker.post(f"{path}/approve")).status_code == 409
    listed = (await boss.get(EXPORTS)).json()["items"][0]
    assert (listed["id"], listed["may_decide"], listed["may_fetch"]) == (made["id"], True, False)
    assert (await boss.post(f"{path}/approve")).json()["state"] == "approved"
    answer = await asker.get(f"{path}/file")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert any("内部资料" in text for text in texts(answer.content))
