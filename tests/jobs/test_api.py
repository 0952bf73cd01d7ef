"""Parked jobs as the console sees them: shown with their failure, started again by a person."""

from pathlib import Path

import pytest

from hotline.db import Database
from hotline.jobs import api, service
from hotline.jobs.worker import Worker
from hotline.settings import Settings
from tests.jobs.test_worker import enqueue, failing, make_due, noting
from tests.tickets.city import build_city
from tests.tickets.serving import Served

JOBS = "/api/v1/jobs"


@pytest.fixture
async def served(database: Database, tmp_path: Path) -> Served:
    async with database.transaction() as session:
        city = await build_city(session)
    return Served(database, city, Settings(data_dir=tmp_path), api.router)


async def park(database: Database, count: int = 1) -> None:
    for _ in range(count):
        await enqueue(database, max_attempts=1)
    await Worker(database, {"note": failing}).run_due()


async def test_a_parked_job_is_shown_and_started_again(served: Served) -> None:
    await park(served.database)
    admin = await served.client("system_admin")
    (job,) = (await admin.get(JOBS)).json()["items"]
    assert (job["kind"], job["attempt"], job["error"]) == ("note", 1, "ValueError")
    assert job["payload"] == {"n": 1}
    assert (await admin.post(f"{JOBS}/{job['id']}/rerun")).status_code == 204
    assert (await admin.get(JOBS)).json()["items"] == []
    seen: list[str] = []
    await make_due(served.database)
    assert await Worker(served.database, {"note": noting(seen)}).run_due() == 1
    assert seen == ["note"]
    assert (await admin.post(f"{JOBS}/{job['id']}/rerun")).status_code == 404


async def test_a_job_that_fails_again_is_parked_again(served: Served) -> None:
    await park(served.database)
    admin = await served.client("system_admin")
    (job,) = (await admin.get(JOBS)).json()["items"]
    await admin.post(f"{JOBS}/{job['id']}/rerun")
    await make_due(served.database)
    await Worker(served.database, {"note": failing}).run_due()
    (again,) = (await admin.get(JOBS)).json()["items"]
    assert again["id"] == job["id"]


async def test_waiting_jobs_are_not_among_the_parked_and_pages_go_on(served: Served) -> None:
    await park(served.database, 3)
    async with served.database.transaction() as session:
        await service.enqueue(session, "note", {"n": 2})
    admin = await served.client("system_admin")
    first = (await admin.get(JOBS, params={"limit": 2})).json()
    rest = (await admin.get(JOBS, params={"limit": 2, "after": first["next"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)


@pytest.mark.parametrize("role", ["agent", "city_supervisor", "audit_admin"])
async def test_jobs_are_the_systems_own_business(served: Served, role: str) -> None:
    person = await served.client(role)
    assert (await person.get(JOBS)).status_code == 403
