"""Seal the months of the log that are over, and look whether a sealed one is still as it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.clock import LOCAL
from hotline.organizations.models import Organization
from hotline.portal.digest import Running, is_signed, statement_of
from hotline.portal.models import LogDigest
from hotline.portal.signing_key import raw_public
from hotline.tickets.models import Ticket, TicketHistory

_BATCH = 5_000
_TIMEOUT = "120s"
_LOCK = 0x114_D16E57  # pg_advisory_xact_lock key, fixed for ever


@dataclass(frozen=True, slots=True)
class Verdict:
    """`is_same` says that the log still gives the digest; `is_signed` that we stated it."""

    month: str
    is_same: bool
    is_signed: bool


async def seal_months(session: AsyncSession, city: Organization, key: Ed25519PrivateKey) -> int:
    """Every month that is over and not sealed, oldest first; how many there were."""
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    sealed = {row.month: row for row in await digests(session, city.id)}
    previous = sealed[max(sealed)].digest if sealed else None
    count = 0
    for month in await _months_over(session, city.id):
        if sealed and month <= max(sealed):
            continue
        row = await _sealed(session, city, month, previous, key)
        session.add(row)
        previous, count = row.digest, count + 1
    await session.flush()
    return count


async def digests(session: AsyncSession, city_id: UUID) -> Sequence[LogDigest]:
    """Newest first."""
    chosen = select(LogDigest).where(LogDigest.city_id == city_id)
    return (await session.scalars(chosen.order_by(LogDigest.month.desc()))).all()


async def verify(session: AsyncSession, row: LogDigest) -> Verdict:
    running = await _run(session, row.city_id, row.month)
    is_same = (running.digest, running.row_count) == (row.digest, row.row_count)
    states_it = f"sha256 {row.digest.hex()}\n" in row.statement
    signed = is_signed(row.statement, row.signature, row.public_key)
    return Verdict(row.month, is_same, states_it and signed)


async def _sealed(
    session: AsyncSession,
    city: Organization,
    month: str,
    previous: bytes | None,
    key: Ed25519PrivateKey,
) -> LogDigest:
    running = await _run(session, city.id, month)
    statement = statement_of(
        city.key, month, row_count=running.row_count, digest=running.digest, previous=previous
    )
    return LogDigest(
        city_id=city.id,
        month=month,
        row_count=running.row_count,
        digest=running.digest,
        statement=statement,
        signature=key.sign(statement.encode()),
        public_key=raw_public(key),
    )


async def _run(session: AsyncSession, city_id: UUID, month: str) -> Running:
    """One pass, a batch in memory at a time."""
    since, until = _bounds(month)
    chosen = (
        select(TicketHistory)
        .join(Ticket, Ticket.id == TicketHistory.ticket_id)
        .where(Ticket.city_id == city_id, TicketHistory.at >= since, TicketHistory.at < until)
        .order_by(TicketHistory.at, TicketHistory.id)
        .execution_options(yield_per=_BATCH)
    )
    running = Running()
    await session.execute(text(f"SET LOCAL statement_timeout = '{_TIMEOUT}'"))
    async for rows in (await session.stream_scalars(chosen)).partitions():
        running.take(rows)
        for row in rows:
            session.expunge(row)
    return running


async def _months_over(session: AsyncSession, city_id: UUID) -> list[str]:
    """From the first row of the log to the month before this one, without gaps."""
    chosen = select(func.min(TicketHistory.at)).join(Ticket, Ticket.id == TicketHistory.ticket_id)
    first = await session.scalar(chosen.where(Ticket.city_id == city_id))
    if first is None:
        return []
    month, this = f"{clock.local(first):%Y-%m}", f"{clock.local(clock.now()):%Y-%m}"
    months: list[str] = []
    while month < this:
        months.append(month)
        month = f"{_bounds(month)[1]:%Y-%m}"
    return months


def _bounds(month: str) -> tuple[datetime, datetime]:
    year, number = int(month[:4]), int(month[5:])
    first = datetime(year, number, 1, tzinfo=LOCAL)
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    return first, datetime(*after, 1, tzinfo=LOCAL)
