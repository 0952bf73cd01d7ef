"""One entry of the directory as a plain value, and the file that a city ships it in."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Entry:
    """What the hotline can help with: the fields of one line of `services.jsonl`."""

    id: str
    kind: str
    category: str
    name: str
    aliases: tuple[str, ...] = ()
    organization_id: str | None = None
    tier: str = "city"
    districts: tuple[str, ...] = ()
    summary: str = ""
    details: str = ""
    procedure: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    fee: str = ""
    time_limit: str = ""
    channels: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    urgency: str = "normal"
    handoff: str = "answer"
    updated: str = ""
    hours: str | None = None
    contacts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Self:
        """Reads one line; unknown fields are ignored so that newer files stay readable."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: _frozen(value) for name, value in record.items() if name in known})


def load_entries(path: Path) -> tuple[Entry, ...]:
    """Reads a JSON Lines file of entries, in the order of the file."""
    return entries_of(path.read_text(encoding="utf-8").splitlines())


def entries_of(lines: Iterable[str]) -> tuple[Entry, ...]:
    return tuple(Entry.from_json(json.loads(line)) for line in lines if line.strip())


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
