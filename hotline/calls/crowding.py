"""More calls at once than this process can serve in time: some are asked to wait a moment.

Whoever is asked has lost nothing: a call that rings asks again a few seconds later, and a caller
says the same words once more. Nothing is stored, so it costs a fraction of a turn. Words that
name an emergency are always let in.

How many are served at once follows how long they take: many slow turns side by side make each
other slower still, so a slow one makes room for fewer, and quick ones for more again (additive
increase, multiplicative decrease). Room that nobody used says nothing, so it grows only while at
least half of it is taken: a calm hour does not open the door for a whole crowd at once. Nor does
it wait for a slow one to end: while the one that has been here longest is slow already, whoever
comes would only be slower.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import choice
from time import monotonic

from hotline.matching.emergencies import hear_emergency
from hotline.matching.normalize import normalize
from hotline.telephony import twiml
from hotline.telephony.script import GoOn, Listen, Script

SLOW_SECONDS = 0.5
"""A turn that takes longer says that too many are served; one alone takes some 20 ms."""
_FEWEST = 6
_FIRST = 16
"""So many at once before anything is known of how long they take."""
_PAUSES, _LONG_PAUSES = range(4, 10), range(8, 17)
"""Seconds until a call that was turned away asks again, and while there is room for the fewest
only: what calls ask again and again takes the time that those who are served need."""
_LESS = 0.7
_MORE = 0.25


class Crowd:
    """Counts the voice webhooks that are being answered; at the most `most` are served at once."""

    def __init__(self, most: int, now: Callable[[], float] = monotonic) -> None:
        self._most = most
        self._fewest = min(_FEWEST, most)
        self._room = float(min(_FIRST, most))
        self._now = now
        self._began: dict[object, float] = {}
        """When each that is served began, the longest first."""
        self.turned_away = 0

    @property
    def is_full(self) -> bool:
        served = len(self._began)
        return served >= int(self._room) or (served >= self._fewest and self._is_slow_already())

    @contextmanager
    def one(self) -> Iterator[None]:
        own, began = object(), self._now()
        self._began[own] = began
        try:
            yield
        finally:
            seconds, is_used = self._now() - began, 2 * len(self._began) >= self._room
            del self._began[own]
            if is_used or seconds > SLOW_SECONDS:
                self.note(seconds)

    def note(self, seconds: float) -> None:
        """A webhook was answered in so long."""
        if seconds > SLOW_SECONDS:
            self._room = max(self._fewest, self._room * _LESS)
        else:
            self._room = min(self._most, self._room + _MORE)

    def must_wait(self, said: str = "") -> bool:
        """Whether there is no room; counts whoever is turned away."""
        if not self.is_full or (said and hear_emergency(normalize(said)) is not None):
            return False
        self.turned_away += 1
        return True

    def pause(self) -> int:
        """Seconds until whoever was turned away may ask again; not the same for all."""
        return choice(_PAUSES if self._room > 2 * self._fewest else _LONG_PAUSES)

    def _is_slow_already(self) -> bool:
        longest = next(iter(self._began.values()))
        return self._now() - longest > SLOW_SECONDS


def wait_a_moment(sentence: str, seconds: int, urls: twiml.Urls) -> str:
    """The call asks again at `urls.turn` so many seconds after the sentence."""
    return twiml.document(Script((sentence,), GoOn(seconds)), urls)


def say_it_again(sentence: str, urls: twiml.Urls) -> str:
    """Listens once more for the same step of the talk."""
    return twiml.document(Script((sentence,), Listen()), urls)
