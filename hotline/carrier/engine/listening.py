"""Who listens to a line, for as long as a verb runs."""

from collections.abc import Iterator
from contextlib import contextmanager

from hotline.carrier.legs import Leg, Listener


@contextmanager
def listening(leg: Leg, listener: Listener) -> Iterator[None]:
    """Listen to `leg`, and leave its line as it was before."""
    before = leg.listener
    leg.listener = listener
    try:
        yield
    finally:
        if leg.listener is listener:
            leg.listener = before
