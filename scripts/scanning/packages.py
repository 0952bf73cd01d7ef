"""The packages that ship, as the locks name them: exact versions with their hashes."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Package:
    """`ecosystem` is PyPI or npm; hashes are hex, of the files that may be installed."""

    ecosystem: str
    name: str
    version: str
    hashes: tuple[tuple[str, str], ...] = field(default=())
    licence: str | None = None

    @property
    def purl(self) -> str:
        if self.ecosystem == "npm":
            return f"pkg:npm/{self.name.replace('@', '%40')}@{self.version}"
        return f"pkg:pypi/{normal(self.name)}@{self.version}"


def normal(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_for_python(lock: Path) -> Iterator[Package]:
    entries = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    for entry in entries:
        if found := _LOCKED.match(entry.strip()):
            hashes = tuple(("SHA-256", one) for one in _HASH.findall(entry))
            yield Package("PyPI", normal(found["name"]), found["version"], hashes)


def locked_for_console(lock: Path) -> Iterator[Package]:
    """What is built into the console; tools of the build stay outside."""
    listed = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    for place, entry in sorted(listed.items()):
        if place and not entry.get("dev") and not entry.get("link"):
            name = place.rpartition("node_modules/")[2]
            yield Package("npm", name, entry["version"], licence=entry.get("license"))
