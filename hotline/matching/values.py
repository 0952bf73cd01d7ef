"""The values that go into and come out of a match."""

from dataclasses import dataclass, field
from enum import StrEnum


class Decision(StrEnum):
    """What the conversation should do next, as ARCHITECTURE §5 of the design names it."""

    ANSWER = "answer"
    CONFIRM = "confirm"
    CHOOSE = "choose"
    AGENT = "agent"
    EMERGENCY = "emergency"
    CONTROL = "control"


class Channel(StrEnum):
    """One way in which an utterance can speak for an entry."""

    CHARACTERS = "characters"
    PINYIN = "pinyin"
    WORDING = "wording"
    CONCEPT = "concept"
    MEANING = "meaning"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Context:
    """What is known before the caller speaks; nothing of it is needed."""

    district: str | None = None
    incidents: frozenset[str] = frozenset()
    open_tickets: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an entry was found: the channel, the phrase that spoke for it, and how much (0-1)."""

    channel: Channel
    phrase: str
    weight: float


@dataclass(frozen=True, slots=True)
class Match:
    """`score` orders (0-1 within this utterance); `confidence` is P(a good agent agrees)."""

    entry_id: str
    score: float
    confidence: float
    reasons: tuple[Reason, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything that one utterance told us."""

    decision: Decision
    emergency: str | None = None
    control: str | None = None
    district: str | None = None
    needs: tuple[str, ...] = ()
    results: tuple[Match, ...] = ()
    ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line under the search box."""

    entry_id: str
    text: str
    score: float
