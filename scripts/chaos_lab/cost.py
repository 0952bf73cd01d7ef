"""What a call costs: CPU of each part of the service while the load runs and nothing is broken."""

import asyncio
from collections import defaultdict
from contextlib import suppress

import psutil

from scripts.chaos_lab.lab import Lab

_SECONDS = 20.0


async def cost_of_calls(lab: Lab) -> str:
    """A sentence of CPU milliseconds a call, by part, idle work included."""
    before, placed = _spent(lab), len(lab.network.calls)
    await asyncio.sleep(_SECONDS)
    after, calls = _spent(lab), len(lab.network.calls) - placed
    each = {part: (after[part] - before[part]) * 1000 / max(calls, 1) for part in after}
    parts = ", ".join(f"{part} {spent:.0f} ms" for part, spent in each.items())
    return (
        f"a call (three webhooks, one ticket, {len(lab.consoles)} consoles watching; {calls} in "
        f"{_SECONDS:.0f} s) cost CPU: {parts}"
    )


def _spent(lab: Lab) -> dict[str, float]:
    """CPU seconds so far, with those of children that live."""
    spent: dict[str, float] = defaultdict(float)
    town = lab.town
    owners = [("nodes", town.a.pid), ("nodes", town.b.pid)]
    owners += [("workers", worker.pid) for worker in town.workers]
    owners += [("database", pid) for pid in town.pair.primary.processes()]
    owners += [("standby", pid) for pid in town.pair.standby.processes()]
    for part, pid in owners:
        with suppress(psutil.Error):
            times = psutil.Process(pid).cpu_times()
            spent[part] += times.user + times.system
    return spent
