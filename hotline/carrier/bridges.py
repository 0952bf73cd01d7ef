"""A bridge: two legs that hear each other."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotline.carrier.acts import Act

if TYPE_CHECKING:
    from hotline.carrier.exchange import Exchange
    from hotline.carrier.legs import Leg


class Bridge:
    """Opened once, closed once; either side may close it."""

    def __init__(
        self, exchange: "Exchange", first: "Leg", *, hangs_up_on_star: bool = False
    ) -> None:
        """`hangs_up_on_star`: the first side's star key closes the bridge."""
        self._exchange = exchange
        self._on_star = self.close if hangs_up_on_star else None
        self.first = first
        self.second: Leg | None = None
        self.opened = asyncio.Event()
        self.ended = asyncio.Event()
        self.opened_clock = 0.0
        self.ended_clock = 0.0
        self.was_diverted = False

    @property
    def was_opened(self) -> bool:
        return self.opened.is_set()

    @property
    def seconds(self) -> float:
        return self.ended_clock - self.opened_clock if self.was_opened else 0.0

    def open(self, second: "Leg") -> bool:
        """Join the two. False when the first side has gone meanwhile."""
        if self.ended.is_set() or not self.first.is_live:
            return False
        self.second = second
        self.first.listener = Ear(self._exchange, self.first, second, self._on_star)
        second.listener = Ear(self._exchange, second, self.first)
        self.opened_clock = self._exchange.clock.now()
        self._exchange.note(self.first, Act.BRIDGED, to=_other_side(second, self.first))
        self._exchange.note(second, Act.BRIDGED, to=_other_side(self.first, second))
        self.opened.set()
        return True

    def close(self) -> None:
        if self.ended.is_set():
            return
        self.ended_clock = self._exchange.clock.now()
        for leg in (self.first, self.second):
            if leg is not None and isinstance(leg.listener, Ear):
                leg.listener = None
        self.ended.set()


@dataclass(slots=True)
class Ear:
    """What one side says and presses reaches the other side."""

    exchange: "Exchange"
    speaker: "Leg"
    hearer: "Leg"
    on_star: Callable[[], None] | None = None

    def hear(self, text: str, confidence: float) -> bool:
        self.exchange.tell(self.hearer, self.speaker, text)
        return True

    def press(self, key: str) -> bool:
        if key == "*" and self.on_star is not None:
            self.on_star()
        return True


def _other_side(other: "Leg", own: "Leg") -> str:
    """The address by which a party knows the other: who was dialled, or who calls."""
    if other.parent_sid == own.sid:
        return other.to
    if own.parent_sid == other.sid:
        return own.from_
    return other.from_ if other.direction == "inbound" else other.to
