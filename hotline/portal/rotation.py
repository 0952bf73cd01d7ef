"""The vendors' ledger of turns as everybody may read it: how evenly work was offered. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hotline.portal.sunshine_queries import Turns
from hotline.portal.suppression import FEWEST


@dataclass(frozen=True, slots=True)
class Share:
    """A vendor without a name: `place` is its place by how often it was asked in that month."""

    place: int
    offered: int
    accepted: int
    percent: float


@dataclass(frozen=True, slots=True)
class Rotation:
    month: str
    category: str
    shares: tuple[Share, ...]

    @property
    def offered(self) -> int:
        return sum(share.offered for share in self.shares)


def rotations(turns: Iterable[Turns]) -> tuple[Rotation, ...]:
    """By month and category, where enough work was offered to speak of shares."""
    groups: dict[tuple[str, str], list[Turns]] = defaultdict(list)
    for turn in turns:
        groups[turn.month, turn.category].append(turn)
    return tuple(
        Rotation(month, category, _shares(group))
        for (month, category), group in groups.items()
        if sum(turn.offered for turn in group) >= FEWEST
    )


def _shares(group: Sequence[Turns]) -> tuple[Share, ...]:
    total = sum(turn.offered for turn in group)
    ordered = sorted(group, key=lambda turn: (-turn.offered, -turn.accepted))
    return tuple(
        Share(place, turn.offered, turn.accepted, round(100 * turn.offered / total, 1))
        for place, turn in enumerate(ordered, start=1)
    )
