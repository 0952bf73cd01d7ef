"""The semantic channel behind a port: it can be absent, and its absence only costs accuracy."""

from collections.abc import Sequence
from typing import Protocol

from hotline.matching.terms import Floats
from hotline.matching.vectors import Packed


class Semantic(Protocol):
    """Meaning as unit vectors; the product of two is how near they are."""

    def utterance(self, text: str) -> Floats:
        """The vector of what was said; called on the live path, so it is bounded in time."""

    def phrases(self, texts: Sequence[str]) -> Packed:
        """A row per phrase from what is already known; zeros where nothing is known yet."""

    def missing(self, texts: Sequence[str]) -> list[str]:
        """The phrases that are not known yet."""

    def learn(self, texts: Sequence[str]) -> None:
        """Works out vectors, milliseconds each: for the background, never for the live path."""
