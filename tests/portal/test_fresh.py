"""What is published, withdrawn, announced or asked for shows on the portal at once."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from hotline import clock
from hotline.calls.models import Call, Turn
from hotline.directory.importing import import_directory, sample_city
from hotline.directory.models import DirectoryEntry
from hotline.events import service as events
from hotline.incidents.models import Incident, IncidentStatus
from hotline.organizations.queries import cities, district_node
from hotline.portal.queries import asked_counts
from tests.empty_events import empty
from tests.portal.conftest import OwnCity, Seen

HTML = {"Accept": "text/html"}
ENTRY = "svc-id-lost"


async def soon(is_so: Callable[[], Awaitable[bool]]) -> bool:
    """Within a second and a half, which is what a publication may take."""
    for _ in range(30):
        if await is_so():
            return True
        await asyncio.sleep(0.05)
    return False


async def test_a_published_change_is_on_its_page_within_a_second(
    own_city: OwnCity, tmp_path: Path
) -> None:
    lines = (sample_city() / "services.jsonl").read_text(encoding="utf-8").splitlines()
    record = next(row for row in map(json.loads, lines) if row["id"] == ENTRY)
    changed = tmp_path / "services.jsonl"
    edited = record | {
        "fee": "今年起免费", "hours": "Sa-Su 09:00-11:00", "places": ["政务大厅三号窗"],
        "contacts": ["户籍窗口 0473-000-2222"],
    }  # fmt: skip
    changed.write_text(json.dumps(edited, ensure_ascii=False) + "\n")
    async with own_city.serve() as city:

        async def is_free() -> bool:
            answer = await city.client.get(f"/services/{ENTRY}", headers=HTML)
            return "今年起免费" in answer.text

        assert not await is_free()
        async with own_city.database.transaction() as session:
            await import_directory(session, changed)
        assert await soon(is_free)
        page = Seen((await city.client.get(f"/services/{ENTRY}", headers=HTML)).text)
        for own in ("政务大厅三号窗", "户籍窗口 0473-000-2222", "周六至周日"):
            assert own in page.text
        assert "tel:04730002222" in page.links
        assert "周一至周五" not in page.text


async def test_a_withdrawn_service_is_gone_and_says_so(own_city: OwnCity) -> None:
    async with own_city.serve() as city:
        async with own_city.database.transaction() as session:
            root = (await cities(session))[0]
            await session.execute(
                update(DirectoryEntry).where(DirectoryEntry.key == ENTRY).values(status="withdrawn")
            )
            await events.record(
                session, "directory.published", subject_id=root.id,
                payload=empty("directory.published"), audience=[root.id], scope="directory:read",
            )  # fmt: skip

        async def is_gone() -> bool:
            answer = await city.client.get(f"/services/{ENTRY}", headers=HTML)
            return answer.status_code == 410 and "已经停办" in answer.text

        assert await soon(is_gone)
        assert f"/services/{ENTRY}" not in (await city.client.get("/sitemap.xml")).text


async def test_an_active_incident_is_announced_on_the_front_page_and_at_its_service(
    own_city: OwnCity,
) -> None:
    async with own_city.database.transaction() as session:
        root = (await cities(session))[0]
        wuda = await district_node(session, root.id, "乌达区")
        assert wuda is not None
        session.add(_outage(root.id, wuda.id))
    async with own_city.serve() as city:
        home = (await city.client.get("/", headers=HTML)).text
        there = (await city.client.get("/services/svc-heat-repair-wd", headers=HTML)).text
        elsewhere = (await city.client.get("/services/svc-heat-repair-hn", headers=HTML)).text
    assert "乌达区正在抢修供热管道。" in home
    assert "乌达区正在抢修供热管道。" in there
    assert "乌达区正在抢修供热管道。" not in elsewhere


def _outage(city_id: object, district_id: object) -> Incident:
    now = clock.now()
    return Incident(
        city_id=city_id, district_id=district_id, kind="outage", status=IncidentStatus.ACTIVE,
        title="供热抢修", area="乌达区", announcement="乌达区正在抢修供热管道。",
        entry_keys=["svc-heat-repair-wd"], families=["svc-heat-repair"], began_at=now,
        confirmed_at=now, expected_end=now + timedelta(hours=3), version=1,
    )  # fmt: skip


async def test_what_fewer_than_five_callers_asked_for_counts_as_nobody_s(
    own_city: OwnCity,
) -> None:
    async with own_city.database.transaction() as session:
        root = (await cities(session))[0]
        asked = ["svc-id-lost"] * 5 + ["svc-hukou-name"] * 4
        for number, entry_id in enumerate(asked):
            call = Call(
                provider_sid=f"{entry_id}-{number}", organization_id=root.id, city_id=root.id,
                to_number="+86473114", from_masked="139****1234",
            )  # fmt: skip
            session.add(call)
            await session.flush()
            # Asking twice in one call is one caller.
            session.add_all([_turn(call, 1, entry_id), _turn(call, 2, entry_id)])
        await session.flush()
        since = clock.now() - timedelta(days=1)
        assert await asked_counts(session, root.id, since) == {"svc-id-lost": 5}
        assert await asked_counts(session, root.id, clock.now() + timedelta(hours=1)) == {}


def _turn(call: Call, number: int, entry_id: str) -> Turn:
    return Turn(
        call_id=call.id, number=number, said="好", decision="answer",
        results=[{"entry_id": entry_id, "confidence": 0.9}],
    )  # fmt: skip
