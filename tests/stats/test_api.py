"""Statistics over HTTP: who sees which numbers, what is behind them, and the files."""

import asyncio
import csv
from datetime import datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import httpx2
import openpyxl
import pytest
from sqlalchemy import select, text

from hotline import clock
from hotline.db import Database
from hotline.stats import roll_up
from hotline.stats.kpis import every_kpi
from hotline.tickets.models import Ticket
from tests.city import City
from tests.stats.filling import fill, open_one

STATS = "/api/v1/stats"


@pytest.fixture
async def filled(serving: City, database_of: Database) -> City:
    """The sample city with a dozen tickets and calls of today in two districts."""
    await fill(database_of)
    return serving


async def _json(client: httpx2.AsyncClient, path: str, **query: Any) -> Any:
    answer = await client.get(f"{STATS}/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _value(report: Any, key: str) -> float | None:
    return next(item["now"]["value"] for item in report["items"] if item["key"] == key)


async def test_city_and_district_count_different_worlds(filled: City) -> None:
    today = clock.local(clock.now()).date().isoformat()
    seen = {}
    for name in ("city", "haibowan", "wuda", "hainan"):
        client = await filled.signed_in(f"supervisor-{name}")
        report = await _json(client, "kpis", **{"from": today, "to": today})
        seen[name] = _value(report, "received")
    assert seen == {"city": 9, "haibowan": 6, "wuda": 3, "hainan": 0}


async def test_another_district_is_not_found(filled: City) -> None:
    city = await filled.signed_in("supervisor-city")
    table = await _json(city, "pivot", rows="district", kpi="received")
    wuda = next(row["key"] for row in table["rows"] if row["name"] == "乌达区")
    assert _value(await _json(city, "kpis", organization=wuda), "received") == 3
    other = await filled.signed_in("supervisor-haibowan")
    answer = await other.get(f"{STATS}/kpis", params={"organization": wuda})
    assert answer.status_code == 404


async def test_an_agent_has_no_statistics(filled: City) -> None:
    agent = await filled.signed_in("agent-1")
    assert (await agent.get(f"{STATS}/kpis")).status_code == 403


async def test_a_number_and_its_rows_agree(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    table = await _json(client, "pivot", rows="district", columns="kind", kpi="received")
    assert table["cells"]
    for cell in table["cells"]:
        rows = await _json(
            client, "tickets", measure="received", district=cell["row"], kind=cell["column"]
        )
        assert len(rows["items"]) == cell["values"]["received"]["value"]
        assert {row["kind"] for row in rows["items"]} == {cell["column"]}


async def test_rows_page_to_the_end(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    first = await _json(client, "tickets", measure="received", limit=5)
    rest = await _json(client, "tickets", measure="received", limit=5, after=first["next"])
    ids = [row["id"] for row in (*first["items"], *rest["items"])]
    assert (len(ids), len(set(ids)), rest["next"]) == (9, 9, None)


async def test_calls_behind_a_number(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    assert len((await _json(client, "calls", measure="abandoned"))["items"]) == 2
    answer = await client.get(f"{STATS}/calls", params={"measure": "received"})
    assert answer.status_code == 422


async def test_series_and_heat_map_hold_every_day(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    series = await _json(client, "series", kpi="received", step="day")
    assert len(series["points"]) == 30
    assert sum(point["values"]["received"]["value"] for point in series["points"]) == 9
    heat = await _json(client, "heat", measure="inbound")
    assert sum(map(sum, heat["counts"])) == 6
    assert sum(heat["days"]) == 30


async def test_what_is_asked_wrongly_is_told(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    for path, query in (
        ("kpis", {"from": "2026-11-02", "to": "2026-11-01"}),
        ("kpis", {"from": "2010-01-01", "to": "2026-11-01"}),
        ("pivot", {"rows": "district", "kpi": "nothing"}),
        ("pivot", {"rows": "agent", "columns": "agent", "kpi": "received"}),
        ("pivot", {"rows": "agent", "columns": "unit", "kpi": "connect_rate"}),
        ("pivot", {"rows": "kind", "kpi": "connect_rate"}),
        ("tickets", {"measure": "inbound"}),
        ("staffing", {"shrinkage": "1"}),
    ):
        answer = await client.get(f"{STATS}/{path}", params=query)
        assert answer.status_code == 422, (path, query)


async def test_the_workbook_has_real_numbers_and_the_definitions(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    answer = await client.get(f"{STATS}/kpis.xlsx")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["比率指标", "数量与时长", "指标口径"]
    rows = list(book["比率指标"].iter_rows())
    heading = next(n for n, row in enumerate(rows) if row[1].value == "指标")
    by_name = {row[1].value: row for row in rows[heading + 1 :]}
    value = by_name["放弃率"][2]
    assert (value.value, value.number_format) == (pytest.approx(2 / 5), "0.0%")
    defined = [row[0].value for row in book["指标口径"].iter_rows(min_row=2)]
    assert defined == [kpi.name for kpi in every_kpi().values()]


async def test_files_are_english_for_who_asks_for_english(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    book = openpyxl.load_workbook(BytesIO((await client.get(f"{STATS}/kpis.xlsx?lang=en")).content))
    assert book.sheetnames == ["Ratios", "Counts and times", "Definitions"]
    defined = [row[0].value for row in book["Definitions"].iter_rows(min_row=2)]
    assert defined == [kpi.name_en for kpi in every_kpi().values()]
    english = {"Accept-Language": "en-GB,en;q=0.9,zh;q=0.1"}
    query = {"rows": "kind", "columns": "compare", "kpi": "received"}
    answer = await client.get(f"{STATS}/pivot.csv", params=query, headers=english)
    lines = list(csv.reader(StringIO(answer.content.decode().removeprefix("\ufeff"))))
    assert lines[0] == ["Kind", "Column", "Indicator", "Value", "Numerator", "Denominator"]
    assert ["Complaint", "This period", "Received", "3", "3", ""] in lines
    chinese = await client.get(f"{STATS}/pivot.csv", params=query | {"lang": "zh-CN"},
                               headers=english)  # fmt: skip
    assert "投诉,本期" in chinese.content.decode()
    page = await client.get(f"{STATS}/report.pdf", params={"lang": "en"})
    assert "Daily%20report" in page.headers["content-disposition"]
    assert page.content.count(b"/Type /Page\n") == 1


async def test_a_formula_in_a_name_is_kept_as_text(filled: City, database_of: Database) -> None:
    async with database_of.transaction() as session:
        ticket = (await session.scalars(select(Ticket).limit(1))).one()
        await _call_the_unit(session, ticket)
        await roll_up.look_anew(session, 0, [ticket.id])
    client = await filled.signed_in("supervisor-city")
    book = openpyxl.load_workbook(
        BytesIO((await client.get(f"{STATS}/pivot.xlsx?rows=entry&kpi=received")).content)
    )
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    bad = [cell for cell in cells if "cmd" in str(cell.value)]
    assert [(cell.data_type, cell.value) for cell in bad] == [("s", "'=cmd|' /C calc'!A0")]
    written = (await client.get(f"{STATS}/pivot.csv?rows=entry&kpi=received")).content.decode()
    lines = list(csv.reader(StringIO(written.removeprefix("\ufeff"))))
    assert lines[0][:3] == ["事项", "列", "指标"]
    assert "'=cmd|' /C calc'!A0" in {line[0] for line in lines}


async def _call_the_unit(session: Any, ticket: Ticket) -> None:
    await session.execute(
        text("UPDATE directory_entry SET name = '=cmd|'' /C calc''!A0' WHERE key ="
             " (SELECT key FROM directory_entry ORDER BY key LIMIT 1)")
    )  # fmt: skip
    key = await session.scalar(text("SELECT key FROM directory_entry ORDER BY key LIMIT 1"))
    ticket.entry_key = key
    await session.flush()


async def test_daily_and_monthly_reports_are_one_page(filled: City) -> None:
    client = await filled.signed_in("supervisor-wuda")
    for span in ("day", "month"):
        answer = await client.get(f"{STATS}/report.pdf", params={"span": span})
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert answer.content.count(b"/Type /Page\n") == 1


async def test_the_wallboard_shows_the_own_districts(filled: City) -> None:
    client = await filled.signed_in("supervisor-wuda")
    seen = await _json(client, "wallboard")
    assert [one["name"] for one in seen["districts"]] == ["乌达区"]
    assert seen["districts"][0]["received_today"] == 3
    city = await _json(await filled.signed_in("supervisor-city"), "wallboard")
    assert [one["name"] for one in city["districts"]] == ["海勃湾区", "乌达区", "海南区"]
    assert city["today"]["inbound"]["value"] == sum(city["calls"]) == 6


async def test_a_rising_subject_is_hot_where_it_rises(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    hot = await _json(client, "topics")
    assert [(one["area"], one["today"]) for one in hot["subjects"]][:1] == [("海勃湾区", 6)]
    words = {(one["area"], one["today"]) for one in hot["words"] if "暖气" in one["name"]}
    assert words == {("海勃湾区", 6), ("乌达区", 3)}
    wuda = next(one["area_key"] for one in hot["words"] if one["area"] == "乌达区")
    own = await _json(client, "topics", organization=wuda)
    assert {one["area"] for one in own["words"]} == {"乌达区"}
    hainan = await _json(await filled.signed_in("supervisor-hainan"), "topics")
    assert hainan["subjects"] == hainan["words"] == []


async def test_staffing_without_history_is_empty_not_wrong(filled: City) -> None:
    client = await filled.signed_in("supervisor-city")
    seen = await _json(client, "staffing")
    assert (seen["slots"], seen["back_test"]) == ([], None)


async def test_events_reach_the_roll_ups_within_five_seconds(
    filled: City, database_of: Database
) -> None:
    """The service's own follower counts what is opened meanwhile."""
    client = await filled.signed_in("supervisor-city")
    began = datetime.now(tz=clock.LOCAL)
    async with database_of.transaction() as session:
        await open_one(session, "海南区")
    received: float | None = None
    while received != 10 and datetime.now(tz=clock.LOCAL) - began < timedelta(seconds=5):
        await asyncio.sleep(0.2)
        received = _value(await _json(client, "kpis"), "received")
    assert received == 10


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "2200-01-01", "9999-12-31"])
async def test_a_day_that_is_too_far_away_is_refused(serving: City, day: str) -> None:
    client = await serving.signed_in("supervisor-city")
    for path in ("kpis", "heat", "repeat-callers", "kpis.xlsx"):
        answer = await client.get(f"{STATS}/{path}", params={"from": day, "to": day})
        assert answer.status_code == 422, path
    for path in ("topics", "forecast", "staffing", "report.pdf"):
        answer = await client.get(f"{STATS}/{path}", params={"on": day})
        assert answer.status_code == 422, path


async def test_the_furthest_days_are_answered(serving: City) -> None:
    client = await serving.signed_in("supervisor-city")
    for day in ("2000-01-01", "2199-12-31"):
        await _json(client, "kpis", **{"from": day, "to": day})
        for path in ("topics", "forecast", "staffing"):
            await _json(client, path, on=day)
