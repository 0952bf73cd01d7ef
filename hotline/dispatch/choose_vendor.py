"""Whose turn it is: eligibility, the resident's own choice, then weighted rotation. Pure.

Every vendor is entitled to a share of the turns of its category by weight = grade × (1 - recent
share). Whoever is furthest behind its entitlement is next; who is within half a turn of that is as
good, and then the nearest wins, and chance by the order's seed among equally near ones. No vendor
takes more than the cap of a month's orders, and new ones are given their trial share.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

GRADES: Mapping[str, float] = MappingProxyType({"A": 1.0, "B": 0.8, "C": 0.5, "watch": 0.2})
NEAR_KM = 1.0
"""Distances are told apart by whole steps of this length."""


class Why(StrEnum):
    """What decided."""

    OWN_CHOICE = "own_choice"
    TRIAL = "trial"
    ROTATION = "rotation"
    NOBODY = "nobody"


class Unfit(StrEnum):
    """Why a vendor may not be sent to this order."""

    NOT_ACTIVE = "not_active"
    WRONG_DISTRICT = "wrong_district"
    CLOSED = "closed"
    FULL = "full"
    PAPERS = "papers"
    BARRED = "barred"
    RESIDENT_BAR = "resident_bar"
    COOLING = "cooling"
    OFFERED = "already_offered"
    SHARE_CAP = "share_cap"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A vendor of the service as the choice sees it.

    `turns` are its orders and unanswered offers of the category in the recent window, `missed` the
    turns of others in the window before it took part; `month_orders` its orders this month.
    """

    vendor_id: str
    grade: str = "B"
    is_active: bool = True
    serves_district: bool = True
    is_open: bool = True
    has_valid_papers: bool = True
    is_barred: bool = False
    is_barred_here: bool = False
    is_cooling: bool = False
    is_new: bool = False
    was_offered: bool = False
    open_orders: int = 0
    capacity: int = 1
    turns: int = 0
    missed: int = 0
    month_orders: int = 0
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """An organization may set its own."""

    share_cap: float = 0.25
    cap_from_orders: int = 20
    cap_from_vendors: int = 5
    trial_share: float = 0.05
    close_behind: float = 0.5
    grades: Mapping[str, float] = field(default_factory=lambda: GRADES)


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Standing:
    """How one eligible vendor stands in the rotation."""

    candidate: Candidate
    weight: float
    share: float
    entitled: float
    behind: float


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is offered the order, and the whole reason in plain JSON."""

    vendor_id: str | None
    why: Why
    reason: Mapping[str, Any]


def choose_vendor(
    candidates: Sequence[Candidate],
    *,
    seed: int,
    own_choice: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Choice:
    """The next vendor to be offered the order, or nobody."""
    unfit = _unfit(candidates)
    fit = [one for one in candidates if one.vendor_id not in unfit]
    capped = {one.vendor_id: Unfit.SHARE_CAP for one in _over_cap(fit, limits)}
    standings = _standings([one for one in fit if one.vendor_id not in capped], limits)
    unfit |= capped
    own = next((one for one in fit if one.vendor_id == own_choice), None)
    if own is not None or not standings:
        why = Why.OWN_CHOICE if own else Why.NOBODY
        return _choice(own, why, standings, unfit, seed)
    trial = _on_trial(standings, limits)
    ranked = _ranked(trial or standings, seed, limits)
    why = Why.TRIAL if trial else Why.ROTATION
    return _choice(ranked[0].candidate, why, standings, unfit, seed)


def unfitness(one: Candidate) -> Unfit | None:
    """The first reason against sending this vendor, in the order in which they are told."""
    failed = {
        Unfit.NOT_ACTIVE: not one.is_active,
        Unfit.BARRED: one.is_barred,
        Unfit.RESIDENT_BAR: one.is_barred_here,
        Unfit.WRONG_DISTRICT: not one.serves_district,
        Unfit.PAPERS: not one.has_valid_papers,
        Unfit.OFFERED: one.was_offered,
        Unfit.COOLING: one.is_cooling,
        Unfit.CLOSED: not one.is_open,
        Unfit.FULL: one.open_orders >= one.capacity,
    }
    return next((reason for reason, is_so in failed.items() if is_so), None)


def _unfit(candidates: Sequence[Candidate]) -> dict[str, Unfit]:
    return {one.vendor_id: reason for one in candidates if (reason := unfitness(one))}


def _over_cap(fit: Sequence[Candidate], limits: Limits) -> list[Candidate]:
    """Whoever would pass the cap with this order; only where there are enough others."""
    total = sum(one.month_orders for one in fit)
    if len(fit) < limits.cap_from_vendors or total < limits.cap_from_orders:
        return []
    return [one for one in fit if (one.month_orders + 1) / (total + 1) > limits.share_cap]


def _standings(fit: Sequence[Candidate], limits: Limits) -> list[Standing]:
    total = sum(one.turns for one in fit)
    shares = {one.vendor_id: one.turns / total if total else 0.0 for one in fit}
    weights = {
        one.vendor_id: limits.grades.get(one.grade, min(limits.grades.values()))
        * (1 - shares[one.vendor_id])
        for one in fit
    }
    # A single vendor that has had every turn is still entitled to the next one.
    whole = sum(weights.values()) or 1.0
    return [
        _standing(one, weights[one.vendor_id], shares[one.vendor_id], whole, total) for one in fit
    ]


def _standing(one: Candidate, weight: float, share: float, whole: float, total: int) -> Standing:
    entitled = weight / whole
    taken_part = max(total - one.missed, one.turns) + 1
    return Standing(one, weight, share, entitled, entitled * taken_part - one.turns)


def _on_trial(standings: Sequence[Standing], limits: Limits) -> list[Standing]:
    """New vendors, while together they have had less than their share of the month."""
    new = [one for one in standings if one.candidate.is_new]
    total = sum(one.candidate.month_orders for one in standings)
    had = sum(one.candidate.month_orders for one in new)
    return new if new and had < limits.trial_share * (total + 1) else []


def _ranked(standings: Sequence[Standing], seed: int, limits: Limits) -> list[Standing]:
    furthest = max(one.behind for one in standings)
    level = [one for one in standings if one.behind >= furthest - limits.close_behind]
    return sorted(level, key=lambda one: (_step(one.candidate), _lot(seed, one.candidate)))


def _step(one: Candidate) -> float:
    return float("inf") if one.distance_km is None else one.distance_km // NEAR_KM


def _lot(seed: int, one: Candidate) -> bytes:
    return hashlib.blake2b(f"{seed}/{one.vendor_id}".encode(), digest_size=8).digest()


def _choice(
    chosen: Candidate | None, why: Why, standings: Sequence[Standing],
    unfit: Mapping[str, Unfit], seed: int,
) -> Choice:  # fmt: skip
    told = [
        {
            "vendor_id": one.candidate.vendor_id,
            "grade": one.candidate.grade,
            "turns": one.candidate.turns,
            "month_orders": one.candidate.month_orders,
            "share": round(one.share, 4),
            "weight": round(one.weight, 4),
            "entitled": round(one.entitled, 4),
            "behind": round(one.behind, 3),
            "distance_km": one.candidate.distance_km,
            "is_new": one.candidate.is_new,
        }
        for one in sorted(standings, key=lambda one: -one.behind)
    ]
    reason = {
        "why": why.value,
        "seed": seed,
        "eligible": told,
        "unfit": {vendor_id: str(one) for vendor_id, one in unfit.items()},
    }
    return Choice(chosen.vendor_id if chosen else None, why, reason)
