"""Tickets of a month, each with the life that its age allows."""

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from hotline import clock
from hotline.privacy import mask_number
from hotline.tickets import search
from hotline.worktime import official_calendar
from scripts.month_rows import Rows, id_at

if TYPE_CHECKING:
    from scripts.load_month import Town

KINDS = {"consult": 45, "help": 22, "complaint": 20, "report": 4, "suggestion": 2.5,
         "praise": 0.5, "other": 6}  # fmt: skip
CHANNELS = {"phone": 88, "portal": 9, "open311": 3}
DISPATCHED = {"consult": 0.12, "help": 0.62, "complaint": 0.9, "report": 0.95, "suggestion": 0.5}
WORKING_DAYS = {"consult": 1, "help": 3, "complaint": 5, "report": 15, "suggestion": 15}
ON_TIME = {"海勃湾区": 0.991, "乌达区": 0.982, "海南区": 0.968}
LEVELS = {5: 62, 4: 25, 3: 10.6, 2: 1.6, 1: 0.8}
HEATING, HEATING_MONTHS = "A01-01", (10, 11, 12, 1, 2, 3, 4)
SIGNED, RETURNED, REACHED, EXTENDED, TO_DISTRICTS = 0.975, 0.035, 0.9, 0.04, 0.85
ANSWER = "已现场核实并处理完毕，已电话告知来电人。"


class TicketMaker:
    def __init__(self, town: "Town", chance: random.Random, now: datetime, rows: Rows) -> None:
        self._town, self._chance, self.now, self._rows = town, chance, now, rows
        self._numbers: dict[str, int] = {}
        self._is_working = official_calendar().is_working
        self._heating = [one for one in town.subjects if one["code"].startswith(HEATING)]

    def ticket(self, at: datetime) -> None:
        subject = self._chance.choice(self._subjects(at))
        self._make(at, subject, self._chance.choices(self._town.districts, (55, 27, 18))[0])

    def rise(self, count: int) -> None:
        """Cold radiators in one district, in the last hours; and the incident that they are."""
        subject = next(iter(self._heating), self._town.subjects[0])
        place = self._town.districts[0]
        for number in range(count):
            self._make(self.now - timedelta(minutes=4 + 7 * number), subject, place, kind="help")
        self._rows.add(
            "incident", self.now - timedelta(hours=2), city_id=self._town.city_id,
            district_id=place[0], kind="outage", status="active",
            title=f"{place[1]}部分小区暖气不热", area=place[1], entry_keys=[], families=[],
            announcement="部分小区供热管网检修，正在抢修，预计今晚恢复。",
            subject_code=subject["code"], began_at=self.now - timedelta(hours=3), version=1,
            confirmed_at=self.now - timedelta(hours=2),
            expected_end=self.now + timedelta(hours=4),
        )  # fmt: skip

    def _make(
        self, at: datetime, subject: Any, place: tuple[UUID, str], kind: str | None = None
    ) -> None:
        chance, own = self._chance, id_at(at)
        kind = kind or chance.choices([*KINDS], weights=[*KINDS.values()])[0]
        words = chance.choice(subject["examples"] or [subject["name"]])
        spot = chance.choice(self._town.places[place[1]])
        text, caller = f"{place[1]}{spot}，{words}，请尽快处理", self._number_of_caller()
        number, channel = self._number(at), self._channel()
        seal, city = self._town.vault.seal, self._town.city_id
        row: dict[str, Any] = {
            "id": own, "number": number, "version": 1, "kind": kind, "urgency": "normal",
            "title": subject["name"], "description": text, "subject_code": subject["code"],
            "subject": subject["name"], "sla_working_days": subject["sla_working_days"],
            "city_id": city, "district_id": place[0], "custody_id": city, "status": "registered",
            "need": channel[0], "call_id": channel[1], "caller_masked": mask_number(caller),
            "description_sealed": seal(text, table="ticket", column="description", row=own),
            "caller_sealed": seal(caller, table="ticket", column="caller", row=own),
            "caller_blind": self._town.vault.blind(caller, purpose="phone"),
            "address_masked": f"{place[1]}{spot}***", "confidential": False, "anonymous": False,
            "due_is_certain": True, "extension_count": 0, "redo_count": 0,
            "supervision_level": 0, "urge_count": 0,
            "grams": [*search.number_grams(number), *search.grams(subject["name"], text)],
        }  # fmt: skip
        Life(self, row, at, place[1], chance).run()
        self._rows.add("ticket", at, **row)

    def step(
        self, row: dict[str, Any], at: datetime, to: str, move: str | None, **more: Any
    ) -> bool:
        """One row of the history, if its time has come; False when the life ends here for now."""
        if at >= self.now:
            return False
        people = {"actor_id": self._agent(), "actor_name": "话务员", "tier": "city",
                  "organization_id": self._town.city_id}  # fmt: skip
        self._rows.add(
            "ticket_history", at, ticket_id=row["id"], move=move, from_status=row["status"],
            to_status=to, **({"name": "ticket.moved", "before": {}, "after": {}} | people | more),
        )  # fmt: skip
        row["status"], row["updated_at"] = to, at
        row["version"] += 1
        return True

    def add(self, table: str, at: datetime, **values: Any) -> None:
        self._rows.add(table, at, **values)

    def unit(self, district: str) -> UUID:
        """A few units get most of the work, as everywhere."""
        home = district if self._chance.random() < TO_DISTRICTS else None
        units = self._town.units.get(home) or self._town.units[None]
        return units[min(int(self._chance.expovariate(1 / 4)), len(units) - 1)]

    def due(self, at: datetime, kind: str) -> datetime:
        day = clock.local(at).date()
        for _ in range(WORKING_DAYS.get(kind, 5)):
            day += timedelta(days=1)
            while not self._is_working(day):
                day += timedelta(days=1)
        return datetime.combine(day, time(18), tzinfo=clock.LOCAL)

    def _subjects(self, at: datetime) -> Sequence[Any]:
        """In the heating season a quarter of all is about heating."""
        if clock.local(at).month in HEATING_MONTHS and self._chance.random() < 0.25:
            return self._heating or self._town.subjects
        return self._town.subjects

    def _agent(self) -> UUID | None:
        return self._chance.choice(self._town.agents)[0] if self._town.agents else None

    def _channel(self) -> tuple[str, UUID | None]:
        name = self._chance.choices([*CHANNELS], weights=[*CHANNELS.values()])[0]
        own = id_at(self.now)
        return ("", own) if name == "phone" else (f"{name}:{own}", None)

    def _number_of_caller(self) -> str:
        return f"+861{self._chance.randrange(30, 99)}{self._chance.randrange(40_000):08d}"

    def _number(self, at: datetime) -> str:
        day = f"{clock.local(at):%Y-%m%d}"
        self._numbers[day] = self._numbers.get(day, 700_000) + 1
        return f"{day}-{self._numbers[day]:06d}"


class Life:
    """One ticket from its opening as far as the present."""

    def __init__(
        self, maker: TicketMaker, row: dict[str, Any], at: datetime, district: str,
        chance: random.Random,
    ) -> None:  # fmt: skip
        self._maker, self._row, self._at = maker, row, at
        self._district, self._chance = district, chance

    def run(self) -> None:
        self._go(0, "registered", None, name="ticket.opened")
        if self._chance.random() > DISPATCHED.get(self._row["kind"], 0.1):
            self._answer_at_once()
        elif self._dispatch() and self._work() and self._go(3, "to_visit", "accept_reply"):
            self._visit()

    def _answer_at_once(self) -> None:
        if self._row["kind"] == "other" and self._chance.random() < 0.6:
            if self._go(0.1, "invalid", "invalidate"):
                self._row["closed_at"] = self._at
        elif self._go(0.05, "direct", "answer") and self._go(0.02, "closed", "close"):
            self._row["closed_at"] = self._at

    def _dispatch(self) -> bool:
        limit = self._at + timedelta(hours=24)
        self._row["step_due_at"] = limit
        if not self._go(0.1, "to_dispatch", "send"):
            return False
        hours = self._chance.uniform(0.1, 3) if self._chance.random() < 0.985 else 26
        unit, sign_limit = self._maker.unit(self._district), None
        sign_limit = self._at + timedelta(hours=hours + 20)
        told = {"before": {"step_due_at": limit.isoformat()},
                "after": {"step_due_at": sign_limit.isoformat()}}  # fmt: skip
        if not self._go(hours, "to_sign", "dispatch", **told):
            return False
        due = self._maker.due(self._at, self._row["kind"])
        self._row |= {
            "custody_id": unit, "dispatched_at": self._at, "clock_started_at": self._at,
            "due_at": due, "resident_due_at": due, "step_due_at": sign_limit, "wake_at": due,
        }  # fmt: skip
        return True

    def _work(self) -> bool:
        if not (self._return_in_vain() and self._sign()):
            return False
        due = self._row["due_at"]
        if self._chance.random() < EXTENDED:
            self._row["extension_count"] = 1
            due = self._row["due_at"] = due + timedelta(days=3)
        share = self._chance.betavariate(2, 2.6)
        if self._chance.random() > ON_TIME.get(self._district, 0.96):
            share = 1 + self._chance.uniform(0.05, 0.4)
        done = max(self._at + timedelta(minutes=20), self._at + (due - self._at) * share)
        contacted = done - timedelta(minutes=15)
        if not self._go((done - self._at).total_seconds() / 3600, "replied", "reply"):
            return False
        self._row["replied_at"] = self._at
        self._maker.add(
            "ticket_reply", self._at, ticket_id=self._row["id"],
            organization_id=self._row["custody_id"], public_answer=ANSWER, resolved=True,
            contacted_at=contacted,
        )  # fmt: skip
        self._row["wake_at"] = None
        return True

    def _return_in_vain(self) -> bool:
        if self._chance.random() >= RETURNED:
            return True
        return self._go(2, "return_requested", "request_return") and self._go(
            4, "in_progress", "refuse_return"
        )

    def _sign(self) -> bool:
        is_slow = self._chance.random() > SIGNED
        hours, move = (21, "auto_sign") if is_slow else (self._chance.uniform(0.2, 6), "sign")
        if not self._go(hours, "in_progress", move):
            return False
        self._row["signed_at"] = self._at
        return True

    def _visit(self) -> None:
        is_reached = self._chance.random() < REACHED
        hours = self._chance.uniform(1, 20)
        if not is_reached:
            self._tell(hours, None)
            self._tell(4, None)
            self._tell(20, None)
            self._close(1, "close_unreached")
            return
        level = self._chance.choices([*LEVELS], weights=[*LEVELS.values()])[0]
        if level > 2:
            if self._tell(hours, level):
                self._close(0.01, "close_satisfied")
        elif self._tell(hours, level) and self._go(0.01, "redo", "demand_redo"):
            self._row["redo_count"] = 1
            if self._chance.random() < 0.7 and self._go(30, "to_visit", "accept_reply"):
                self._row["replied_at"] = self._at
                if self._tell(6, 4):
                    self._close(0.01, "close_satisfied")

    def _tell(self, hours: float, level: int | None) -> bool:
        """A return call, or the resident's own word by link."""
        at = self._at + timedelta(hours=hours)
        if at >= self._maker.now:
            return False
        self._at = at
        self._maker.add(
            "ticket_visit", at, ticket_id=self._row["id"], round=self._row["redo_count"],
            reached=level is not None, resolved=None if level is None else level > 2, level=level,
            channel=self._chance.choices(["person", "robot", "link"], (50, 28, 22))[0],
        )  # fmt: skip
        return True

    def _close(self, hours: float, move: str) -> None:
        if self._go(hours, "closed", move):
            self._row["closed_at"] = self._at

    def _go(self, hours: float, to: str, move: str | None, **more: Any) -> bool:
        at = self._at + timedelta(hours=hours)
        if not self._maker.step(self._row, at, to, move, **more):
            return False
        self._at = at
        return True
