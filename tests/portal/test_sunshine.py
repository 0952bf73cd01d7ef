"""The sunshine page: figures from tickets and calls, files with a dictionary, seals that hold."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import update
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.clock import LOCAL
from hotline.organizations.models import Organization
from hotline.organizations.queries import cities
from hotline.portal.digest import is_signed
from hotline.portal.jobs import next_run
from hotline.portal.sealing import digests, seal_months, verify
from hotline.portal.signing_key import FILE, signing_key
from hotline.portal.sunshine import Dimension, Group, Measure
from hotline.portal.sunshine_queries import tallies
from hotline.principal import Principal
from hotline.tickets import service as tickets
from hotline.tickets.models import Ticket, TicketHistory, TicketVisit
from hotline.tickets.states import TicketKind
from tests.city import City
from tests.portal.conftest import OwnCity
from tests.tickets.city import City as SmallCity
from tests.tickets.city import build_city

OCTOBER = datetime(2026, 10, 15, 10, 0, tzinfo=LOCAL)
NOVEMBER = datetime(2026, 11, 2, 10, 0, tzinfo=LOCAL)


async def opened(session: AsyncSession, principal: Principal, **more: Any) -> Ticket:
    fields: dict[str, Any] = {
        "kind": TicketKind.HELP, "title": "暖气不热", "description": "暖气不热",
        "subject_code": "A01-01-01", "caller_number": "13900001234",
    }  # fmt: skip
    return await tickets.open_ticket(session, principal, **(fields | more))


async def answered(
    session: AsyncSession, city: SmallCity, *, district: str, days_late: int, unit: str
) -> Ticket:
    """A ticket that was due in the middle of October."""
    ticket = await opened(session, await city.hotline(session), district=district)
    values = {
        "due_at": OCTOBER, "dispatched_at": OCTOBER - timedelta(days=3),
        "replied_at": OCTOBER + timedelta(days=days_late), "proposed_id": city.ids[unit],
    }  # fmt: skip
    await session.execute(update(Ticket).where(Ticket.id == ticket.id).values(values))
    return ticket


async def test_on_time_counts_tickets_due_in_the_month(session: AsyncSession) -> None:
    city = await build_city(session)
    with clock.stopped(NOVEMBER):
        for late in (-1, 0, 1):
            await answered(session, city, district="乌达区", days_late=late, unit="unit-乌达区")
        await answered(session, city, district="海南区", days_late=-1, unit="city-unit")
        since, until = OCTOBER.replace(day=1), NOVEMBER
        found = await tallies(session, city.id, since, until)
    told = {(one.dimension, one.part): (one.numerator, one.denominator) for one in found}
    assert {one.month for one in found} == {"2026-10"}
    assert told == {
        (Dimension.CITY, ""): (3, 4),
        (Dimension.DISTRICT, "乌达区"): (2, 3),
        (Dimension.DISTRICT, "海南区"): (1, 1),
        (Dimension.GROUP, Group.DISTRICT): (2, 3),
        (Dimension.GROUP, Group.CITY): (1, 1),
    }


async def test_satisfied_and_solved_are_what_residents_said(session: AsyncSession) -> None:
    city = await build_city(session)
    with clock.stopped(OCTOBER):
        for level, solved in ((5, True), (3, False), (2, False), (None, None)):
            ticket = await opened(session, await city.hotline(session), district="乌达区")
            session.add(
                TicketVisit(
                    ticket_id=ticket.id, round=1, reached=True, level=level, resolved=solved
                )
            )
        await session.flush()
        found = await tallies(session, city.id, OCTOBER - timedelta(days=9), NOVEMBER)
    whole = {one.measure: one for one in found if one.dimension is Dimension.CITY}
    satisfied, solved = whole[Measure.SATISFIED], whole[Measure.SOLVED]
    assert (satisfied.numerator, satisfied.denominator) == (2, 3)
    assert (solved.numerator, solved.denominator) == (1, 3)


async def rows_of(city: City, path: str) -> list[dict[str, str]]:
    answer = await city.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


async def test_the_page_and_its_files_are_there_from_the_first_day(open_city: City) -> None:
    page = await open_city.client.get("/sunshine", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "阳光公开" in page.text
    assert await rows_of(open_city, "/sunshine/figures.csv") == []
    assert await rows_of(open_city, "/sunshine/rotation.csv") == []
    assert (await open_city.client.get("/sunshine/digests.json")).json() == {"items": []}


async def test_figures_stand_on_the_page_with_what_was_counted(own_city: OwnCity) -> None:
    own_city.database.carry(vault=_vault(own_city))
    async with own_city.database.transaction() as session:
        city, *_ = await cities(session)
        principal = Principal(None, "热线", frozenset(), city.id, frozenset({city.id}))
        due = clock.now() - timedelta(hours=1)
        for number in range(6):
            ticket = await opened(session, principal, subject_code=None, district="乌达区")
            replied = due + timedelta(hours=-1 if number else 1)
            values = {"due_at": due, "dispatched_at": due, "replied_at": replied}
            await session.execute(update(Ticket).where(Ticket.id == ticket.id).values(values))
    async with own_city.serve() as served:
        page = (await served.client.get("/sunshine")).text
        rows = await rows_of(served, "/sunshine/figures.csv")
    assert "<b>83.3%</b><small>5/6</small>" in page
    told = {(row["dimension"], row["part"]): row["percent"] for row in rows}
    assert told == {
        ("city", "全市"): "83.3", ("district", "乌达区"): "83.3", ("group", "市直单位"): "83.3",
    }  # fmt: skip


async def test_the_dictionary_explains_every_column_and_measure(open_city: City) -> None:
    for language in ("zh-CN", "en"):
        dictionary = await rows_of(open_city, f"/sunshine/dictionary.csv?lang={language}")
        named = {(row["kind"], row["name"]) for row in dictionary}
        for path, kind in (("figures", "column"), ("rotation", "turn_column")):
            header = (await open_city.client.get(f"/sunshine/{path}.csv")).text.splitlines()[0]
            columns = header.removeprefix("\ufeff").split(",")
            assert {(kind, column) for column in columns} <= named
        assert {("measure", measure) for measure in Measure} <= named
        assert all(row["meaning"] for row in dictionary)


async def sealed(own_city: OwnCity, session: AsyncSession) -> Organization:
    """A city with tickets of August and October, sealed in November."""
    city, *_ = await cities(session)
    principal = Principal(None, "热线", frozenset(), city.id, frozenset({city.id}))
    ticket = await opened(session, principal, subject_code=None)
    for at in (OCTOBER - timedelta(days=60), OCTOBER):
        session.add(TicketHistory(ticket_id=ticket.id, at=at, name="ticket.commented", note="看过"))
    await session.flush()
    key = signing_key(own_city.settings.data_dir)
    with clock.stopped(NOVEMBER):
        assert await seal_months(session, city, key) == 3
        assert await seal_months(session, city, key) == 0
    return city


async def test_every_month_that_is_over_is_sealed_once_and_the_seals_are_a_chain(
    own_city: OwnCity,
) -> None:
    own_city.database.carry(vault=_vault(own_city))
    async with own_city.database.transaction() as session:
        city = await sealed(own_city, session)
        october, september, august = await digests(session, city.id)
        assert [one.month for one in (august, september, october)] == [
            "2026-08", "2026-09", "2026-10",
        ]  # fmt: skip
        assert (august.row_count, september.row_count) == (1, 0)
        assert "previous none\n" in august.statement
        assert f"previous {september.digest.hex()}\n" in october.statement
        for row in (august, september, october):
            verdict = await verify(session, row)
            assert (verdict.is_same, verdict.is_signed) == (True, True)


async def test_a_later_change_of_the_log_is_noticed(own_city: OwnCity) -> None:
    own_city.database.carry(vault=_vault(own_city))
    async with own_city.database.transaction() as session:
        city = await sealed(own_city, session)
    await _tamper(own_city.url)
    async with own_city.database.transaction() as session:
        verdicts = [await verify(session, row) for row in await digests(session, city.id)]
    assert {one.month: one.is_same for one in verdicts} == {
        "2026-08": True, "2026-09": True, "2026-10": False,
    }  # fmt: skip


async def test_a_stranger_can_check_the_published_seals(own_city: OwnCity) -> None:
    own_city.database.carry(vault=_vault(own_city))
    async with own_city.database.transaction() as session:
        await sealed(own_city, session)
    async with own_city.serve() as city:
        items = (await city.client.get("/sunshine/digests.json")).json()["items"]
        page = (await city.client.get("/sunshine")).text
    assert len(items) == 3
    for item in items:
        public = load_pem_public_key(item["public_key"].encode())
        public.verify(bytes.fromhex(item["signature"]), item["statement"].encode())  # type: ignore
        assert f"sha256 {item['sha256']}\n" in item["statement"]
        assert item["sha256"] in page


def test_the_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    first, again = signing_key(tmp_path), signing_key(tmp_path)
    assert first.private_bytes_raw() == again.private_bytes_raw()
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_a_signature_of_another_key_or_another_text_does_not_count() -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    signature, public = key.sign(b"a\n"), key.public_key().public_bytes_raw()
    assert is_signed("a\n", signature, public)
    assert not is_signed("b\n", signature, public)
    assert not is_signed("a\n", signature, other.public_key().public_bytes_raw())


def test_the_log_is_sealed_an_hour_after_midnight() -> None:
    late = datetime(2026, 10, 31, 15, 59, tzinfo=UTC)
    assert next_run(late) == datetime(2026, 11, 1, 1, 0, tzinfo=LOCAL)


def _vault(own_city: OwnCity) -> Any:
    from hotline.vault import load_vault

    return load_vault(own_city.settings.data_dir, None)


async def _tamper(url: str) -> None:
    """As somebody with the keys of the whole database could."""
    parsed = make_url(url)
    connection = await asyncpg.connect(
        host=str(parsed.query["host"]), user=parsed.username, database=parsed.database
    )
    await connection.execute("SET session_replication_role = replica")
    await connection.execute("UPDATE ticket_history SET note = 'other' WHERE at > '2026-10-01'")
    await connection.close()
