"""Kept reports: who sees them, when they are due, and that they arrive by mail."""

import re
from datetime import date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, text

from hotline import clock
from hotline.db import Database
from hotline.jobs.worker import Worker
from hotline.stats import jobs, kept_reports
from hotline.stats.kept_reports import is_due
from hotline.stats.mailing import Letter, SmtpMailer, composed
from hotline.stats.models import StatReport
from hotline.stats.report_schemas import Every
from hotline.stats.reporting import File
from tests.city import City
from tests.stats.sink import mail_sink

REPORTS = "/api/v1/stats/reports"
DAILY = {
    "name": "每日指标",
    "question": {"kind": "kpis", "span": "yesterday"},
    "every": "day",
    "recipients": ["office@wuhai.example"],
}


async def _kept(city: City, username: str, **more: Any) -> Any:
    client = await city.signed_in(username)
    answer = await client.post(REPORTS, json=DAILY | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_saved_report_arrives_by_mail_once(serving: City, database_of: Database) -> None:
    await _kept(serving, "supervisor-city")
    async with mail_sink() as sink:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{sink.port}", "hotline@wuhai.example")
        worker = Worker(database_of, jobs.runners(mailer))
        for _ in range(2):
            async with database_of.transaction() as session:
                await jobs.look_for_reports(session, _morning())
            await worker.run_due()
    assert sink.to == ["office@wuhai.example"]
    letter = sink.letters[0]
    assert letter["Subject"].startswith("每日指标 ")
    (attached,) = letter.iter_attachments()
    assert attached.get_filename().endswith(".xlsx")
    book = openpyxl.load_workbook(BytesIO(attached.get_content()))
    assert "指标口径" in book.sheetnames


async def test_a_report_kept_in_english_is_mailed_in_english(
    serving: City, database_of: Database
) -> None:
    question = {"kind": "day", "span": "last_week", "language": "en"}
    await _kept(serving, "supervisor-city", question=question)
    async with mail_sink() as sink:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{sink.port}", "hotline@wuhai.example")
        worker = Worker(database_of, jobs.runners(mailer))
        async with database_of.transaction() as session:
            await jobs.look_for_reports(session, _morning())
        await worker.run_due()
    (letter,) = sink.letters
    assert re.fullmatch(r"每日指标 \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d", letter["Subject"])
    (attached,) = letter.iter_attachments()
    assert attached.get_filename().startswith("114 Sunshine Hotline")


async def test_before_seven_nothing_is_mailed(serving: City, database_of: Database) -> None:
    await _kept(serving, "supervisor-city")
    async with database_of.transaction() as session:
        await jobs.look_for_reports(session, _morning().replace(hour=6))
        kinds = await session.scalars(text("SELECT kind FROM job"))
        assert jobs.MAIL_REPORT not in set(kinds)


async def test_who_left_sends_nothing(serving: City, database_of: Database) -> None:
    made = await _kept(serving, "supervisor-wuda")
    async with database_of.transaction() as session:
        report = (await session.scalars(select(StatReport))).one()
        owner = await kept_reports.owner_of(session, report)
        assert owner is not None
        assert owner.has("stats:read")
        await session.execute(
            text("UPDATE account SET disabled_at = now() WHERE id = :id"), {"id": made["owner_id"]}
        )
    async with database_of.transaction() as session:
        assert await kept_reports.owner_of(session, report) is None


async def test_others_see_what_is_shared_and_only_that(serving: City) -> None:
    own = await _kept(serving, "supervisor-wuda")
    other = await serving.signed_in("supervisor-haibowan")
    assert (await other.get(REPORTS)).json()["items"] == []
    for path in (f"{REPORTS}/{own['id']}", f"{REPORTS}/{own['id']}/file"):
        gone = await (other.delete(path) if path.endswith(own["id"]) else other.get(path))
        assert gone.status_code == 404
    mine = await serving.signed_in("supervisor-wuda")
    assert (await mine.get(f"{REPORTS}/{own['id']}/file")).status_code == 200
    assert (await mine.delete(f"{REPORTS}/{own['id']}")).status_code == 204
    assert (await mine.get(REPORTS)).json()["items"] == []


async def test_a_report_of_nothing_is_refused(serving: City) -> None:
    client = await serving.signed_in("supervisor-city")
    for wrong in (
        {"question": {"kind": "pivot", "kpis": ["nothing"]}},
        {"recipients": ["nobody"]},
        {"name": " "},
    ):
        assert (await client.post(REPORTS, json=DAILY | wrong)).status_code == 422
    agent = await serving.signed_in("agent-1")
    assert (await agent.post(REPORTS, json=DAILY)).status_code == 403


@pytest.mark.parametrize(
    ("every", "sent_on", "today", "expected"),
    [
        (Every.DAY, None, date(2026, 11, 25), True),
        (Every.DAY, date(2026, 11, 25), date(2026, 11, 25), False),
        (Every.DAY, date(2026, 11, 24), date(2026, 11, 25), True),
        (Every.WEEK, None, date(2026, 11, 23), True),
        (Every.WEEK, None, date(2026, 11, 24), False),
        (Every.MONTH, None, date(2026, 12, 1), True),
        (Every.MONTH, None, date(2026, 12, 2), False),
        (None, None, date(2026, 12, 1), False),
    ],
)
def test_each_report_is_due_on_its_day(
    every: Every | None, sent_on: date | None, today: date, expected: bool
) -> None:
    assert is_due(every, sent_on, today) is expected


def _morning() -> datetime:
    return clock.local(clock.now()).replace(hour=8)


def test_no_line_of_a_subject_is_a_header_of_its_own() -> None:
    file = File("a.txt", "text/plain", b"x")
    for subject in ("a\r\nBcc: b@example.cn", "a\nBcc: b@example.cn"):
        with pytest.raises(ValueError, match=r"linefeed|newline"):
            composed(Letter("k", ["a@example.cn"], subject, "t", file), "hotline@example.cn")
