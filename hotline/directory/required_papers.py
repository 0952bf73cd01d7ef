"""Which papers a vendor must hold for a service: data, read once. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any


def required_for(entry_key: str) -> tuple[str, ...]:
    """What every vendor needs, then what the service asks for beyond it."""
    rules = _rules()
    own: Mapping[str, list[str]] = rules["by_entry"]
    return tuple(dict.fromkeys((*rules["everybody"], *own.get(entry_key, ()))))


def required_of_worker(entry_key: str | None = None) -> tuple[str, ...]:
    """What whoever goes into homes must hold; for a service, with those of its papers that are no
    firm's but a person's."""
    rules = _rules()
    own = () if entry_key is None else required_for(entry_key)
    in_person = (one for one in own if one in rules["held_in_person"])
    return tuple(dict.fromkeys((*rules["of_worker"], *in_person)))


def lacking(
    vetting: Sequence[Mapping[str, Any]], entry_keys: Iterable[str], on: date
) -> tuple[str, ...]:
    """Papers that are missing or have run out for any of the services, by name."""
    held = {
        str(paper["document"]) for paper in vetting if date.fromisoformat(paper["expires"]) >= on
    }
    wanted = dict.fromkeys(name for key in entry_keys for name in required_for(key))
    return tuple(name for name in wanted if name not in held)


@cache
def _rules() -> dict[str, Any]:
    listing = files("hotline.directory") / "texts" / "required_papers.json"
    rules: dict[str, Any] = json.loads(listing.read_text(encoding="utf-8"))
    return rules
