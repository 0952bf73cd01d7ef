"""Calls of a month and the shifts of those who answer them."""

import random
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hotline import clock
from hotline.privacy import mask_number
from scripts.month_rows import Rows, id_at

if TYPE_CHECKING:
    from scripts.load_month import Town

MACHINE, ABANDONED, RATED, EMERGENCY = 0.44, 0.035, 0.38, 0.006
DECISIONS = {"answer": 58, "confirm": 15, "choose": 12, "agent": 15}
LEVELS = {5: 62, 4: 25, 3: 8, 2: 3, 1: 2}
SHIFTS = ((0, 8), (8, 16), (9, 18), (8, 17), (14, 22), (16, 24))
GREETING, ANSWER = "您好，乌海114阳光政务热线，请讲。", "已为您查到，请记一下。"

_Row = tuple[str, datetime, dict[str, Any]]


class CallMaker:
    def __init__(self, town: "Town", chance: random.Random, now: datetime, rows: Rows) -> None:
        self._town, self._chance, self._now, self._rows = town, chance, now, rows

    def call(self, at: datetime) -> None:
        chance, own = self._chance, id_at(at)
        district_id, district = chance.choices(self._town.districts, weights=(55, 27, 18))[0]
        entry, name = chance.choice(self._town.entries)
        talk_with_machine = 12 + chance.expovariate(1 / 25)
        row: dict[str, Any] = {
            "id": own, "provider_sid": f"CA{own.hex}", "organization_id": self._town.city_id,
            "city_id": self._town.city_id, "district_id": district_id, "district": district,
            "to_number": "+86473114", "from_masked": self._caller(), "status": "ended", "step": 1,
            "said": [], "candidates": [{"entry_id": entry, "name": name, "category": "",
                                        "confidence": 0.9}],
            "ticket_ids": [], "started_at": at, "direction": "inbound", "parties": [],
            "version": 1, "emergency": "110" if chance.random() < EMERGENCY else None,
            "ended_at": at + timedelta(seconds=talk_with_machine),
        }  # fmt: skip
        follows: list[_Row] = []
        if chance.random() > MACHINE:
            follows = self._wait(row, at + timedelta(seconds=talk_with_machine))
        if row["ended_at"] >= self._now:
            return
        self._turn(own, at)
        self._rows.add("call", at, **row)
        for table, moment, values in follows:
            self._rows.add(table, moment, **values)

    def _wait(self, row: dict[str, Any], entered: datetime) -> list[_Row]:
        """Nearly everybody is answered soon; in busy hours it takes longer. Gives what belongs to
        the call, for when it is kept: one that has not ended yet is not.
        """
        chance, hour = self._chance, clock.local(entered).hour
        is_busy = hour in (9, 10, 14, 15)
        gives_up = chance.random() < ABANDONED * (1.6 if is_busy else 0.8)
        waits = 1.5 + chance.expovariate(1 / (6.5 if is_busy else 3.6))
        if gives_up:
            waits = 3 + chance.expovariate(1 / 28)
        left = entered + timedelta(seconds=waits)
        row["queued_at"], row["queue"], row["ended_at"] = entered, "mandarin", left
        agent = None if gives_up else self._agent(entered)
        if agent is not None:
            talks = min(900.0, chance.lognormvariate(4.75, 0.55))
            row["answered_at"], row["ended_at"] = left, left + timedelta(seconds=talks)
            row["agent_id"], row["desk_id"] = agent[0], agent[2]
        entry = dict(
            call_id=row["id"], city_id=self._town.city_id,
            organization_id=self._town.city_id, skill="mandarin", priority=2, status="ended",
            fence=1, refused=[], is_recovering=False, is_callback=False, entered_at=entered,
            answered_at=row.get("answered_at"), ended_at=left,
            end_reason="talked" if agent else "abandoned",
        )  # fmt: skip
        follows: list[_Row] = [("queue_entry", entered, entry)]
        if agent is not None and row["emergency"] is None and chance.random() < RATED:
            level = chance.choices([*LEVELS], weights=[*LEVELS.values()])[0]
            rated = dict(call_id=row["id"], city_id=self._town.city_id, agent_id=agent[0],
                         means="key", level=level)  # fmt: skip
            follows.append(("rating", row["ended_at"], rated))
        return follows

    def _turn(self, call_id: UUID, at: datetime) -> None:
        decision = self._chance.choices([*DECISIONS], weights=[*DECISIONS.values()])[0]
        self._rows.add(
            "turn", at + timedelta(seconds=6), call_id=call_id, number=0, heard="……", said=ANSWER,
            decision=decision, results=[], hearing_confidence=0.9, matched_ms=9.0,
        )  # fmt: skip

    def _agent(self, at: datetime) -> tuple[UUID, str, UUID]:
        """Somebody whose shift it is."""
        hour = clock.local(at).hour
        there = [one for one, (first, last) in zip(self._town.agents, SHIFTS, strict=False)
                 if first <= hour < last]  # fmt: skip
        return self._chance.choice(there or list(self._town.agents))

    def _caller(self) -> str:
        return mask_number(
            f"+861{self._chance.randrange(30, 99)}{self._chance.randrange(10**8):08d}"
        )


def shifts(town: "Town", chance: random.Random, now: datetime, days: int, rows: Rows) -> None:
    """Each agent's day: talks, wrap-ups, breaks, as the calls made it."""
    taken: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for call in rows.tables.get("call", []):
        if call.get("agent_id"):
            span = (call["answered_at"], call["ended_at"])
            taken.setdefault(call["agent_id"], []).append(span)
    for agent, hours in zip(town.agents, SHIFTS, strict=False):
        spans = sorted(taken.get(agent[0], []))
        known = [now - timedelta(days=back) for back in range(days, -1, -1)]
        changes = [one for day in known for one in _day(hours, day, spans, chance)]
        for at, state in (one for one in changes if one[0] < now):
            rows.add("presence_change", at, account_id=agent[0], state=state)


def _day(
    hours: tuple[int, int], on: datetime, spans: list[tuple[datetime, datetime]],
    chance: random.Random,
) -> list[tuple[datetime, str]]:  # fmt: skip
    midnight = clock.local(on).replace(hour=0, minute=0, second=0, microsecond=0)
    first, last = (midnight + timedelta(hours=hour) for hour in hours)
    changes = [(first, "ready"), (last, "offline"), *_breaks(first, last, chance)]
    for begins, ends in spans:
        if first <= begins < last:
            wrapped = ends + timedelta(seconds=15 + chance.expovariate(1 / 22))
            changes += [(begins, "talking"), (ends, "wrap_up"), (wrapped, "ready")]
    return sorted(changes)


def _breaks(first: datetime, last: datetime, chance: random.Random) -> list[tuple[datetime, str]]:
    """A quarter of an hour every two hours, and lunch."""
    found, at = [], first + timedelta(minutes=110)
    while at < last - timedelta(minutes=50):
        length = timedelta(minutes=chance.choice([10, 12, 15, 35]))
        found += [(at, "break"), (at + length, "ready")]
        at += timedelta(minutes=120)
    return found
