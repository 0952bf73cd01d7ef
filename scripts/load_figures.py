"""What a run of calls came to: seen from outside, and by the service's own figures."""

import argparse
import asyncio
import statistics
from collections import Counter
from dataclasses import dataclass, field

import httpx2
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

IN_TIME = 15


@dataclass
class Tally:
    """What was seen from outside, in seconds of the call clock."""

    speed: float
    outcomes: Counter[str] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    patience: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)


def report(options: argparse.Namespace, placed: int, took: float, tally: Tally) -> None:
    print(f"\n{options.what}: {placed} calls in {took:.0f} s of wall time at speed {tally.speed:g}")
    for outcome, count in tally.outcomes.most_common():
        print(f"  {outcome:<14}{count:>7}")
    if tally.waits:
        _report_waits(sorted(tally.waits), len(tally.patience))
    print("  errors: " + (", ".join(f"{k} × {n}" for k, n in tally.errors.items()) or "none"))


def _report_waits(waits: list[float], abandoned: int) -> None:
    asked = len(waits) + abandoned
    in_time = sum(wait <= IN_TIME for wait in waits)
    middle, high = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    print(f"  asked for a person {asked}, abandoned {abandoned} ({abandoned / asked:.1%})")
    print(f"  answered within {IN_TIME} s {in_time / asked:.1%}")
    print(f"  waits: mean {statistics.fmean(waits):.1f} s, median {middle:.1f} s,")
    print(f"         95 % {high:.1f} s, longest {waits[-1]:.1f} s")


async def report_service(client: httpx2.AsyncClient) -> None:
    """The service's own figures: webhooks by route, and that nothing is left behind."""
    families = await _settled(client)
    buckets: dict[str, list[tuple[float, float]]] = {}
    for sample in families["hotline_http_request_seconds"].samples:
        if sample.name.endswith("_bucket") and "/telephony/" in sample.labels["route"]:
            edge = float(sample.labels["le"])
            buckets.setdefault(sample.labels["route"], []).append((edge, sample.value))
    print(f"  {'webhooks':<26}{'count':>7}{'p50 ms':>9}{'p99 ms':>9}")
    for route, edges in sorted(buckets.items()):
        count = edges[-1][1]
        if count:
            middle, high = _quantile(edges, 0.5), _quantile(edges, 0.99)
            print(f"  {route:<26}{count:>7.0f}{middle * 1000:>9.0f}{high * 1000:>9.0f}")
    bad = sum(
        sample.value
        for sample in families["hotline_http_requests"].samples
        if sample.name.endswith("_total") and sample.labels["status"] == "5xx"
    )
    left = sum(sample.value for sample in families["hotline_calls"].samples)
    print(f"  answers 5xx {bad:.0f}; calls still alive {left:.0f}")


async def _settled(client: httpx2.AsyncClient) -> dict[str, Metric]:
    """The figures once nobody is on a line: ends told in a crowd are seen to a little later."""
    for _ in range(200):
        page = (await client.get("/metrics")).text
        families = {family.name: family for family in text_string_to_metric_families(page)}
        if not any(sample.value for sample in families["hotline_calls"].samples):
            break
        await asyncio.sleep(0.5)
    return families


def _quantile(edges: list[tuple[float, float]], share: float) -> float:
    """Linear within a bucket, as Prometheus's histogram_quantile reckons it."""
    wanted, below, from_edge = edges[-1][1] * share, 0.0, 0.0
    for edge, count in edges:
        if count >= wanted:
            if edge == float("inf"):
                return from_edge
            return from_edge + (edge - from_edge) * (wanted - below) / max(count - below, 1e-9)
        below, from_edge = count, edge
    return from_edge
