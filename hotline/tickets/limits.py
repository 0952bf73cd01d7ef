"""How long each step may take: data with defaults, which an organization may change.

Written short: `3wd` is three working days, `4wh` four hours of office time, `24h` and `30m` hours
and minutes of the wall clock. The defaults are those of the trade; none claims to be a standard.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from hotline.tickets.states import TicketKind, Urgency
from hotline.worktime import Limit, LimitUnit

_UNITS = {"wd": LimitUnit.WORKING_DAYS, "wh": LimitUnit.WORKING_HOURS, "h": LimitUnit.HOURS}
MOST: Mapping[str, int] = {"wd": 250, "wh": 1000, "h": 2000, "m": 10_000}
"""How much of each unit a limit may be: about a year."""
_SHORT = re.compile(r"(\d+(?:\.\d+)?)(wd|wh|h|m)")

DEFAULTS: Mapping[str, Mapping[str, str]] = {
    "dispatch": {"normal": "2wh", "urgent": "30m", "emergency": "10m"},
    "sign": {"normal": "4wh", "urgent": "30m", "emergency": "30m"},
    "return": {"normal": "1wd", "urgent": "1h", "emergency": "1h", "consult": "3.5wh"},
    "ruling": {"normal": "1wd", "urgent": "2h", "emergency": "1h"},
    "audit": {"normal": "1wd", "urgent": "4h", "emergency": "2h"},
    "follow_up": {"normal": "1wd", "urgent": "8h", "emergency": "8h"},
    "redo": {"first": "3wd", "second": "5wd"},
    "reply_urgency": {"urgent": "24h", "emergency": "24h"},
    "reply_kind": {
        "consult": "1wd",
        "help": "3wd",
        "complaint": "5wd",
        "report": "15wd",
        "suggestion": "15wd",
        "praise": "5wd",
        "service": "3wd",
        "proxy": "20wd",
        "other": "5wd",
    },
    "extension": {"most": "10wd"},
}


class LimitsInvalid(ValueError):
    """A limit that cannot be read; the message names it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one organization, complete."""

    steps: Mapping[str, Mapping[str, Limit]]

    def step(self, step: str, *, urgency: Urgency, kind: TicketKind | None = None) -> Limit:
        """The limit of a step: for the urgency, and where that is normal, for the kind."""
        table = self.steps[step]
        if urgency is Urgency.NORMAL and kind is not None and kind.value in table:
            return table[kind.value]
        return table[urgency.value]

    def reply(self, *, kind: TicketKind, urgency: Urgency, sla_working_days: int | None) -> Limit:
        """Wall clock of the urgency, else working days of the subject, else those of the kind."""
        by_urgency = self.steps["reply_urgency"].get(urgency.value)
        if by_urgency is not None:
            return by_urgency
        if sla_working_days:
            return Limit(sla_working_days, LimitUnit.WORKING_DAYS)
        return self.steps["reply_kind"][kind.value]

    def redo(self, redo_count: int) -> Limit:
        return self.steps["redo"]["first" if redo_count <= 1 else "second"]

    @property
    def longest_extension(self) -> int:
        return int(self.steps["extension"]["most"].amount)


def read_limits(document: Mapping[str, Any]) -> Limits:
    """The defaults with an organization's own in their place; unknown names are refused."""
    steps: dict[str, dict[str, Limit]] = {
        step: {name: _read(short) for name, short in table.items()}
        for step, table in DEFAULTS.items()
    }
    for step, table in document.items():
        if step not in steps or not isinstance(table, Mapping):
            raise LimitsInvalid(f"{step}: no such step")
        for name, short in table.items():
            if name not in _NAMES:
                raise LimitsInvalid(f"{step}.{name}: no such urgency or kind")
            steps[step][name] = _read(short)
    return Limits(steps)


def faults(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What speaks against an organization's own limits: `step.name` and words for people."""
    found = []
    for step, table in document.items():
        if step not in DEFAULTS or not isinstance(table, Mapping):
            found.append((str(step), "没有这个环节"))
            continue
        for name, short in table.items():
            if name not in names_of(step):
                found.append((f"{step}.{name}", "这个环节没有这一项"))
            elif told := _fault(step, short):
                found.append((f"{step}.{name}", told))
    return found


def names_of(step: str) -> frozenset[str]:
    """What a step may be limited by."""
    if step == "return":
        return frozenset({*Urgency, *TicketKind})
    return frozenset(DEFAULTS[step])


@cache
def default_limits() -> Limits:
    return read_limits({})


def _read(short: Any) -> Limit:
    found = _SHORT.fullmatch(short) if isinstance(short, str) else None
    if found is None:
        raise LimitsInvalid(f"{short!r}: write 3wd, 4wh or 24h")
    amount, unit = float(found[1]), found[2]
    return Limit(amount / 60, LimitUnit.HOURS) if unit == "m" else Limit(amount, _UNITS[unit])


def _fault(step: str, short: Any) -> str | None:
    found = _SHORT.fullmatch(short) if isinstance(short, str) else None
    if found is None:
        return "写成数字加单位：3wd（工作日）、4wh（工作小时）、24h（小时）或30m（分钟）"
    amount, unit = float(found[1]), found[2]
    if step == "extension" and unit != "wd":
        return "只能是工作日"
    if not 0 < amount <= MOST[unit] or (unit == "wd" and amount % 1):
        return f"须大于0，最多{MOST[unit]}{'，且为整数' if unit == 'wd' else ''}"
    return None


_NAMES = {*Urgency, *TicketKind, "first", "second", "most"}
