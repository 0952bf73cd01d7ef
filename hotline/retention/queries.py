"""Every SELECT on periods and holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db.arrays import one_of
from hotline.principal import Principal
from hotline.retention.kinds import RULES, Kind
from hotline.retention.models import LegalHold, RetentionTerm

_MONTHS_OVER = text(r"""
SELECT name, began_at, over_at FROM (
    SELECT month.relname AS name,
        (regexp_match(bound, 'FROM \(''([^'']+)''\)'))[1]::timestamptz AS began_at,
        (regexp_match(bound, 'TO \(''([^'']+)''\)'))[1]::timestamptz AS over_at
    FROM pg_inherits JOIN pg_class month ON month.oid = inhrelid
    CROSS JOIN LATERAL pg_get_expr(month.relpartbound, month.oid) AS bound
    WHERE inhparent = to_regclass(:table)
) AS months WHERE over_at <= :before ORDER BY over_at
""")


def visible_to(principal: Principal) -> Select[LegalHold]:
    return select(LegalHold).where(one_of(LegalHold.city_id, principal.subtree))


async def page(
    session: AsyncSession, principal: Principal, *, after: UUID | None, limit: int
) -> Sequence[LegalHold]:
    """Newest first."""
    chosen = visible_to(principal).order_by(LegalHold.id.desc()).limit(limit)
    if after is not None:
        chosen = chosen.where(LegalHold.id < after)
    return (await session.scalars(chosen)).all()


async def held_hold(session: AsyncSession, principal: Principal, hold_id: UUID) -> LegalHold | None:
    chosen = visible_to(principal).where(LegalHold.id == hold_id)
    return await session.scalar(chosen.with_for_update(key_share=True))


async def days_of(session: AsyncSession, city_id: UUID) -> Mapping[Kind, int]:
    """The city's own days, else the usual ones."""
    newest = (
        select(RetentionTerm)
        .where(RetentionTerm.city_id == city_id)
        .ext(distinct_on(RetentionTerm.kind))
        .order_by(RetentionTerm.kind, RetentionTerm.id.desc())
    )
    own = {Kind(row.kind): row.days for row in await session.scalars(newest)}
    return {kind: own.get(kind, rule.usual_days) for kind, rule in RULES.items()}


async def is_held(
    session: AsyncSession, ticket_ids: Sequence[UUID], number_blind: bytes | None
) -> bool:
    """Whether a hold names one of the matters, or the number."""
    named: ColumnElement[bool] = LegalHold.ticket_id.in_(ticket_ids)
    if number_blind is not None:
        named |= LegalHold.number_blind == number_blind
    chosen = select(LegalHold.id).where(LegalHold.lifted_at.is_(None), named).limit(1)
    return await session.scalar(chosen) is not None


async def months_over(
    session: AsyncSession, table: str, before: datetime
) -> Sequence[Row[str, datetime, datetime]]:
    """The tables of a log whose month ended before that: name, beginning, end; oldest first."""
    return (await session.execute(_MONTHS_OVER, {"table": table, "before": before})).all()


async def cities(session: AsyncSession) -> Sequence[UUID]:
    return (await session.scalars(text("SELECT DISTINCT city_id FROM organization"))).all()


async def ticket_by_number(session: AsyncSession, city_id: UUID, number: str) -> UUID | None:
    """Only whether there is one: an administrator sees no case."""
    asked = {"city": city_id, "number": number}
    found: UUID | None = await session.scalar(
        text("SELECT id FROM ticket WHERE city_id = :city AND number = :number"), asked
    )
    return found
