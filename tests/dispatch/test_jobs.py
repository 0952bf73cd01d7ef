"""Steps of the cascade as durable jobs: lost, frozen and repeated workers."""

import pytest
from sqlalchemy import func, select, text

from hotline import clock
from hotline.db import Database
from hotline.dispatch import jobs as dispatch
from hotline.dispatch import work
from hotline.dispatch.answer_offer import By, accept_offer
from hotline.dispatch.check_papers import next_check
from hotline.dispatch.models import Offer, WorkOrder
from hotline.dispatch.states import OfferState, OrderState
from hotline.jobs.models import Job
from hotline.jobs.worker import Claimed, OvertakenError, Worker
from hotline.messages.models import OutgoingMessage
from tests.dispatch.conftest import WEDNESDAY, later
from tests.dispatch.town import build_town


@pytest.fixture(autouse=True)
def now() -> None:
    """Jobs are due by the database's clock, which nobody stops."""


async def town_with_order(database: Database, vendors: int = 2) -> WorkOrder:
    async with database.transaction() as session:
        town = await build_town(session)
        for _ in range(vendors):
            await town.vendor()
        return await town.order()


async def offers(database: Database) -> list[str]:
    async with database.transaction() as session:
        return list(await session.scalars(select(Offer.state).order_by(Offer.turn)))


async def texts(database: Database, template: str) -> int:
    async with database.transaction() as session:
        chosen = select(func.count()).where(OutgoingMessage.template == template)
        return await session.scalar(chosen) or 0


async def waiting(database: Database, kind: str) -> list[Job]:
    async with database.transaction() as session:
        chosen = select(Job).where(Job.kind == kind, Job.done_at.is_(None))
        return list(await session.scalars(chosen))


async def make_due(database: Database, kind: str) -> None:
    """As if its hour had come; an offer's own end comes with it."""
    async with database.transaction() as session:
        await session.execute(text("UPDATE job SET run_at = now() WHERE kind = :kind"),
                              {"kind": kind})  # fmt: skip
        await session.execute(
            text(
                "UPDATE work_order_offer SET expires_at = now() - interval '1 s'"
                " WHERE state = 'open'"
            )
        )


async def test_a_cascade_runs_by_its_jobs_to_the_end(database: Database) -> None:
    order = await town_with_order(database)
    worker = Worker(database, dispatch.runners(None))
    await worker.run_due()
    assert await offers(database) == ["open"]
    for _ in range(2):
        await make_due(database, work.EXPIRE_OFFER)
        await worker.run_due()
    assert await offers(database) == ["expired", "expired"]
    async with database.transaction() as session:
        held = await session.get_one(WorkOrder, order.id)
        assert held.state == OrderState.UNPLACED
    assert await texts(database, "sms_offer_link") == 2
    assert await texts(database, "sms_order_unplaced") == 1


async def test_what_a_dead_worker_held_is_done_by_the_next_one_once(database: Database) -> None:
    await town_with_order(database)
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE job SET attempt = 1, lease_until = now() - interval '1 s'")
        )
    await Worker(database, dispatch.runners(None)).run_due()
    assert await offers(database) == ["open"]
    assert await texts(database, "sms_offer_link") == 1


async def test_a_frozen_worker_that_wakes_up_makes_no_second_offer(database: Database) -> None:
    order = await town_with_order(database)
    (job,) = await waiting(database, work.OFFER_NEXT)
    frozen = Claimed(job.id, job.kind, job.payload, attempt=1, max_attempts=5)
    await Worker(database, dispatch.runners(None)).run_due()
    with pytest.raises(OvertakenError):
        await dispatch.runners(None)[work.OFFER_NEXT](database, frozen)
    assert await offers(database) == ["open"]
    assert order.offer_count == 0, "the row that we hold is from before"


async def test_an_answer_takes_the_time_out_away(database: Database) -> None:
    await town_with_order(database)
    worker = Worker(database, dispatch.runners(None))
    await worker.run_due()
    async with database.transaction() as session:
        offer = (await session.scalars(select(Offer))).one()
        await accept_offer(session, offer.id, by=By.LINK)
    assert await waiting(database, work.EXPIRE_OFFER) == []
    await worker.run_due()
    assert await offers(database) == [OfferState.ACCEPTED]


async def test_a_time_out_that_comes_too_early_comes_again(database: Database) -> None:
    """The clock of the database may be a little ahead of ours."""
    await town_with_order(database, vendors=1)
    await Worker(database, dispatch.runners(None)).run_due()
    (job,) = await waiting(database, work.EXPIRE_OFFER)
    early = Claimed(job.id, job.kind, job.payload, attempt=0, max_attempts=5)
    await dispatch.runners(None)[work.EXPIRE_OFFER](database, early)
    assert await offers(database) == ["open"]
    (again,) = await waiting(database, work.EXPIRE_OFFER)
    assert again.run_at > job.run_at


async def test_papers_are_checked_every_day_from_where_it_stopped(database: Database) -> None:
    await town_with_order(database, vendors=1)
    with clock.stopped(WEDNESDAY):
        async with database.transaction() as session:
            await dispatch.begin(session)
            await dispatch.begin(session)
        (first,) = await waiting(database, work.CHECK_PAPERS)
        assert first.payload == {"after": "2026-11-24"}
        await dispatch.runners(None)[work.CHECK_PAPERS](
            database, Claimed(first.id, first.kind, first.payload, attempt=0, max_attempts=5)
        )
        (following,) = await waiting(database, work.CHECK_PAPERS)
    assert following.payload == {"after": "2026-11-25"}
    assert following.run_at == next_check(WEDNESDAY) == later(23 * 60)
