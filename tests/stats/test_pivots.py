"""Tables by any two dimensions: both ways of counting agree, and every cell opens to its rows."""

from collections import Counter
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.db import Database
from hotline.directory.models import Vendor
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.states import OrderState
from hotline.stats import free_pivot, queries, roll_up
from hotline.stats.free_pivot import Axes
from hotline.stats.measures import CUBES, DIMENSIONS, PAIRS, TICKETS, Cube
from hotline.stats.periods import Period, Step
from hotline.tickets.models import Ticket
from tests.city import City
from tests.stats.filling import fill

STATS = "/api/v1/stats"


@pytest.fixture
async def filled(serving: City, database_of: Database) -> City:
    await fill(database_of)
    return serving


async def _table(client: httpx2.AsyncClient, **query: Any) -> Any:
    answer = await client.get(f"{STATS}/pivot", params={"kpi": "received", **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def _counts(table: Any) -> dict[tuple[str, str], float]:
    return {(one["row"], one["column"]): one["values"]["received"]["value"]
            for one in table["cells"]}  # fmt: skip


async def test_facts_and_roll_ups_count_the_same(database_of: Database) -> None:
    """Every measure by every prepared dimension, whole and by day."""
    await fill(database_of)
    today = clock.local(clock.now()).date()
    period = Period(today - timedelta(days=2), today + timedelta(days=60))
    compared: set[str] = set()
    async with database_of.transaction() as session:
        city_id = await queries.city_of(session, await _home(session))
        for cube, dimension, step in _groupings():
            measures = [one for one in cube.measures if cube.counts(one, dimension)]
            rolled = await queries.sums_by(
                session, city_id, period, measures, dimension=dimension, step=step
            )
            free = await free_pivot.sums_by(
                session, city_id, period, measures, Axes(dimension, step=step)
            )
            assert _plain(free) == _plain(rolled), (cube.table, dimension, step)
            compared.update(*_plain(free).values())
    assert {"received", "valid", "inbound", "answered_15", "abandoned", "wait_ms"} <= compared


@pytest.mark.parametrize(("before", "after"), [(100, 0), (75, 3), (90, 40)])
async def test_months_and_the_days_beside_them_count_what_the_facts_count(
    database_of: Database, before: int, after: int
) -> None:
    await fill(database_of)
    today = clock.local(clock.now()).date()
    period = Period(today - timedelta(days=before), today + timedelta(days=after))
    seen: set[str] = set()
    async with database_of.transaction() as session:
        city_id = await queries.city_of(session, await _home(session))
        for dimension in ("unit", "subject", "kind"):
            measures = [one for one in TICKETS.measures if TICKETS.counts(one, dimension)]
            measures.append("due_open_today")
            for step in (None, Step.MONTH):
                rolled = await queries.sums_by(
                    session, city_id, period, measures, dimension=dimension, step=step
                )
                free = await free_pivot.sums_by(
                    session, city_id, period, measures, Axes(dimension, step=step)
                )
                assert _plain(free) == _plain(rolled), (dimension, step)
                seen.update(*_plain(rolled).values())
    assert {"received", "valid"} <= seen


async def test_prepared_pairs_agree_with_the_facts(database_of: Database) -> None:
    await fill(database_of)
    today = clock.local(clock.now()).date()
    period = Period(today, today)
    async with database_of.transaction() as session:
        await _send_a_vendor(session)
        city_id = await queries.city_of(session, await _home(session))
        for (rows, columns), name in PAIRS.items():
            if rows == "unit":
                continue  # nothing was dispatched
            rolled = await queries.sums_by(session, city_id, period, ["received"], dimension=name)
            free = await free_pivot.sums_by(
                session, city_id, period, ["received"], Axes(rows, columns)
            )
            assert free
            assert {f"{row}|{column}": one for (row, column), one in free.items()} == {
                member: one for (member, _), one in rolled.items()
            }


async def test_any_two_dimensions_make_a_table(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    table = await _table(client, rows="kind", columns="channel")
    assert sum(_counts(table).values()) == 9
    assert {column["name"] for column in table["columns"]} == {"坐席登记"}
    by_class = await _table(client, rows="subject_class", columns="district")
    assert _counts(by_class).keys() == {
        ("A01", column["key"]) for column in by_class["columns"]
    }  # fmt: skip


async def test_what_is_not_rolled_up_is_counted_all_the_same(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    table = await _table(client, rows="agent", columns="day", kpi=["redo_rate", "received"])
    assert [cell["values"]["received"]["value"] for cell in table["cells"]] == [9]
    assert table["cells"][0]["values"]["redo_rate"]["value"] is None


async def test_a_table_compares_periods(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    table = await _table(client, rows="kind", columns="compare")
    assert [one["name"] for one in table["columns"]] == ["本期", "上期", "去年同期"]
    assert Counter(column for _, column in _counts(table)) == {"now": 3}


async def test_a_ticket_is_counted_by_its_vendor(filled: City, database_of: Database) -> None:
    async with database_of.transaction() as session:
        vendor_id, name = await _send_a_vendor(session)
    client = await filled.signed_in("supervisor-city")
    table = await _table(client, rows="vendor", columns="kind")
    assert [(row["key"], row["name"]) for row in table["rows"]] == [(str(vendor_id), name)]
    assert list(_counts(table).values()) == [1]
    rows = await client.get(
        f"{STATS}/tickets", params={"measure": "received", "vendor": str(vendor_id)}
    )
    assert len(rows.json()["items"]) == 1


async def test_cells_of_a_free_table_open_to_their_rows(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    table = await _table(client, rows="subject_class", columns="channel")
    for (row, column), count in _counts(table).items():
        rows = await client.get(
            f"{STATS}/tickets",
            params={"measure": "received", "subject_class": row, "channel": column},
        )
        assert len(rows.json()["items"]) == count


async def test_of_too_many_days_the_newest_are_shown(filled: City) -> None:
    today = clock.local(clock.now()).date()
    client = await filled.signed_in("supervisor-city")
    span = {"from": str(today - timedelta(days=199)), "to": str(today)}
    table = await _table(client, rows="kind", columns="day", **span)
    assert [column["key"] for column in table["columns"]] == [str(today)]
    assert table["columns_left_out"] == 80


async def test_a_table_is_printed(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    answer = await client.get(
        f"{STATS}/pivot.pdf", params={"kpi": "received", "rows": "kind", "columns": "day"}
    )
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert answer.content.count(b"/Type /Page\n") == 1


def _groupings() -> list[tuple[Cube, str, Step | None]]:
    return [
        (cube, dimension, step)
        for cube in CUBES
        for dimension in sorted(set(DIMENSIONS) & set(cube.dimensions))
        for step in (None, Step.DAY, Step.MONTH)
    ]


async def _home(session: AsyncSession) -> Any:
    return await session.scalar(text("SELECT id FROM organization WHERE tier = 'city'"))


def _plain(cells: Any) -> dict[Any, dict[str, int]]:
    """Without noughts, which one way writes and the other leaves out."""
    kept = {
        key: {name: value for name, value in one.items() if value and name != "due_open_today"}
        for key, one in cells.items()
    }
    return {key: one for key, one in kept.items() if one}


async def _send_a_vendor(session: AsyncSession) -> tuple[Any, str]:
    """As the dispatch would: an order that somebody took."""
    vendor = (await session.scalars(select(Vendor).order_by(Vendor.key).limit(1))).one()
    ticket = (await session.scalars(select(Ticket).order_by(Ticket.id).limit(1))).one()
    session.add(
        WorkOrder(
            number="W-1", version=1, state=OrderState.ACCEPTED, city_id=ticket.city_id,
            district_id=ticket.district_id, ticket_id=ticket.id, entry_key="x", service="疏通",
            category="疏通", seed=1, vendor_id=vendor.id,
        )
    )  # fmt: skip
    await session.flush()
    await roll_up.look_anew(session, 0, [ticket.id])
    return vendor.id, vendor.name
