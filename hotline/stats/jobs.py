"""Jobs of the statistics: tell of waves of calls, look which reports are due, and mail each."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.db import Database
from hotline.jobs import service as jobs
from hotline.jobs.worker import Claimed, Runner
from hotline.stats import kept_reports, reporting
from hotline.stats.mailing import Letter, Mailer
from hotline.stats.models import StatReport
from hotline.stats.report_schemas import ReportQuestion
from hotline.stats.watching import watch_load
from hotline.stats.wording import words_of

LOOK_FOR_REPORTS = "stats.look_for_reports"
MAIL_REPORT = "stats.mail_report"
WATCH_LOAD = "stats.watch_load"
LOOK_EVERY = timedelta(minutes=10)
WATCH_EVERY = timedelta(minutes=2)
MORNING = 7


def runners(mailer: Mailer | None) -> dict[str, Runner]:
    """Without a mailer reports are kept and can be fetched, and none is mailed."""
    found: dict[str, Runner] = {WATCH_LOAD: _watch_load}
    if mailer is not None:
        found |= {LOOK_FOR_REPORTS: _look, MAIL_REPORT: _Mail(mailer)}
    return found


async def begin(session: AsyncSession, kinds: Container[str]) -> None:
    """Start watching, and looking for reports where this process can mail at all."""
    await jobs.enqueue_missing(session, WATCH_LOAD, {WATCH_LOAD: {"told": {}}})
    if LOOK_FOR_REPORTS in kinds:
        await jobs.enqueue_missing(session, LOOK_FOR_REPORTS, {LOOK_FOR_REPORTS: {}})


async def look_for_reports(session: AsyncSession, now: datetime) -> None:
    """From seven in the morning on: yesterday is over and counted by then."""
    here = clock.local(now)
    if here.hour < MORNING:
        return
    for report_id in await kept_reports.due_ids(session, here.date()):
        key = f"{report_id}:{here.date()}"
        await jobs.enqueue_missing(session, MAIL_REPORT, {key: {"report_id": str(report_id)}})


async def _look(database: Database, job: Claimed) -> None:
    async with database.transaction() as session:
        await job.finish(session)
        await look_for_reports(session, clock.now())
        later = clock.now() + LOOK_EVERY
        await jobs.enqueue(session, LOOK_FOR_REPORTS, run_at=later, dedupe=LOOK_FOR_REPORTS)


async def _watch_load(database: Database, job: Claimed) -> None:
    now = clock.now()
    async with database.transaction() as session:
        await job.finish(session)
        told = await watch_load(session, job.payload["told"], now)
        await jobs.enqueue(
            session, WATCH_LOAD, {"told": told}, run_at=now + WATCH_EVERY, dedupe=WATCH_LOAD
        )


@dataclass(frozen=True, slots=True)
class _Mail:
    mailer: Mailer

    async def __call__(self, database: Database, job: Claimed) -> None:
        """Read, send outside any transaction, then note that it went."""
        report_id = UUID(job.payload["report_id"])
        async with database.transaction() as session:
            letter = await _letter(session, report_id)
        if letter is None:
            return
        await self.mailer.send(letter)
        async with database.transaction() as session:
            await _note_sent(session, report_id)
            await job.finish(session)


async def _letter(session: AsyncSession, report_id: UUID) -> Letter | None:
    report = await session.get(StatReport, report_id)
    owner = None if report is None else await kept_reports.owner_of(session, report)
    today = clock.local(clock.now()).date()
    if report is None or owner is None or report.sent_on == today:
        return None
    question = ReportQuestion.model_validate(report.question)
    file = await reporting.render(session, owner, question, today)
    days, words = reporting.days_of(question.span, today), words_of(question.language)
    told = {"name": report.name, "first": days.first, "last": days.last}
    return Letter(
        key=f"report-{report.id}-{today}",
        to=[str(one) for one in report.recipients],
        subject=words.t("letter.subject" if days.days == 1 else "letter.subject_span", **told),
        text=words.t("letter.text", **told),
        file=file,
    )


async def _note_sent(session: AsyncSession, report_id: UUID) -> None:
    report = await session.get(StatReport, report_id)
    if report is None:
        return
    report.sent_on = clock.local(clock.now()).date()
    await audit.record(
        session, None, "report.mailed", target=f"report:{report_id}",
        recipient_count=len(report.recipients),
    )  # fmt: skip
