"""Numbers that the carrier serves, and how the lines that it dials behave."""

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.carrier import addresses
from hotline.carrier.moments import kept, read


class Answer(StrEnum):
    """What a dialled line does; a line that nobody set is not answered."""

    ANSWER = "answer"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    REJECT = "reject"
    FAILED = "failed"


@dataclass(slots=True)
class Number:
    """An incoming number and the webhooks that it is configured with."""

    sid: str
    phone_number: str
    friendly_name: str
    created_at: datetime
    updated_at: datetime
    voice_url: str | None = None
    voice_method: str = "POST"
    voice_fallback_url: str | None = None
    voice_fallback_method: str = "POST"
    voice_caller_id_lookup: bool = False
    status_callback: str | None = None
    status_callback_method: str = "POST"
    sms_url: str | None = None
    sms_method: str = "POST"
    sms_fallback_url: str | None = None
    sms_fallback_method: str = "POST"
    configured: dict[str, str | None] | None = None

    def configure(self, values: dict[str, str | None]) -> bool:
        """Take on what the configuration says, where it says something new."""
        if self.configured == values:
            return False
        self.configured = values
        for name, value in values.items():
            setattr(self, name, value)
        return True

    def as_state(self) -> dict[str, Any]:
        moments = {
            "created_at": kept(self.created_at),
            "updated_at": kept(self.updated_at),
        }
        return asdict(self) | moments


def number_from_state(state: dict[str, Any]) -> Number:
    moments = {name: read(state[name]) for name in ("created_at", "updated_at")}
    return Number(**(state | moments))


class NumberBook:
    """Numbers by sid and by their digits."""

    def __init__(self) -> None:
        self.by_sid: dict[str, Number] = {}
        self._by_key: dict[str, Number] = {}

    def add(self, number: Number) -> None:
        self.by_sid[number.sid] = number
        self._by_key[addresses.key(number.phone_number)] = number

    def remove(self, number: Number) -> None:
        del self.by_sid[number.sid]
        del self._by_key[addresses.key(number.phone_number)]

    def first(self) -> Number | None:
        return next(iter(self.by_sid.values()), None)

    def dialled(self, address: str) -> Number | None:
        return self._by_key.get(addresses.key(address))


class RingPlans:
    """How each address answers, until it is set again."""

    def __init__(self) -> None:
        self._plans: dict[str, Answer] = {}

    def set(self, address: str, answer: Answer) -> None:
        self._plans[addresses.key(address)] = answer

    def of(self, address: str) -> Answer:
        return self._plans.get(addresses.key(address), Answer.NO_ANSWER)
