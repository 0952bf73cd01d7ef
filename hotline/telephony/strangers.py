"""Webhooks that belong to nothing of ours: not signed, or about a call or number unknown here."""

from collections import Counter
from enum import StrEnum


class Stranger(StrEnum):
    """What was not known."""

    SENDER = "sender"
    CALL = "call"
    LEG = "leg"
    NUMBER = "number"
    MESSAGE = "message"


class Strangers:
    """Counts them since the process began; what kept coming would be a fault or an attack."""

    def __init__(self) -> None:
        self.counts: Counter[Stranger] = Counter(dict.fromkeys(Stranger, 0))

    def note(self, stranger: Stranger) -> None:
        self.counts[stranger] += 1
