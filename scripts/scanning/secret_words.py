"""Secrets in files that are checked in: by their shapes, and by names with random values."""

import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

SHAPES = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*\n\s*[A-Za-z0-9+/]{40}"),
    "cloud key": re.compile(r"\b(?:AKIA|ASIA|LTAI)[A-Za-z0-9]{12,20}\b"),
    "token": re.compile(r"\b(?:ghp|gho|ghs|glpat|xox[abp]|npm|pypi|sk)[_-][A-Za-z0-9_-]{20,}"),
    "web token": re.compile(r"\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{15,}"),
    "address with a password": re.compile(
        r"\b[a-z][a-z0-9+]*://[^\s/:@'\"{}<>$]+:([^\s/@'\"]{8,})@"
    ),
}
_NAMED = re.compile(
    r"""(?ix)\b[\w-]*(?:secret|passw(?:or)?d|token|api_?key|master_?key)[\w-]*
    ["']?\s*[:=]\s*["']([A-Za-z0-9+/=_-]{20,})["']"""
)
_LOCKS = ("requirements/", "agents_ui/package-lock.json")
_TEXT = {".py", ".ts", ".vue", ".toml", ".yaml", ".yml", ".json", ".md", ".sh", ".ini", ".cfg",
         ".env", ".txt", ".html", ".js", ".pem", ""}  # fmt: skip
_RANDOM = 4.0
_LOOKED_AT = "S105"  # ruff's name of the same rule, at lines that somebody has looked at
_MADE_UP = ("password", "user:", "a:b@", "secret@", "example")


def findings(root: Path) -> list[str]:
    return [found for path in _checked_in(root) for found in findings_in(path, root)]


def findings_in(path: Path, root: Path) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError):
        return
    name = path.relative_to(root).as_posix()
    for what, line in secrets_in(text):
        yield f"{name}:{line} {what}"


def secrets_in(text: str) -> Iterator[tuple[str, int]]:
    """What it looks like, and in which line."""
    for what, shape in SHAPES.items():
        for found in shape.finditer(text):
            if not any(word in found[0].lower() for word in _MADE_UP):
                yield what, _line(text, found.start())
    for found in _NAMED.finditer(text):
        is_known = _LOOKED_AT in text[found.start() :].partition("\n")[0]
        if not is_known and entropy(found[1]) >= _RANDOM and any(map(str.isdigit, found[1])):
            yield "named value", _line(text, found.start())


def entropy(text: str) -> float:
    """Shannon's, in bits for each character."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)


def _checked_in(root: Path) -> Iterator[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        path = root / name
        if not name.startswith(_LOCKS) and path.suffix in _TEXT and path.is_file():
            yield path


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
