"""The matcher of the sample city, from the files that travel with the package."""

import json
from functools import cache
from importlib.resources import files

from hotline.directory.entry import Entry, entries_of
from hotline.matching.districts import Gazetteer, Place
from hotline.matching.families import Sayings
from hotline.matching.match import Matcher
from hotline.matching.semantic import Semantic


def sample_entries() -> tuple[Entry, ...]:
    return entries_of(_lines("services.jsonl"))


@cache
def sample_places() -> Gazetteer:
    rows = [json.loads(line) for line in _lines("places.jsonl")]
    return Gazetteer.build(
        Place(row["name"], row["kind"], row["district"], tuple(row["aliases"])) for row in rows
    )


def sample_matcher(semantic: Semantic | None = None) -> Matcher:
    return Matcher.build(
        sample_entries(), sample_places(), sayings=sample_sayings(), semantic=semantic
    )


@cache
def sample_sayings() -> Sayings:
    """More ways to ask than the aliases: `phrases_extra.jsonl`, by family."""
    rows = [json.loads(line) for line in _lines("phrases_extra.jsonl")]
    return {row["entry_id"]: tuple(row["phrases"]) for row in rows}


def _lines(name: str) -> list[str]:
    listing = files("hotline.directory") / "wuhai" / name
    return [line for line in listing.read_text(encoding="utf-8").splitlines() if line.strip()]
