"""Standings, bars and appeals as consoles and vendors' pages show them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.dispatch import standing_queries as queries
from hotline.dispatch.models import VendorBar
from hotline.dispatch.settlement_queries import vendor_names
from hotline.dispatch.standing import WEIGHTS, Count, Counts, Grade, Mark, Standing, advice_for
from hotline.dispatch.standing_complaints import complaints_of
from hotline.dispatch.standing_models import VendorAppeal, VendorStanding
from hotline.dispatch.standing_schemas import (
    AppealOut,
    BarOut,
    MarkOut,
    VendorGradeOut,
    VendorStandingOut,
)


async def vendor_standing(session: AsyncSession, vendor_id: UUID) -> VendorStandingOut:
    """How a vendor stands and what it can do: for its own pages, and for its file."""
    names = await vendor_names(session, [vendor_id])
    months = await queries.standings_of(session, vendor_id)
    bars = await queries.bars_of(session, vendor_id)
    appeals = await queries.appeals_of(session, vendor_id)
    return VendorStandingOut(
        months=[_standing(row, names) for row in months],
        bars=await bars_out(session, bars),
        complaints=await complaints_of(session, vendor_id),
        appeals=[_appeal(row, names) for row in appeals],
    )


async def standings_out(
    session: AsyncSession, rows: Sequence[VendorStanding]
) -> list[VendorGradeOut]:
    names = await _names(session, {row.vendor_id for row in rows})
    return [_standing(row, names) for row in rows]


async def appeals_out(session: AsyncSession, rows: Sequence[VendorAppeal]) -> list[AppealOut]:
    names = await _names(session, {row.vendor_id for row in rows})
    return [_appeal(row, names) for row in rows]


async def bars_out(session: AsyncSession, rows: Sequence[VendorBar]) -> list[BarOut]:
    workers = await queries.badges_of(session, {row.worker_id for row in rows if row.worker_id})
    same = [name for name in BarOut.model_fields if name != "worker"]
    return [
        BarOut(
            **{name: getattr(row, name) for name in same},
            worker=workers.get(row.worker_id) if row.worker_id else None,
        )
        for row in rows
    ]


async def bar_out(session: AsyncSession, row: VendorBar) -> BarOut:
    return (await bars_out(session, [row]))[0]


def counts_of(row: VendorStanding) -> Counts:
    return {Mark(name): Count(*pair) for name, pair in row.counts.items()}


def _standing(row: VendorStanding, names: dict[UUID, str]) -> VendorGradeOut:
    counts = counts_of(row)
    standing = Standing(row.score, Grade(row.grade), row.satisfaction, row.is_warned)
    return VendorGradeOut(
        id=row.id,
        vendor_id=row.vendor_id,
        vendor_name=names[row.vendor_id],
        month=f"{row.month:%Y-%m}",
        grade=standing.grade,
        score=round(row.score, 4),
        satisfaction=round(row.satisfaction, 4),
        is_warned=row.is_warned,
        marks=[_mark(mark, counts.get(mark, Count())) for mark in Mark],
        advice=list(advice_for(counts, standing)),
    )


def _mark(mark: Mark, count: Count) -> MarkOut:
    share = round(count.shrunk, 4)
    return MarkOut(mark=mark, good=count.good, all=count.all, share=share, weight=WEIGHTS[mark])


def _appeal(row: VendorAppeal, names: dict[UUID, str]) -> AppealOut:
    same = {name: getattr(row, name) for name in AppealOut.model_fields if name != "vendor_name"}
    return AppealOut(**same, vendor_name=names[row.vendor_id])


async def _names(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    return await vendor_names(session, ids)
