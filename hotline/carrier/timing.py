"""The call clock: seconds since the carrier was made, as fast as its speed factor says.

Prompts, time-outs of verbs, queue times and durations run on it. HTTP time-outs never do.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any


class CallClock:
    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError("speed must be above 0")
        self.speed = speed
        self._zero = time.monotonic()

    def go_on_from(self, seconds: float) -> None:
        """Never show a moment that an earlier run has already shown."""
        self._zero -= max(0.0, seconds - self.now()) / self.speed

    def now(self) -> float:
        """Seconds of the call clock since its zero."""
        return (time.monotonic() - self._zero) * self.speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(0.0, seconds) / self.speed)

    async def happens(self, event: asyncio.Event, *, within: float | None = None) -> bool:
        """Wait for `event`, at most `within` seconds of the call clock. Did it happen?"""
        if within is None:
            await event.wait()
            return True
        try:
            async with asyncio.timeout(max(0.0, within) / self.speed):
                await event.wait()
        except TimeoutError:
            return event.is_set()
        return True

    def call_later(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        loop = asyncio.get_running_loop()
        return loop.call_later(max(0.0, seconds) / self.speed, act)


class Tasks:
    """Background work that must not be forgotten by the garbage collector."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def finish(self, *, within: float) -> None:
        """Let what runs end by itself, and what it starts meanwhile; cancel the rest."""
        ends_at = time.monotonic() + within
        while waiting := self._others():
            left = ends_at - time.monotonic()
            if left <= 0:
                break
            await asyncio.wait(waiting, timeout=left)
        late = self._others()
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _others(self) -> set[asyncio.Task[Any]]:
        return {task for task in self._running if task is not asyncio.current_task()}
