"""What was kept for its time goes, one by one; what is held or cannot go stays."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import text

from hotline import clock
from hotline.attachments.bucket import Bucket, Signer
from hotline.attachments.keeping import Store
from hotline.calls.models import Call
from hotline.db import Database, uuid7
from hotline.errors import Conflict
from hotline.jobs import service as jobs
from hotline.jobs.worker import Worker
from hotline.recordings import playing, service
from hotline.recordings.jobs import runners
from hotline.recordings.models import CallRecording, RecordingKind, RecordingState
from hotline.recordings.playing import SoundMissing
from hotline.recordings.retiring import retire
from hotline.recordings.service import RETIRE
from hotline.retention.models import LegalHold
from tests.tickets.city import City, build_city

PLACE = "海勃湾区"
LONG_AGO = timedelta(days=4_000)


@dataclass
class Storage(httpx2.AsyncBaseTransport):
    """Lets go of everything but what is named, and tells what was asked."""

    refuses: list[UUID] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        name = request.url.path.rpartition("/")[2]
        self.asked.append(name)
        return httpx2.Response(500 if UUID(name) in self.refuses else 204)


@dataclass
class Archive:
    """Two recordings that are over, of one call each."""

    database: Database
    city: City
    storage: Storage
    store: Store
    ids: list[UUID]

    async def states(self) -> list[str]:
        async with self.database.transaction() as session:
            return [(await session.get_one(CallRecording, one)).state for one in self.ids]


@pytest.fixture
async def archive(database: Database, tmp_path: Path) -> Archive:
    storage = Storage()
    bucket = Bucket("https://storage.example/files", Signer("r", "k", "s"), storage)
    async with database.transaction() as session:
        city = await build_city(session)
        ids = []
        for number in range(2):
            call = Call(
                provider_sid=f"CA{uuid7().hex}", organization_id=city.ids[PLACE],
                city_id=city.id, district_id=city.ids[PLACE], to_number="", from_masked="",
                status="ended", from_blind=bytes([number]),
            )  # fmt: skip
            session.add(call)
            await session.flush()
            one = CallRecording(
                call_id=call.id, city_id=city.id, provider_sid=f"RE{uuid7().hex}",
                kind=RecordingKind.TALK, state=RecordingState.KEPT,
                ended_at=clock.now() - LONG_AGO,
            )  # fmt: skip
            session.add(one)
            await session.flush()
            ids.append(one.id)
    return Archive(database, city, storage, Store(tmp_path, bucket), ids)


async def test_one_that_the_storage_does_not_let_go_of_waits_and_keeps_no_other(
    archive: Archive,
) -> None:
    archive.storage.refuses = [archive.ids[0]]
    assert await retire(archive.database, archive.store) == 1
    assert await archive.states() == ["kept", "erased"]
    archive.storage.refuses = []
    assert await retire(archive.database, archive.store) == 1
    assert await archive.states() == ["erased", "erased"]


async def test_the_next_run_comes_although_the_storage_is_away(archive: Archive) -> None:
    archive.storage.refuses = archive.ids
    async with archive.database.transaction() as session:
        await jobs.enqueue(session, RETIRE, dedupe=RETIRE)
    worker = Worker(archive.database, runners(None, store=archive.store))
    assert await worker.run_due() == 1
    async with archive.database.transaction() as session:
        waiting = await session.scalar(
            text("SELECT count(*) FROM job WHERE run_at > now() AND parked_at IS NULL")
        )
    assert waiting == 1
    assert await archive.states() == ["kept", "kept"]


async def test_a_hold_that_comes_while_others_are_erased_still_counts(archive: Archive) -> None:
    """The storage takes its time over the first; meanwhile the second is held."""

    class Slow(Storage):
        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            async with archive.database.transaction() as session:
                admin = await archive.city.person(session, "city_supervisor")
                session.add(LegalHold(
                    city_id=archive.city.id, number_blind=b"\x01", label="", reason="公函",
                    placed_by_id=admin.account_id,
                ))  # fmt: skip
            return await super().handle_async_request(request)

    bucket = Bucket("https://storage.example/files", Signer("r", "k", "s"), Slow())
    assert await retire(archive.database, Store(archive.store.root, bucket)) == 1
    assert await archive.states() == ["erased", "kept"]


async def test_what_was_erased_can_no_longer_be_held(archive: Archive) -> None:
    async with archive.database.transaction() as session:
        supervisor = await archive.city.person(session, "city_supervisor")
        stale = await session.get_one(CallRecording, archive.ids[0])
        assert await retire(archive.database, archive.store) == 2
        with pytest.raises(Conflict):
            await service.hold(session, supervisor, stale, on=True, reason="调查")


async def test_a_recording_whose_file_is_missing_is_said_to_be_gone(archive: Archive) -> None:
    async with archive.database.transaction() as session:
        supervisor = await archive.city.person(session, "city_supervisor")
        one = await session.get_one(CallRecording, archive.ids[0])
        empty = Store(archive.store.root / "empty")
        with pytest.raises(SoundMissing) as told:
            await playing.play(session, supervisor, empty, one, reason="核对诉求")
    assert told.value.status == 410
