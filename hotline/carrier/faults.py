"""Switches that make the carrier fail on purpose, so that the hotline can be shown to survive it.

Rates are shares of 0 to 1; the dice are seeded, so that a run can be repeated.
"""

import random
from dataclasses import dataclass, field


@dataclass(slots=True)
class Faults:
    drop_rate: float = 0.0
    duplicate_rate: float = 0.0
    delay_rate: float = 0.0
    delay_seconds: float = 2.0
    reorder_rate: float = 0.0
    slow_webhook_seconds: float = 0.0
    failing_rest_calls: int = 0
    silent_addresses: set[str] = field(default_factory=set)
    undelivered_messages: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(114))  # noqa: S311

    def strikes(self, rate: float) -> bool:
        return rate > 0 and self.dice.random() < rate

    def callback_delays(self) -> list[float]:
        """Real seconds before each copy of a callback; none at all when it is dropped."""
        if self.strikes(self.drop_rate):
            return []
        copies = 2 if self.strikes(self.duplicate_rate) else 1
        return [self._one_delay() for _ in range(copies)]

    def rest_fails_now(self) -> bool:
        if self.failing_rest_calls <= 0:
            return False
        self.failing_rest_calls -= 1
        return True

    def message_fails_now(self) -> bool:
        if self.undelivered_messages <= 0:
            return False
        self.undelivered_messages -= 1
        return True

    def _one_delay(self) -> float:
        delay = self.delay_seconds if self.strikes(self.delay_rate) else 0.0
        if self.strikes(self.reorder_rate):
            delay += self.dice.uniform(0.0, self.delay_seconds)
        return delay
