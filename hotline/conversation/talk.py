"""The state of a talk between two turns, and what a turn decides; plain values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Self

from hotline.directory.entry import Entry
from hotline.telephony.script import Bridge, GoOn, HangUp, Listen, Wait

AGENTS = "agents"


class Stage(StrEnum):
    """What the last question was; it says how the next words are understood."""

    NEED = "need"
    CONFIRM = "confirm"
    CHOOSE = "choose"
    DISTRICT = "district"
    ADDRESS = "address"
    VENDOR = "vendor"
    CONSENT = "consent"
    WHEN = "when"
    TRANSFER = "transfer"
    CODE = "code"
    PROGRESS = "progress"
    WITHDRAW = "withdraw"
    INCIDENT = "incident"
    ANNOUNCED = "announced"
    TO_PERSON = "to_person"
    NOTICED = "noticed"
    MORE = "more"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that the caller wants, in their own words, and the entry that we took it for."""

    text: str
    entry_id: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the wording and what fills its gaps."""

    key: str
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything that must outlive a turn. `options` are entry ids or vendor ids by stage.

    `ring_name` and `ring_number` are whom we offered to connect the caller to; `incident_id` is
    the incident that was announced last. `vendor_id` (None: the next in turn) and `wanted_when`
    are for the work order of the open ticket; `has_order` once it is open. `texted` are the
    entries whose answers went out as text messages.
    """

    stage: Stage = Stage.NEED
    need: Need | None = None
    options: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    district: str | None = None
    silences: int = 0
    misses: int = 0
    ticket_id: str | None = None
    ticket_tail: str | None = None
    ticket_code: str | None = None
    is_slow: bool = False
    language: str = ""
    is_confidential: bool = False
    is_anonymous: bool = False
    ring_name: str | None = None
    ring_number: str | None = None
    ring_tries: int = 0
    vendor_id: str | None = None
    wanted_when: str | None = None
    has_order: bool = False
    has_address: bool = False
    code_tries: int = 0
    visitor: str | None = None
    """Whose name was told, so that no transcript keeps it."""
    incident_id: str | None = None
    incidents_heard: tuple[str, ...] = ()
    notices_heard: tuple[str, ...] = ()
    texted: tuple[str, ...] = ()
    last_said: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, state: Mapping[str, Any]) -> Self:
        need = state.get("need")
        lists = (
            "options", "pending", "incidents_heard", "notices_heard", "texted", "last_said",
        )  # fmt: skip
        # What a node of a later release wrote beside is nothing to this one.
        own_names = {one.name for one in fields(cls)}
        own = {name: value for name, value in state.items() if name in own_names}
        known = own | {name: tuple(state.get(name, ())) for name in lists}
        known["stage"] = Stage(state.get("stage", Stage.NEED))
        known["need"] = Need(**need) if need else None
        return cls(**known)

    def asked(self, stage: Stage, **changes: Any) -> Self:
        """The same talk after a question; whoever answers has not been silent."""
        return replace(self, stage=stage, **changes)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came from the line: words with the recognizer's confidence, a key, or nothing."""

    text: str = ""
    digits: str = ""
    confidence: float | None = None

    @property
    def is_silence(self) -> bool:
        return not self.text.strip() and not self.digits

    @property
    def key(self) -> int:
        """The number of a choice that was pressed; 0 for anything else."""
        is_choice = self.digits.isascii() and self.digits.isdigit() and len(self.digits) <= 2
        return int(self.digits) if is_choice else 0


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """Open a ticket for the need; the talk goes on with its number."""

    need: Need
    entry: Entry
    district: str | None
    is_confidential: bool = False
    is_anonymous: bool = False


@dataclass(frozen=True, slots=True)
class AddToTicket:
    """Tell the open ticket what was learned since; None means nothing new of that sort."""

    address: str | None = None
    note_key: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """Send a vendor for the open ticket; what is still to be said is added to the order."""

    has_consent: bool
    by_key: bool = False


@dataclass(frozen=True, slots=True)
class NoteEmergency:
    """Tell supervisors at once and keep a ticket for the call back; `also` must be told too."""

    line: str
    also: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class AddFollower:
    """The caller wants to be told how the incident ends."""

    incident_id: str


@dataclass(frozen=True, slots=True)
class CountTrouble:
    """A trouble that makes no ticket still counts when many have it at once."""

    entry_id: str


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """Send the whole answer to the caller's own telephone; `phone` is the unit's."""

    entry: Entry
    phone: str | None


class Press(StrEnum):
    """What a caller may do with a ticket of their own besides adding a word."""

    URGE = "urge"
    CANCEL = "cancel"
    REOPEN = "reopen"


@dataclass(frozen=True, slots=True)
class PressTicket:
    """Urge the ticket that a code has opened, take it back, or have it done again."""

    press: Press
    words: str = ""


@dataclass(frozen=True, slots=True)
class RememberLanguage:
    """Serve this number in that language from now on; empty forgets it."""

    language: str


Effect = (
    OpenTicket
    | AddToTicket
    | OpenOrder
    | NoteEmergency
    | AddFollower
    | CountTrouble
    | PressTicket
    | RememberLanguage
    | TextAnswer
)
Next = Listen | Wait | Bridge | HangUp | GoOn


@dataclass(frozen=True, slots=True)
class Turn:
    """What to do (in order), what to say, what then; or `consider`: match this text and go on."""

    talk: Talk
    say: tuple[Line, ...]
    then: Next
    effects: tuple[Effect, ...] = ()
    consider: str | None = None
