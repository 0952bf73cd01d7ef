"""What grows while nothing else does: a line through each figure of a long and even run."""

import asyncio
import math
import signal
import statistics
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import httpx2
import psutil
from prometheus_client.parser import text_string_to_metric_families

MOST_GROWTH = 0.05
_CERTAIN = 3.0
_MEGABYTE = 2**20
_CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'hotline-%'
"""
_ASKED_TIMES, _ANSWER_SECONDS = 300, 0.1

Sample = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Course:
    """How a figure went; `growth` is what the line through it gains in all, by its mean."""

    mean: float
    least: float
    most: float
    an_hour: float
    growth: float
    chance: float
    """The standard error of `growth`."""

    @property
    def leaks(self) -> bool:
        return self.growth > max(MOST_GROWTH, _CERTAIN * self.chance)


def course_of(at: Sequence[float], values: Sequence[float]) -> Course:
    """Least squares; `at` in seconds, at least three of them, in order."""
    line = statistics.linear_regression(at, values)
    mean = statistics.fmean(values)
    rests = [y - line.intercept - line.slope * x for x, y in zip(at, values, strict=True)]
    spread = statistics.pvariance(at) * len(at)
    error = math.sqrt(sum(rest**2 for rest in rests) / (len(at) - 2) / spread)
    share = (at[-1] - at[0]) / mean if mean else 0.0
    return Course(
        mean, min(values), max(values), line.slope * 3600, line.slope * share, error * share
    )


@dataclass(frozen=True, slots=True)
class Watched:
    """The two processes and where they tell of themselves."""

    service: int
    worker: int
    worker_tasks: Path
    client: httpx2.AsyncClient
    database: asyncpg.Connection

    async def look(self) -> Sample:
        """Every figure of this moment."""
        return {
            **_of_process("service", self.service),
            "service tasks": await self._service_tasks(),
            **_of_process("worker", self.worker),
            "worker tasks": await self._worker_tasks(),
            "database connections": float(await self.database.fetchval(_CONNECTIONS)),
        }

    async def _service_tasks(self) -> float:
        page = (await self.client.get("/metrics")).text
        families = {family.name: family for family in text_string_to_metric_families(page)}
        return families["hotline_tasks"].samples[0].value

    async def _worker_tasks(self) -> float:
        """It may still be starting. Raises TimeoutError when it does not answer."""
        self.worker_tasks.unlink(missing_ok=True)
        for _ in range(_ASKED_TIMES):
            psutil.Process(self.worker).send_signal(signal.SIGUSR1)
            await asyncio.sleep(_ANSWER_SECONDS)
            with suppress(OSError, ValueError):
                return float(self.worker_tasks.read_text())
        raise TimeoutError("the worker does not answer")


def _of_process(name: str, pid: int) -> Sample:
    process = psutil.Process(pid)
    with process.oneshot():
        return {
            f"{name} memory, MB": process.memory_info().rss / _MEGABYTE,
            f"{name} open files": float(process.num_fds()),
            f"{name} threads": float(process.num_threads()),
        }


def report_courses(at: Sequence[float], samples: Sequence[Sample]) -> bool:
    """Prints a row for each figure; whether none of them grows."""
    minutes = (at[-1] - at[0]) / 60
    print(f"\n{len(samples)} looks in {minutes:.1f} minutes, the warm-up left out")
    print(f"  {'':<22}{'mean':>9}{'least':>9}{'most':>9}{'an hour':>10}{'growth':>9}")
    is_even = True
    for name in samples[0]:
        one = course_of(at, [sample[name] for sample in samples])
        verdict = "  grows" if one.leaks else ""
        print(f"  {name:<22}{one.mean:>9.1f}{one.least:>9.1f}{one.most:>9.1f}"
              f"{one.an_hour:>+10.2f}{one.growth:>+9.1%}{verdict}")  # fmt: skip
        is_even = is_even and not one.leaks
    return is_even
