"""A circuit breaker: a host that keeps failing is left alone for a while, then tried once.

Pure: the caller tells the time (seconds of any steady clock) and the outcomes.
"""

from dataclasses import dataclass

FAILURES_TO_OPEN = 5
REST_SECONDS = 5.0


@dataclass(slots=True)
class Breaker:
    """Closed lets everything through; open nothing; after a rest one try decides."""

    failures: int = 0
    opened_at: float | None = None
    is_trying: bool = False

    def may_pass(self, now: float) -> bool:
        if self.opened_at is None:
            return True
        if self.is_trying or now - self.opened_at < REST_SECONDS:
            return False
        self.is_trying = True
        return True

    def succeeded(self) -> None:
        self.failures, self.opened_at, self.is_trying = 0, None, False

    def failed(self, now: float) -> None:
        self.failures += 1
        self.is_trying = False
        if self.opened_at is not None or self.failures >= FAILURES_TO_OPEN:
            self.opened_at = now

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None
