"""The phrases of telephone talk that the directory ships (`phrases.json`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases by what they mean; every tuple keeps the order of the file."""

    emergency: Mapping[str, tuple[str, ...]]
    self_harm_high: tuple[str, ...]
    self_harm_lines: tuple[str, ...]
    gas_leak: tuple[str, ...]
    dialect: Mapping[str, str]
    groups: Mapping[str, tuple[str, ...]]

    def of(self, group: str) -> tuple[str, ...]:
        """The phrases of one plain group, such as `human_agent` or `filler`; empty if absent."""
        return self.groups.get(group, ())


def read_phrases(content: str) -> Phrases:
    """Read the JSON of a directory's `phrases.json`."""
    listed: dict[str, Any] = json.loads(content)
    high = listed.get("self_harm_high", {})
    return Phrases(
        emergency={line: tuple(said) for line, said in listed.get("emergency", {}).items()},
        self_harm_high=tuple(high.get("phrases", ())),
        self_harm_lines=tuple(high.get("numbers", ())),
        gas_leak=tuple(listed.get("gas_leak", ())),
        dialect=dict(listed.get("dialect_terms", {})),
        groups={name: tuple(said) for name, said in listed.items() if isinstance(said, list)},
    )


@cache
def shipped_phrases() -> Phrases:
    """The phrases of the sample city."""
    listing = files("hotline.directory") / "wuhai" / "phrases.json"
    return read_phrases(listing.read_text(encoding="utf-8"))
