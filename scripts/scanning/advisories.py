"""Known holes, from an export of the OSV database (`all.zip` of an ecosystem), read offline.

The answer is one of three: none known, found, not checked. What is missing, unreadable or older
than thirty days is "not checked", whatever else is true: a machine without data knows nothing.
"""

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from scripts.scanning.packages import Package, normal

FRESH = timedelta(days=30)


class Verdict(StrEnum):
    NONE_KNOWN = "none known"
    FOUND = "found"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Checked:
    verdict: Verdict
    says: str
    found: Sequence[str] = field(default=())


def check(packages: Sequence[Package], database: Path | None, now: datetime) -> Checked:
    if database is None:
        return Checked(Verdict.NOT_CHECKED, "no advisory data given")
    try:
        known = list(_entries(database))
    except (OSError, zipfile.BadZipFile, ValueError) as error:
        return Checked(Verdict.NOT_CHECKED, f"{database.name} is not readable: {error}")
    return _weighed(packages, known, database.name, now)


def _weighed(
    packages: Sequence[Package], known: Sequence[Mapping[str, Any]], name: str, now: datetime
) -> Checked:
    newest = max((_moment(one) for one in known), default=None)
    if newest is None or now - newest > FRESH:
        return Checked(Verdict.NOT_CHECKED, f"{name} is older than {FRESH.days} days")
    found = sorted(hit for entry in known for hit in _hits(entry, packages))
    if found:
        return Checked(Verdict.FOUND, f"{len(found)} known holes", found)
    missing = {one.ecosystem for one in packages} - _covered(known)
    if missing:
        says = f"{name} says nothing of {', '.join(sorted(missing))}"
        return Checked(Verdict.NOT_CHECKED, says)
    return Checked(Verdict.NONE_KNOWN, f"{len(packages)} packages, data of {newest:%Y-%m-%d}")


def _covered(known: Sequence[Mapping[str, Any]]) -> set[str]:
    return {one["package"]["ecosystem"] for entry in known for one in entry.get("affected", ())}


def _entries(database: Path) -> Iterator[Mapping[str, Any]]:
    """Of one archive, or of every archive in a folder."""
    archives = sorted(database.glob("*.zip")) if database.is_dir() else [database]
    for archive in archives:
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                yield json.loads(opened.read(name))


def _moment(entry: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(entry["modified"]))


def _hits(entry: Mapping[str, Any], packages: Sequence[Package]) -> Iterator[str]:
    if entry.get("withdrawn"):
        return
    for affected in entry.get("affected", ()):
        named = affected.get("package", {})
        for one in packages:
            is_same = named.get("ecosystem") == one.ecosystem and _same(one, named.get("name", ""))
            if is_same and is_affected(affected, one.version):
                yield f"{one.name} {one.version}: {entry['id']}"


def _same(package: Package, name: str) -> bool:
    return package.name == (normal(name) if package.ecosystem == "PyPI" else name)


def is_affected(affected: Mapping[str, Any], version: str) -> bool:
    """By the list of versions, or by ranges of introduced and fixed (OSV schema 1.6)."""
    if version in affected.get("versions", ()):
        return True
    ranges = [one for one in affected.get("ranges", ()) if one["type"] in ("ECOSYSTEM", "SEMVER")]
    return any(_lies_in(one["events"], version) for one in ranges)


def _lies_in(events: Sequence[Mapping[str, str]], version: str) -> bool:
    """A version that cannot be compared counts as affected: better asked once too often."""
    try:
        own, inside = Version(version), False
        for event in events:
            if "introduced" in event:
                begins = event["introduced"]
                inside = inside or begins == "0" or own >= Version(begins)
            elif _is_past(event, own):
                inside = False
    except InvalidVersion:
        return True
    return inside


def _is_past(event: Mapping[str, str], own: Version) -> bool:
    if "fixed" in event:
        return own >= Version(event["fixed"])
    return "last_affected" in event and own > Version(event["last_affected"])
