"""What the portal shows, as plain values read from one state of the directory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from hotline.directory.entry import Entry
from hotline.directory.vendors import may_be_sent
from hotline.matching.families import family_key


@dataclass(frozen=True, slots=True)
class Office:
    """An organization as the public meets it; `district` null serves the whole city."""

    key: str
    name: str
    short_name: str
    tier: str
    level: str
    kind: str
    district: str | None
    phone: str | None
    hotline: str | None
    address: str | None
    lat: float | None
    lon: float | None
    hours: str
    duties: str
    aliases: tuple[str, ...] = ()
    belongs_to: str | None = None


@dataclass(frozen=True, slots=True)
class Price:
    unit: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class ListedVendor:
    """A vetted vendor; its number stays inside, since orders go by the hotline."""

    key: str
    name: str
    category: str
    districts: tuple[str, ...]
    hours: str
    status: str
    rating: float
    vetting: tuple[Mapping[str, Any], ...]
    prices: Mapping[str, Price]

    @property
    def valid_until(self) -> date | None:
        """The day on which the first of its papers runs out."""
        days = [date.fromisoformat(paper["expires"]) for paper in self.vetting]
        return min(days, default=None)


@dataclass(frozen=True, slots=True)
class Rated:
    """What residents gave a vendor after the work, and how many of them."""

    mean: float
    count: int


@dataclass(frozen=True, slots=True)
class OnNotice:
    """A firm that applies; whoever knows something against it may say so until then."""

    review_id: UUID
    name: str
    category: str
    districts: tuple[str, ...]
    services: tuple[str, ...]
    until: date


@dataclass(frozen=True, slots=True)
class ShortNumber:
    number: str
    name: str
    handles: str
    is_emergency: bool
    is_merged: bool


@dataclass(frozen=True, slots=True)
class FormFile:
    """The newest file of a form that an entry lists; `digest` is SHA-256 of its content."""

    name: str
    number: int
    attachment_id: UUID
    subject: str
    media_type: str
    extension: str
    size: int
    digest: str
    published_on: date

    @property
    def kilobytes(self) -> int:
        return max(1, round(self.size / 1000))


@dataclass(frozen=True, slots=True)
class Catalog:
    """One consistent state. `branches`: office → district → its office there."""

    city_id: UUID
    city: Office
    districts: tuple[Office, ...]
    offices: Mapping[str, Office]
    branches: Mapping[str, Mapping[str, str]]
    entries: Mapping[str, Entry]
    versions: Mapping[str, tuple[str, ...]]
    vendors: tuple[ListedVendor, ...]
    numbers: tuple[ShortNumber, ...]
    withdrawn: frozenset[str] = frozenset()
    demand: Mapping[str, int] = field(default_factory=dict)
    ratings: Mapping[str, Rated] = field(default_factory=dict)
    on_notice: tuple[OnNotice, ...] = ()
    forms: Mapping[str, Mapping[str, FormFile]] = field(default_factory=dict)
    """Entry → name of a form → its file."""
    verified: Mapping[str, str] = field(default_factory=dict)
    """Entry → the day on which somebody last said that it is true."""

    def versions_of(self, entry: Entry) -> tuple[Entry, ...]:
        """The district versions of the same service, this one among them."""
        keys = self.versions.get(family_key(entry), (entry.id,))
        return tuple(self.entries[key] for key in keys if key in self.entries)

    def version_for(self, entry: Entry, district: str | None) -> Entry:
        """The district's own version where there is one, else the entry itself."""
        versions = self.versions_of(entry)
        return next((each for each in versions if district in each.districts), entry)

    def vendors_for(self, entry_id: str, on: date) -> tuple[ListedVendor, ...]:
        serving = (vendor for vendor in self.vendors if entry_id in vendor.prices)
        return tuple(vendor for vendor in serving if may_be_sent(vendor, entry_id, on=on))

    def form_of(self, entry: Entry, name: str) -> FormFile | None:
        """Only what the entry lists is handed out."""
        return self.forms.get(entry.id, {}).get(name) if name in entry.forms else None

    @property
    def emergency_numbers(self) -> tuple[ShortNumber, ...]:
        return tuple(number for number in self.numbers if number.is_emergency)

    def number_named(self, number: str | None) -> ShortNumber | None:
        return next((each for each in self.numbers if each.number == number), None)

    @property
    def updated_on(self) -> str:
        return max((entry.updated for entry in self.entries.values()), default="")


def one_per_family(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The first version of each service, in the order given."""
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(family_key(entry), entry)
    return tuple(first.values())


def serves(entry: Entry, district: str | None) -> bool:
    return district is None or not entry.districts or district in entry.districts
