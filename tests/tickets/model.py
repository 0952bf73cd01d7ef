"""A second, simpler telling of the life of a ticket, to hold the product against.

Written from the table of the trade, not from `moves.py`: who may do what in which state, as
plain sets of people, and the conditions as plain comparisons.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hotline import clock

DESK = {"agent", "dispatcher", "leader", "district"}
CITY = {"dispatcher", "leader"}
HOTLINE = {"hotline"}
PEOPLE = DESK | HOTLINE | {"lead", "other", "city-unit"}
UNITS = ("lead", "other", "city-unit")  # the last is no unit of a district

# status → move → (status after, who)
LIFE: dict[str, dict[str, tuple[str, set[str]]]] = {
    "registered": {
        "answer": ("direct", DESK | HOTLINE),
        "send": ("to_dispatch", DESK | HOTLINE),
        "transfer_emergency": ("emergency", DESK | HOTLINE),
        "refuse": ("not_accepted", DESK),
        "refer": ("referred", DESK),
        "invalidate": ("invalid", DESK),
        "cancel": ("cancelled", DESK | HOTLINE),
    },
    "not_accepted": {"revert": ("registered", {"leader", "district"})},
    "emergency": {
        "follow_up": ("to_visit", DESK),
        "revert": ("registered", {"leader", "district"}),
    },
    "direct": {"close": ("closed", DESK | HOTLINE)},
    "to_dispatch": {
        "dispatch": ("to_sign", CITY),
        "refer": ("referred", CITY),
        "answer": ("direct", HOTLINE),
        "cancel": ("cancelled", DESK | HOTLINE),
    },
    "referred": {
        "close_referred": ("closed", DESK),
        "revert": ("registered", {"leader", "district"}),
    },
    "to_sign": {
        "sign": ("in_progress", {"holder"}),
        "auto_sign": ("in_progress", HOTLINE),
        "request_return": ("return_requested", {"holder"}),
        "cancel": ("cancelled", DESK | HOTLINE),
    },
    "return_requested": {
        "endorse_return": ("return_requested", {"its-district"}),
        "grant_return": ("to_dispatch", CITY),
        "refuse_return": ("in_progress", CITY | {"its-district"}),
        "cancel": ("cancelled", DESK | HOTLINE),
    },
    "in_progress": {
        "reply": ("replied", {"holder"}),
        "request_return": ("return_requested", {"holder"}),
        "request_extension": ("in_progress", {"holder"}),
        "endorse_extension": ("in_progress", {"its-district"}),
        "grant_extension": ("in_progress", CITY),
        "refuse_extension": ("in_progress", CITY | {"its-district"}),
        "request_suspension": ("in_progress", {"holder"}),
        "grant_suspension": ("suspended", CITY),
        "refuse_suspension": ("in_progress", CITY | {"its-district"}),
        "cancel": ("cancelled", DESK | HOTLINE),
    },
    "suspended": {
        "resume": ("in_progress", {"holder"}),
        "end_suspension": ("in_progress", CITY),
        "auto_resume": ("in_progress", HOTLINE),
    },
    "replied": {
        "reject_reply": ("in_progress", CITY | {"its-district"}),
        "accept_reply": ("to_visit", CITY),
    },
    "to_visit": {
        "record_attempt": ("to_visit", CITY | {"agent"} | HOTLINE),
        "rate": ("closed", HOTLINE),
        "rate_low": ("to_visit", HOTLINE),
        "close_satisfied": ("closed", CITY | {"agent"}),
        "close_unreached": ("closed", CITY | {"agent"}),
        "close_unreasonable": ("closed", {"leader"}),
        "demand_redo": ("redo", CITY | {"agent"}),
        "escalate": ("to_dispatch", {"leader"}),
    },
    "redo": {"restart": ("in_progress", CITY)},
    "closed": {
        "reopen": ("redo", CITY | {"agent"} | HOTLINE),
        "archive": ("archived", HOTLINE),
    },
}


@dataclass
class Model:
    """What a ticket should be like. Moments are taken over from the product, legality is not."""

    status: str = "registered"
    holder: str | None = None  # None: the city's desk
    was_dispatched: bool = False
    returns: dict[str, int] = field(default_factory=dict)
    pending: set[str] = field(default_factory=set)
    endorsed: set[str] = field(default_factory=set)
    extensions: int = 0
    redos: int = 0
    visits: list[date] = field(default_factory=list)
    due_at: datetime | None = None
    step_due_at: datetime | None = None
    return_until: datetime | None = None
    closed_at: datetime | None = None

    def sees(self, person: str) -> bool:
        return person not in UNITS or person == self.holder

    def legal(self, person: str, now: datetime) -> set[str]:
        """The moves that a person may make."""
        return {
            move
            for move, (_, who) in LIFE.get(self.status, {}).items()
            if self._is_among(person, who) and self._is_time_for(move, now)
        }

    def make(self, move: str, now: datetime, *, unit: str) -> None:
        self.status = LIFE[self.status][move][0]
        name = move.partition("_")[2]
        if move.startswith("request_"):
            self.pending.add(name)
        if move == "request_return":
            self.returns[str(self.holder)] = self.returns.get(str(self.holder), 0) + 1
        if move.startswith("endorse_"):
            self.endorsed.add(name)
        if move.startswith(("grant_", "refuse_")) and name:
            self.pending.discard(name)
            self.endorsed.discard(name)
        if move in ("grant_return", "reply"):
            self.pending.clear()
            self.endorsed.clear()
        self._count(move, now, unit)

    def _count(self, move: str, now: datetime, unit: str) -> None:
        if move == "dispatch":
            self.holder, self.was_dispatched = unit, True
        if move in ("grant_return", "escalate"):
            self.holder = None
        self.extensions += move == "grant_extension"
        if move in ("demand_redo", "reopen"):
            self.redos += 1
            self.visits = []
        if move == "record_attempt":
            self.visits.append(clock.local(now).date())
        if self.status in ("closed", "not_accepted", "referred", "cancelled", "invalid"):
            self.closed_at = now
            self.pending.clear()
        elif move in ("reopen", "revert"):
            self.closed_at = None

    def _is_among(self, person: str, who: set[str]) -> bool:
        is_holder = person == self.holder and "holder" in who
        is_its_district = person == "district" and self._is_in_district() and "its-district" in who
        return person in who or is_holder or is_its_district

    def _is_in_district(self) -> bool:
        return self.holder in ("lead", "other")

    def _is_time_for(self, move: str, now: datetime) -> bool:
        asked = move.partition("_")[2]
        before_due = self.due_at is not None and now < self.due_at
        step_over = self.step_due_at is not None and now > self.step_due_at
        reviewed = not self._is_in_district() or asked in self.endorsed
        conditions = {
            "auto_sign": step_over,
            "auto_resume": step_over,
            "request_return": self.return_until is not None
            and now <= self.return_until
            and self.returns.get(str(self.holder), 0) < 2,
            "endorse_return": asked in self.pending and asked not in self.endorsed,
            "endorse_extension": asked in self.pending and asked not in self.endorsed,
            "grant_return": reviewed or step_over,
            "grant_extension": asked in self.pending and reviewed,
            "grant_suspension": asked in self.pending,
            "refuse_extension": asked in self.pending,
            "refuse_suspension": asked in self.pending,
            "request_extension": before_due and self.extensions < 1 and asked not in self.pending,
            "request_suspension": before_due and asked not in self.pending,
            "close_unreached": len(self.visits) >= 3 and len(set(self.visits)) >= 2,
            "demand_redo": self.redos < 2 and self.was_dispatched,
            "escalate": self.redos >= 2 and self.was_dispatched,
            "reopen": self._is_reopenable(now),
            "archive": self.closed_at is not None and now > self.closed_at + timedelta(days=30),
        }
        return conditions.get(move, True)

    def _is_reopenable(self, now: datetime) -> bool:
        is_fresh = self.closed_at is not None and now <= self.closed_at + timedelta(days=30)
        return is_fresh and self.redos < 2 and self.was_dispatched
