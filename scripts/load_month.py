"""A month (or more) of believable calls and tickets up to this minute, so that screens are full.

    scripts/load month [--days 45] [--calls 480] [--tickets 150] [--data-dir ./var]

Calls with waits, talks, ratings and what the machine understood; shifts of agents; tickets with
their whole history, replies, follow-ups and ratings; a rise of heating complaints today and the
incident that it is. Hours, weekdays and shares follow the trade's own reports. The roll-ups are
counted anew at the end. The same arguments make the same month but for ids and seals.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from hotline import clock  # noqa: E402
from hotline.db import Role, open_database  # noqa: E402
from hotline.db.installed import start_database  # noqa: E402
from hotline.installation import prepare  # noqa: E402
from hotline.settings import Settings  # noqa: E402
from hotline.stats.roll_up import rebuild  # noqa: E402
from hotline.vault import Vault, load_vault  # noqa: E402
from hotline.worktime import official_calendar  # noqa: E402
from scripts.month_calls import CallMaker, shifts  # noqa: E402
from scripts.month_rows import Rows  # noqa: E402
from scripts.month_tickets import TicketMaker  # noqa: E402

HOURS = (0.6, 0.4, 0.3, 0.3, 0.3, 0.5, 1.2, 2.8, 7.0, 10.5, 10.8, 8.5, 5.0, 5.5, 8.2, 8.8, 8.0,
         6.2, 4.2, 3.6, 2.8, 2.3, 1.3, 0.9)  # fmt: skip
WEEKDAYS = (1.15, 1.08, 1.05, 1.05, 1.02, 0.85, 0.80)
HOLIDAY = 0.66


@dataclass(frozen=True, slots=True)
class Town:
    """What calls and tickets are made of."""

    city_id: UUID
    districts: Sequence[tuple[UUID, str]]
    units: dict[str | None, list[UUID]]
    places: dict[str, list[str]]
    subjects: Sequence[Any]
    entries: Sequence[tuple[str, str]]
    agents: Sequence[tuple[UUID, str, UUID]]
    vault: Vault


@dataclass(frozen=True, slots=True)
class Amounts:
    """How long a time, and how many calls and tickets on each of its days."""

    days: int
    calls: int
    tickets: int


def main(arguments: Sequence[str]) -> None:
    options = _options(arguments)
    settings = Settings(data_dir=options.data_dir)
    installation = start_database(settings)
    try:
        asyncio.run(_load(settings, installation.url, options))
    finally:
        installation.close()


async def _load(settings: Settings, url: str, options: argparse.Namespace) -> None:
    await prepare(settings, url, print)
    began = time.monotonic()
    amounts = Amounts(options.days, options.calls, options.tickets)
    made = await fill_month(url, load_vault(settings.data_dir, settings.vault_key), amounts)
    print(f"{made} in {time.monotonic() - began:.0f} s")


async def fill_month(url: str, vault: Vault, amounts: Amounts) -> dict[str, int]:
    """Write and count everything into an installed city; how many rows of what."""
    database = await open_database(url, Role.MIGRATE, pool_size=2, raw_size=1)
    connection = await database.connect()
    try:
        town = await _town(connection, vault)
        rows = _month(town, amounts)
        await _seats(connection, town)
        queue_id = await _queue(connection, town)
        for one in rows.tables.get("queue_entry", ()):
            one["queue_id"] = queue_id
        await rows.write(connection)
        print(f"counting {sum(map(len, rows.tables.values())):,} rows ...")
        async with database.transaction() as session:
            await rebuild(session)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
        await database.close()
    return {name: len(rows.tables.get(name, ())) for name in ("call", "ticket", "ticket_history")}


def _month(town: Town, amounts: Amounts) -> Rows:
    chance, now, rows = random.Random(114), datetime.now(UTC), Rows()  # noqa: S311
    calls = CallMaker(town, chance, now, rows)
    tickets = TicketMaker(town, chance, now, rows)
    moments = _moments(now, amounts.days)
    whole = sum(weight for _, weight in moments)
    for make, a_day in ((calls.call, amounts.calls), (tickets.ticket, amounts.tickets)):
        for hour, weight in moments:
            count = _about(chance, weight / whole * amounts.days * a_day)
            times = [hour + timedelta(seconds=chance.random() * 3600) for _ in range(count)]
            for at in (one for one in times if one < now):
                make(at)
    tickets.rise(26)
    shifts(town, chance, now, amounts.days, rows)
    return rows


def _moments(now: datetime, days: int) -> list[tuple[datetime, float]]:
    """Every hour from midnight of the first day, with how much of the load it sees."""
    is_working = official_calendar().is_working
    first = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    first -= timedelta(days=days)
    found = []
    for number in range((days + 1) * 24):
        hour = first + timedelta(hours=number)
        factor = WEEKDAYS[hour.weekday()]
        if hour.weekday() < 5 and not is_working(hour.date()):
            factor = HOLIDAY
        if hour < now:
            found.append((hour, HOURS[hour.hour] * factor))
    return found


def _about(chance: random.Random, mean: float) -> int:
    """Roughly Poisson: whole numbers around the mean."""
    return max(0, round(chance.gauss(mean, max(mean, 0.3) ** 0.5)))


async def _town(connection: asyncpg.Connection, vault: Vault) -> Town:
    city_id = await connection.fetchval("SELECT id FROM organization WHERE tier = 'city'")
    nodes = await connection.fetch(
        "SELECT id, district FROM organization WHERE tier = 'district' ORDER BY position"
    )
    units: dict[str | None, list[UUID]] = {}
    for row in await connection.fetch(
        "SELECT id, district FROM organization WHERE tier = 'unit' ORDER BY position"
    ):
        units.setdefault(row["district"], []).append(row["id"])
    places: dict[str, list[str]] = {}
    for row in await connection.fetch(
        "SELECT name, district FROM place WHERE kind <> 'district' ORDER BY position"
    ):
        places.setdefault(row["district"], []).append(row["name"])
    subjects = await connection.fetch(
        "SELECT code, name, examples, sla_working_days FROM subject WHERE level = 3"
        " ORDER BY position"
    )
    entries = await connection.fetch("SELECT key, name FROM directory_entry ORDER BY position")
    agents = await connection.fetch(
        "SELECT a.id, a.display_name, a.organization_id FROM account a"
        " JOIN role_binding r ON r.account_id = a.id WHERE r.role = 'agent' ORDER BY a.username"
    )
    return Town(
        city_id, [(row["id"], row["district"]) for row in nodes], units, places, subjects,
        [(row["key"], row["name"]) for row in entries], [tuple(row) for row in agents], vault,
    )  # fmt: skip


async def _queue(connection: asyncpg.Connection, town: Town) -> UUID:
    found: UUID | None = await connection.fetchval(
        "SELECT id FROM queue WHERE organization_id = $1 AND skill = 'mandarin'", town.city_id
    )
    if found is None:
        found = await connection.fetchval(
            "INSERT INTO queue (id, created_at, updated_at, organization_id, city_id, key, skill,"
            " hours, offer_seconds, wrap_up_seconds, target_seconds) VALUES (gen_random_uuid(),"
            " now(), now(), $1, $1, 'line-' || gen_random_uuid(), 'mandarin', '24/7', 20, 30, 15)"
            " RETURNING id",
            town.city_id,
        )
    assert found is not None
    return found


async def _seats(connection: asyncpg.Connection, town: Town) -> None:
    for account_id, name, home in town.agents:
        await connection.execute(
            "INSERT INTO seat (account_id, organization_id, city_id, display_name, state, since,"
            " idle_since, takes_calls, skills, addresses, fence) VALUES ($1, $2, $3, $4, 'offline',"
            " now(), now(), TRUE, $5, $6, 0) ON CONFLICT DO NOTHING",
            account_id, home, town.city_id, name, ["mandarin"], [],
        )  # fmt: skip


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    layout = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("scripts/load month", None, __doc__, formatter_class=layout)
    parser.add_argument("--days", type=int, default=45)
    parser.add_argument("--calls", type=int, default=480, help="a day")
    parser.add_argument("--tickets", type=int, default=150, help="a day")
    parser.add_argument("--data-dir", type=Path, default=Path("./var"))
    return parser.parse_args(arguments)
