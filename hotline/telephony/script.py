"""What the caller hears next and what the network shall then do, independent of TwiML."""

from dataclasses import dataclass
from enum import StrEnum


class Pace(StrEnum):
    """How fast prompts are read: elderly callers may ask for `slow`."""

    NORMAL = "normal"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for speech or a key; silence is an answer too. `timeout` in seconds."""

    timeout: int = 5
    digits: int = 1


@dataclass(frozen=True, slots=True)
class Wait:
    """Stand in the waiting line called `queue`."""

    queue: str


@dataclass(frozen=True, slots=True)
class Bridge:
    """Ring these numbers until one answers, showing the caller's own number. `timeout` seconds."""

    numbers: tuple[str, ...]
    caller_number: str | None
    timeout: int = 20


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call after the prompts."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """Nothing is asked: come back for the next turn so many seconds after the prompts."""

    after_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do not take the call: nobody is called by that number."""


Then = Listen | Wait | Bridge | HangUp | GoOn | Refuse


@dataclass(frozen=True, slots=True)
class Script:
    """Sentences to read, in order, and what follows them."""

    say: tuple[str, ...]
    then: Then
    pace: Pace = Pace.NORMAL
