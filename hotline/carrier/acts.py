"""What a party experienced, in order: the transcript of one leg."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Act(StrEnum):
    SAY = "say"
    PLAY = "play"
    PAUSE = "pause"
    GATHER = "gather"
    BEEP = "beep"
    RECORD = "record"
    ENQUEUE = "enqueue"
    LEAVE = "leave"
    DIAL = "dial"
    BRIDGED = "bridged"
    JOIN = "join"
    HOLD = "hold"
    REDIRECT = "redirect"
    REJECT = "reject"
    ERROR = "error"
    HANGUP = "hangup"


class By(StrEnum):
    """Who ended a call."""

    CALLER = "caller"
    DOCUMENT = "document"
    REST = "rest"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Entry:
    """`seq` counts from 1 within a leg; `at` is the call clock, one zero for all legs."""

    seq: int
    at: float
    act: Act
    detail: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"seq": self.seq, "at": self.at, "act": self.act.value, "detail": self.detail}


class Transcript:
    def __init__(self, entries: list[Entry] | None = None) -> None:
        self._entries = entries or []

    def add(self, act: Act, at: float, detail: dict[str, Any]) -> Entry:
        entry = Entry(len(self._entries) + 1, round(at, 3), act, detail)
        self._entries.append(entry)
        return entry

    def after(self, seq: int) -> list[Entry]:
        return self._entries[max(0, seq) :]

    def __len__(self) -> int:
        return len(self._entries)
