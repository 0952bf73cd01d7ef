"""Let the choice run over many orders and compare what came of it with what was due. Pure."""

import random
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hotline.dispatch.choose_vendor import (
    DEFAULT_LIMITS,
    Candidate,
    Choice,
    Limits,
    choose_vendor,
)

WINDOW = 300
"""Orders that count as recent."""
MONTH = 200
"""Orders after which a month begins anew."""
ACCEPTANCE = 0.85
_LINE = "{:<10} {:<6} {:>5} {:>7} {:>8} {:>8} {:>8} {:>9}"


@dataclass(frozen=True, slots=True)
class Row:
    """What one vendor got. `due` is its share by the weights of the end."""

    vendor_id: str
    grade: str
    is_new: bool
    orders: int
    share: float
    due: float
    most_in_month: float
    longest_gap: int


@dataclass(slots=True)
class _Run:
    recent: deque[str]
    month: Counter[str]
    orders: Counter[str]
    last: dict[str, int]
    gaps: dict[str, int]
    top: dict[str, float]


def simulate(
    vendors: Sequence[Candidate], *, orders: int, seed: int, limits: Limits = DEFAULT_LIMITS
) -> list[Row]:
    """Every order is offered until somebody accepts; who declines has had its turn."""
    chance = random.Random(seed)  # noqa: S311 (a simulation)
    names = [one.vendor_id for one in vendors]
    run = _Run(deque(maxlen=WINDOW), Counter(), Counter(), dict.fromkeys(names, 0),
               dict.fromkeys(names, 0), dict.fromkeys(names, 0.0))  # fmt: skip
    for number in range(1, orders + 1):
        _one_order(vendors, run, number, chance, limits)
        if number % MONTH == 0:
            _close_month(run, limits)
    last = choose_vendor([_now(one, run, chance) for one in vendors], seed=seed, limits=limits)
    return [_row(one, run, orders, _due(last, one.vendor_id)) for one in vendors]


def table(rows: Sequence[Row]) -> str:
    head = _LINE.format("vendor", "grade", "new", "orders", "share", "due", "month", "gap")
    lines = [
        _LINE.format(
            row.vendor_id, row.grade, "yes" if row.is_new else "", row.orders, f"{row.share:.2%}",
            f"{row.due:.2%}", f"{row.most_in_month:.1%}", row.longest_gap,
        )
        for row in rows
    ]  # fmt: skip
    return "\n".join([head, *lines])


def _one_order(
    vendors: Sequence[Candidate], run: _Run, number: int, chance: random.Random, limits: Limits
) -> None:
    offered: set[str] = set()
    seed = chance.getrandbits(32)
    while True:
        now = [
            replace(_now(one, run, chance), was_offered=one.vendor_id in offered) for one in vendors
        ]
        chosen = choose_vendor(now, seed=seed, limits=limits).vendor_id
        if chosen is None:
            return
        offered.add(chosen)
        run.recent.append(chosen)
        if chance.random() < ACCEPTANCE:
            break
    run.month[chosen] += 1
    run.orders[chosen] += 1
    run.gaps[chosen] = max(run.gaps[chosen], number - run.last[chosen])
    run.last[chosen] = number


def _now(one: Candidate, run: _Run, chance: random.Random) -> Candidate:
    return replace(
        one,
        turns=run.recent.count(one.vendor_id),
        month_orders=run.month[one.vendor_id],
        distance_km=chance.uniform(0.0, 12.0),
    )


def _close_month(run: _Run, limits: Limits) -> None:
    total = sum(run.month.values())
    if total >= limits.cap_from_orders:
        for name, count in run.month.items():
            run.top[name] = max(run.top[name], count / total)
    run.month.clear()


def _due(last: Choice, vendor_id: str) -> float:
    told = {one["vendor_id"]: one["entitled"] for one in last.reason["eligible"]}
    return float(told.get(vendor_id, 0.0))


def _row(one: Candidate, run: _Run, orders: int, due: float) -> Row:
    got = run.orders[one.vendor_id]
    return Row(
        one.vendor_id, one.grade, one.is_new, got, got / orders, due,
        run.top[one.vendor_id], run.gaps[one.vendor_id],
    )  # fmt: skip
