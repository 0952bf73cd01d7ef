"""Erase what is over, or only count it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.db import Database
from hotline.errors import HotlineError
from hotline.retention import queries
from hotline.retention.kinds import RULES, Kind, Rule
from hotline.retention.months import drop_months, month_of
from hotline.vault import vault_of

log = structlog.get_logger()

AT_ONCE, OF_A_MONTH = 500, 20_000
"""Of a log, whose month is looked through for each bite, more are taken at once."""
WITH_FILES = 20
"""Of tickets fewer: each has up to 20 files, and their storage may be slow."""
_PATIENCE = text("""
SELECT set_config('statement_timeout', '120s', true),
    set_config('idle_in_transaction_session_timeout', '900s', true)
""")
_FILES = text("DELETE FROM attachment WHERE subject = ANY(:subjects) RETURNING id")
_JOINED = text("""
UPDATE ticket_petitioner p SET caller_sealed = NULL, caller_masked = NULL, caller_blind = NULL
FROM ticket t WHERE p.caller_blind = :number AND t.id = p.ticket_id AND t.closed_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.lifted_at IS NULL
        AND (h.ticket_id = t.id OR h.number_blind = p.caller_blind))
""")
_WISHES = text("""
DELETE FROM resident r WHERE r.number_blind = :number AND NOT EXISTS
    (SELECT 1 FROM legal_hold h WHERE h.lifted_at IS NULL AND h.number_blind = r.number_blind)
""")
_PERSONS = text("SELECT id FROM proxy_matter WHERE ticket_id = ANY(:ids)")
_NOBODY = text("UPDATE proxy_matter SET person_sealed = :sealed, person_masked = '' WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Hands:
    """Who lets go of what is kept elsewhere: the file of an attachment, a ticket's own words."""

    erase_file: Callable[[UUID], Awaitable[None]]
    erase_ticket: Callable[[AsyncSession, UUID], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Over:
    """How many records of a kind are past their days."""

    kind: Kind
    days: int
    count: int


async def overdue(database: Database) -> list[Over]:
    """What the next run would erase, all cities together; the days are those of the first city."""
    found: dict[Kind, Over] = {}
    async with database.transaction() as session:
        await session.execute(_PATIENCE)
        for city_id in await queries.cities(session):
            days = await queries.days_of(session, city_id)
            for kind, rule in RULES.items():
                chosen = text(f"SELECT count(*) FROM ({rule.due}) AS due")  # noqa: S608 (ours)
                count = await session.scalar(chosen, _asked(city_id, rule, days[kind]))
                known = found.get(kind, Over(kind, days[kind], 0))
                found[kind] = Over(kind, known.days, known.count + (count or 0))
    return list(found.values())


async def erase_overdue(database: Database, hands: Hands) -> dict[Kind, int]:
    """Everything that is over, in small transactions; how many of each kind.

    What cannot be let go of today keeps nothing else; it is raised at the end.
    """
    done = await drop_months(database)
    async with database.transaction() as session:
        cities = await queries.cities(session)
    refused: HotlineError | None = None
    for city_id, kind in product(cities, RULES):
        try:
            while count := await _erase_some(database, city_id, kind, hands):
                done[kind] = done.get(kind, 0) + count
        except HotlineError as error:
            refused = error
    if done:
        log.info("retention.erased", count=sum(done.values()))
    if refused is not None:
        raise refused
    return done


async def erase_number(database: Database, hands: Hands, number_blind: bytes) -> dict[Kind, int]:
    """What is held about a number, whatever its age, for the resident who asks.

    What is held by law, and what belongs to a matter that is still open, stays.
    """
    done: dict[Kind, int] = {}
    async with database.transaction() as session:
        cities = await queries.cities(session)
        await session.execute(_JOINED, {"number": number_blind})
        await session.execute(_WISHES, {"number": number_blind})
    for city_id in cities:
        for kind in (kind for kind, rule in RULES.items() if rule.whose is not None):
            while count := await _erase_some(database, city_id, kind, hands, number_blind):
                done[kind] = done.get(kind, 0) + count
    return done


async def _erase_some(
    database: Database, city_id: UUID, kind: Kind, hands: Hands, number: bytes | None = None
) -> int:
    rule, files = RULES[kind], list[UUID]()
    async with database.transaction() as session:
        await session.execute(_PATIENCE)
        days = 0 if number else (await queries.days_of(session, city_id))[kind]
        asked, mine = _asked(city_id, rule, days), ""
        if number is not None:
            asked, mine = asked | {"number": number}, f" AND {rule.whose} = :number"
        chosen = text(f"{rule.due}{mine} LIMIT {_bite(kind, rule)}")
        ids = list(await session.scalars(chosen, asked))
        if not ids:
            return 0
        await _act(session, rule, ids)
        if kind is Kind.TICKETS:
            files = await _empty_tickets(session, ids, hands)
        await audit.record(session, None, "retention.erased", target=f"retention:{kind}",
                           count=len(ids), days=days)  # fmt: skip
        # A file that cannot be let go of now keeps its row, so that the next run finds it.
        for file_id in files:
            await hands.erase_file(file_id)
    return len(ids)


def _bite(kind: Kind, rule: Rule) -> int:
    if kind is Kind.TICKETS:
        return WITH_FILES
    return OF_A_MONTH if rule.by_month else AT_ONCE


async def _act(session: AsyncSession, rule: Rule, ids: Sequence[UUID]) -> None:
    for act in rule.acts:
        await session.execute(text(act), {"ids": ids})


async def _empty_tickets(session: AsyncSession, ids: Sequence[UUID], hands: Hands) -> list[UUID]:
    """The resident's own words, and the rows of the files: whose files go now."""
    vault = vault_of(session)
    for ticket_id in ids:
        await hands.erase_ticket(session, ticket_id)
    for matter_id in list(await session.scalars(_PERSONS, {"ids": ids})):
        sealed = vault.seal("", table="proxy_matter", column="person", row=matter_id)
        await session.execute(_NOBODY, {"sealed": sealed, "id": matter_id})
    subjects = [f"ticket:{ticket_id}" for ticket_id in ids]
    return list(await session.scalars(_FILES, {"subjects": subjects}))


def _asked(city_id: UUID, rule: Rule, days: int) -> dict[str, Any]:
    before = clock.now() - timedelta(days=days)
    return {"city": city_id, "before": month_of(before) if rule.by_month else before}
