"""No call may follow documents faster than a caller could notice: endless loops are slowed down.

Nothing documented ends a call whose documents lead to one another for ever; its longest time does.
"""

from dataclasses import dataclass

BURST = 50
SECONDS_A_DOCUMENT = 1.0


@dataclass(slots=True)
class Pace:
    """A burst of documents at once, after it one a second of the call clock.

    `due` is when those so far would have been followed, one a second.
    """

    due: float = 0.0

    def wait(self, now: float) -> float:
        """Seconds until the next document may be followed."""
        self.due = max(self.due, now) + SECONDS_A_DOCUMENT
        return max(0.0, self.due - now - BURST * SECONDS_A_DOCUMENT)
