"""Whether turns went round fairly: what each vendor was entitled to, and what it had.

Every offer keeps the whole reason of its choice, with what each eligible vendor was entitled to at
that moment; the sum over all offers is what it should have had by now.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.models import Vendor
from hotline.dispatch.choose_vendor import Limits
from hotline.dispatch.ledger_queries import vendors_visible_to
from hotline.principal import Principal

SPAN = timedelta(days=30)

# What residents chose for themselves is no turn of the rotation, for whoever got it.
_TURNS = text("""
WITH turn AS (
  SELECT o.id, o.vendor_id, o.state, o.reason, w.category, o.reason->>'why' = 'own_choice' AS own
  FROM work_order_offer o JOIN work_order w ON w.id = o.order_id
  WHERE w.city_id = :city AND o.created_at >= :since
    AND o.state IN ('accepted', 'declined', 'expired')
), entitled AS (
  SELECT t.category, CAST(e->>'vendor_id' AS uuid) AS vendor_id,
         sum(CAST(e->>'entitled' AS float)) AS expected, count(*) AS eligible
  FROM turn t CROSS JOIN LATERAL jsonb_array_elements(t.reason->'eligible') e
  WHERE NOT t.own GROUP BY 1, 2
), had AS (
  SELECT category, vendor_id, count(*) FILTER (WHERE NOT own) AS turns,
         count(*) FILTER (WHERE own) AS own_choices,
         count(*) FILTER (WHERE state = 'accepted') AS accepted,
         count(*) FILTER (WHERE state = 'declined') AS declined,
         count(*) FILTER (WHERE state = 'expired') AS expired
  FROM turn GROUP BY 1, 2
)
SELECT coalesce(e.category, h.category), coalesce(e.vendor_id, h.vendor_id),
       coalesce(e.expected, 0), coalesce(e.eligible, 0), coalesce(h.turns, 0),
       coalesce(h.own_choices, 0), coalesce(h.accepted, 0), coalesce(h.declined, 0),
       coalesce(h.expired, 0)
FROM entitled e FULL JOIN had h ON h.category = e.category AND h.vendor_id = e.vendor_id
""")


class FairShare(BaseModel):
    """`expected` turns by entitlement, `turns` as they were; `own_choices` beside them."""

    vendor_id: UUID
    vendor_name: str
    grade: str
    expected: float
    eligible: int
    turns: int
    own_choices: int
    accepted: int
    declined: int
    expired: int
    share: float


class FairCategory(BaseModel):
    category: str
    turns: int
    largest_gap: float
    vendors: list[FairShare]


class FairnessOut(BaseModel):
    since: datetime
    share_cap: float
    categories: list[FairCategory]


async def fairness(
    session: AsyncSession, principal: Principal, city_id: UUID, now: datetime
) -> FairnessOut:
    """The categories of vendors that the principal may see; a category is shown whole."""
    since = now - SPAN
    rows = (await session.execute(_TURNS, {"city": city_id, "since": since})).all()
    known = {vendor.id: vendor for vendor in await session.scalars(vendors_visible_to(principal))}
    by_category: defaultdict[str, list[FairShare]] = defaultdict(list)
    totals: defaultdict[str, int] = defaultdict(int)
    for category, _, _, _, turns, *_ in rows:
        totals[category] += turns
    for category, vendor_id, *figures in rows:
        if vendor_id in known:
            share = _share(known[vendor_id], figures, totals[category])
            by_category[category].append(share)
    return FairnessOut(
        since=since,
        share_cap=Limits().share_cap,
        categories=[_category(name, by_category[name], totals[name]) for name in sorted(
            by_category, key=lambda name: -totals[name])],
    )  # fmt: skip


def _share(vendor: Vendor, figures: Sequence[float], total: int) -> FairShare:
    expected, eligible, turns, own, accepted, declined, expired = figures
    return FairShare(
        vendor_id=vendor.id,
        vendor_name=vendor.name,
        grade=vendor.grade,
        expected=round(expected, 2),
        eligible=int(eligible),
        turns=int(turns),
        own_choices=int(own),
        accepted=int(accepted),
        declined=int(declined),
        expired=int(expired),
        share=round(turns / total, 4) if total else 0.0,
    )


def _category(name: str, shares: list[FairShare], total: int) -> FairCategory:
    ordered = sorted(shares, key=lambda one: -one.expected)
    gap = max((abs(one.turns - one.expected) for one in ordered), default=0.0)
    return FairCategory(category=name, turns=total, largest_gap=round(gap, 2), vendors=ordered)
