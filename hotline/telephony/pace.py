"""Place calls no faster than the host allows: whoever comes too early waits for their turn."""

import asyncio


class Pacer:
    """`per_second` turns a second, evenly spaced, first come first served."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1.0 / per_second
        self._next = 0.0

    async def turn(self) -> None:
        now = asyncio.get_running_loop().time()
        at = max(now, self._next)
        self._next = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)
