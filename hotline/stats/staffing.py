"""How many agents: Erlang C (who waits, waits on) and Erlang A (who waits, gives up); pure.

`load` is in erlangs: calls an hour × seconds a call ÷ 3600. Erlang C is a floor under bursts and
a little high where callers give up. Formulas: A. K. Erlang 1917; Palm 1946 for abandonment.
"""

import math
from dataclasses import dataclass

MOST_AGENTS = 2_000
_SMALLEST = 1e-12


@dataclass(frozen=True, slots=True)
class Outlook:
    """What so many agents make of a load; `abandoned` is 0 where nobody gives up."""

    agents: int
    waits: float
    service_level: float
    average_wait: float
    occupancy: float
    abandoned: float = 0.0


@dataclass(frozen=True, slots=True)
class Demand:
    """Calls in a half hour, seconds a call; callers' patience in seconds, null for endless."""

    calls: float
    handle_seconds: float
    patience_seconds: float | None = None

    @property
    def load(self) -> float:
        return self.calls * self.handle_seconds / 1800


@dataclass(frozen=True, slots=True)
class Aim:
    """So many of the calls within so many seconds, agents busy at most so much."""

    share: float = 0.95
    seconds: float = 15.0
    most_occupancy: float = 0.90


def erlang_b(load: float, agents: int) -> float:
    """The share that finds all agents busy when nobody may wait."""
    blocked = 1.0
    for count in range(1, agents + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked


def erlang_c(load: float, agents: int) -> float:
    """The share that has to wait; 1 when the load is more than the agents can carry."""
    if load <= 0:
        return 0.0
    if agents <= load:
        return 1.0
    blocked = erlang_b(load, agents)
    return blocked / (1 - load / agents * (1 - blocked))


def outlook_c(demand: Demand, agents: int, seconds: float) -> Outlook:
    load = demand.load
    if agents <= load:
        return Outlook(agents, 1.0, 0.0, math.inf, 1.0)
    waits = erlang_c(load, agents)
    spare = agents - load
    late = waits * math.exp(-spare * seconds / demand.handle_seconds)
    wait = waits * demand.handle_seconds / spare
    return Outlook(agents, waits, 1 - late, wait, load / agents)


def outlook_a(demand: Demand, agents: int, seconds: float) -> Outlook:
    """M/M/N+M: everybody in the line gives up after an exponential time.

    The service level counts who is answered in time among all who came.
    """
    patience = demand.patience_seconds
    if patience is None:
        return outlook_c(demand, agents, seconds)
    if demand.load <= 0:
        return Outlook(agents, 0.0, 1.0, 0.0, 0.0)
    states = _states(demand.load, agents, demand.handle_seconds / patience)
    waiting = states[agents:]
    queue = sum(place * chance for place, chance in enumerate(waiting))
    arrivals = demand.calls / 1800
    abandoned = queue / patience / arrivals
    in_time = sum(
        chance * _reached(place, agents, demand.handle_seconds, patience, seconds)
        for place, chance in enumerate(waiting)
    )
    level = sum(states[:agents]) + in_time
    busy = demand.load * (1 - abandoned) / agents
    return Outlook(agents, sum(waiting), level, queue / arrivals, busy, abandoned)


def agents_needed(demand: Demand, aim: Aim) -> Outlook:
    """The fewest agents that reach the aim."""
    if demand.load <= 0:
        return Outlook(0, 0.0, 1.0, 0.0, 0.0)
    agents = max(1, math.ceil(demand.load * (0.5 if demand.patience_seconds else 1)))
    while agents < MOST_AGENTS:
        seen = outlook_a(demand, agents, aim.seconds)
        if seen.service_level >= aim.share and seen.occupancy <= aim.most_occupancy:
            return seen
        agents += 1
    raise ValueError("the load is beyond any hall")


def rostered(agents: int, shrinkage: float) -> int:
    """People to put on the roster so that so many are at their seats."""
    if not 0 <= shrinkage < 1:
        raise ValueError("shrinkage is a share below one")
    return math.ceil(round(agents / (1 - shrinkage), 9))


def _states(load: float, agents: int, impatience: float) -> list[float]:
    """How likely so many callers are in service or waiting, until it no longer matters."""
    logs, at, count = [0.0], 0.0, 0
    top = 0.0
    while count < agents or at > top + math.log(_SMALLEST):
        count += 1
        leaving = min(count, agents) + max(0, count - agents) * impatience
        at += math.log(load / leaving)
        top = max(top, at)
        logs.append(at)
    weights = [math.exp(one - top) for one in logs]
    whole = sum(weights)
    return [weight / whole for weight in weights]


def _reached(
    ahead: int, agents: int, handle_seconds: float, patience: float, seconds: float
) -> float:
    """The chance that whoever finds `ahead` waiting is answered within the time.

    The line ahead drains by service and by giving up: stages of rates Nμ … Nμ+ahead·θ. Their sum,
    thinned by the caller's own patience, has a closed density in x = 1 - e^(-θt).
    """
    base = agents * patience / handle_seconds  # Nμ/θ
    passed = 1 - math.exp(-seconds / patience)
    steps = 60
    width = passed / steps
    total = sum(_density((n + 0.5) * width, base, ahead) for n in range(steps)) * width
    return min(total, base / (base + ahead + 1))


def _density(x: float, base: float, ahead: int) -> float:
    """Of the moment, in x, at which the caller is taken and has not yet given up."""
    log_front = math.lgamma(base + ahead + 1) - math.lgamma(base) - math.lgamma(ahead + 1)
    log_x = ahead * math.log(x) if ahead else 0.0
    return math.exp(log_front + log_x + base * math.log1p(-x))
