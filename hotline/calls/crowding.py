"""More calls at once than this process can serve in time: some are asked to wait a moment.

Whoever is asked has lost nothing: a call that rings asks again a few seconds later, and a caller
says the same words once more. Nothing is stored, so it costs a fraction of a turn. Words that
name an emergency are always let in.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from hotline.matching.emergencies import hear_emergency
from hotline.matching.normalize import normalize
from hotline.telephony import twiml
from hotline.telephony.script import GoOn, Listen, Script


class Crowd:
    """Counts the voice webhooks that are being answered; `most` are served at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._served = 0
        self.turned_away = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        self._served += 1
        try:
            yield
        finally:
            self._served -= 1

    def must_wait(self, said: str = "") -> bool:
        """Whether there is no room; counts whoever is turned away."""
        if self._served < self._most or (said and hear_emergency(normalize(said)) is not None):
            return False
        self.turned_away += 1
        return True


def wait_a_moment(sentence: str, urls: twiml.Urls) -> str:
    """The call asks again at `urls.turn` after the sentence."""
    return twiml.document(Script((sentence,), GoOn()), urls)


def say_it_again(sentence: str, urls: twiml.Urls) -> str:
    """Listens once more for the same step of the talk."""
    return twiml.document(Script((sentence,), Listen()), urls)
