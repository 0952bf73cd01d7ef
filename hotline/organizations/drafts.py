"""What is written into the tree: plain values, as the directory's files give them."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Bounds:
    """A box of coordinates, edges included."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, lat: float, lon: float) -> bool:
        return self.south <= lat <= self.north and self.west <= lon <= self.east


@dataclass(frozen=True, slots=True)
class NumberDraft:
    number: str
    label: str


@dataclass(frozen=True, slots=True)
class NodeDraft:
    """The city itself or one of its districts. `entry_suffix` ends the ids of its own entries."""

    key: str
    name: str
    short_name: str
    hours: str
    phone: str | None
    address: str | None
    lat: float
    lon: float
    bounds: Bounds
    entry_suffix: str | None = None
    numbers: Sequence[NumberDraft] = ()
    duties: str = ""


@dataclass(frozen=True, slots=True)
class CityDraft:
    city: NodeDraft
    districts: Sequence[NodeDraft]


@dataclass(frozen=True, slots=True)
class OrganizationDraft:
    """One line of `organizations.jsonl`; `belongs_to` is its `parent_id`, a key."""

    key: str
    name: str
    short_name: str
    aliases: Sequence[str]
    kind: str
    level: str
    district: str | None
    belongs_to: str | None
    phone: str
    hotline: str | None
    address: str
    lat: float
    lon: float
    hours: str
    duties: str


@dataclass(slots=True)
class Changes:
    """Keys by what an import did to them."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)

    @property
    def changed(self) -> list[str]:
        return self.created + self.updated
