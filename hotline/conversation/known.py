"""What the dialogue may know of the world: cards of the directory, vendors, the caller."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from hotline.directory.entry import Entry
from hotline.matching.families import family_key

DISTRICTS = ("海勃湾区", "乌达区", "海南区")


@dataclass(frozen=True, slots=True)
class VendorCard:
    """A vendor that is eligible now, as it may be named to a caller: neutrally."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class UnitCard:
    """The unit behind an entry in a district: its spoken name and the number to connect to."""

    name: str
    phone: str | None
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class IncidentCard:
    """Something that is known to go on, in the words that a supervisor has confirmed."""

    id: str
    announcement: str


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """What a department tells callers now, in its own words."""

    id: str
    spoken: str


class CodeCheck(StrEnum):
    """What came of a query code: none was given, right, wrong, or no try is left today."""

    NONE = "none"
    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class OwnTicket:
    """The ticket that a right code opened, as it may be spoken of; `may` be urged, withdrawn…

    `visitor` is who comes to the home, with the badge as it is read out; both empty for nobody.
    """

    id: str
    title: str
    status: str
    may: tuple[str, ...] = ("urge",)
    visitor: str = ""
    badge: str = ""


UnitNamed = Callable[[str], UnitCard | None]
VendorsFor = Callable[[str, str], tuple[VendorCard, ...]]
UnitFor = Callable[[Entry, str | None], UnitCard | None]
IncidentFor = Callable[[str, str | None], IncidentCard | None]
NoticeFor = Callable[[str | None, str | None], NoticeCard | None]
"""By entry, or after the greeting without one; and by district."""


@dataclass(frozen=True, slots=True)
class Known:
    """Read-only surroundings of a turn; the look-ups answer from memory."""

    entries: Mapping[str, Entry]
    vendors_for: VendorsFor
    unit_for: UnitFor
    unit_named: UnitNamed = lambda _text: None
    districts: tuple[str, ...] = DISTRICTS
    caller_number: str | None = None
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    has_own_tickets: bool = False
    code_check: CodeCheck = CodeCheck.NONE
    own_ticket: OwnTicket | None = None
    incident_for: IncidentFor = lambda _entry_id, _district: None
    notice_for: NoticeFor = lambda _entry_id, _district: None

    def entry_for(self, entry_id: str, district: str | None) -> Entry | None:
        """The entry, or its version for the district where each district has its own."""
        entry = self.entries.get(entry_id)
        if entry is None or district is None:
            return entry
        for version in self.versions.get(family_key(entry), ()):
            if district in self.entries[version].districts:
                return self.entries[version]
        return entry

    def differs_by_district(self, entry: Entry) -> bool:
        return len(self.versions.get(family_key(entry), ())) > 1
