"""How many callers in how long make an incident; an organization may say it otherwise. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """Something broke just now, or the same trouble of many over a day (群体诉求)."""

    OUTAGE = "outage"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Rule:
    """`callers` different callers within `window`."""

    kind: Kind
    callers: int
    window: timedelta


DEFAULT_RULES = (
    Rule(Kind.OUTAGE, 5, timedelta(minutes=30)),
    Rule(Kind.GROUP, 5, timedelta(hours=24)),
)


def read_rules(listed: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """From JSON; a kind that is not listed keeps its default."""
    own = {
        Kind(one["kind"]): Rule(
            Kind(one["kind"]), int(one["callers"]), timedelta(minutes=int(one["minutes"]))
        )
        for one in listed
    }
    return tuple(own.get(rule.kind, rule) for rule in DEFAULT_RULES)


def quiet_for(kind: Kind, rules: Iterable[Rule]) -> timedelta:
    """How long a dismissed incident is not proposed again: the window of its own rule."""
    return next(rule.window for rule in rules if rule.kind == kind)
