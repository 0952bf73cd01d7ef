"""`docs/asvs.md`: the lines of OWASP ASVS 5.0.0 with what holds each, and what does not."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.promises import asvs_v1_v5, asvs_v6_v9, asvs_v10_v17
from tests.promises.asvs import Requirement

ROOT = Path(__file__).parents[2]
ASVS_PAGE = ROOT / "docs" / "asvs.md"
REQUIREMENTS = (*asvs_v1_v5.LINES, *asvs_v6_v9.LINES, *asvs_v10_v17.LINES)
_HEAD = """# ASVS 5.0.0, line by line

The {all} lines of OWASP ASVS 5.0.0 of level 1 ({first}) and level 2 ({second}), and {third} of
level 3 that speak of what this service does. The numbers are theirs, the few words ours: read a
line there. `C…` are the lines of [promises.md](promises.md), each with its tests; what asks for a
document names the place that says it. Made by `scripts/promises write` from
`tests/promises/asvs*.py`; a test compares them, and looks that every test and place exists.

**{applicable} apply: {held} are held, {gaps} are not or not wholly. {foreign} are none of ours.**

## What is missing

| line | level | about | what is missing |
|---|---|---|---|
{missing}

## All lines

| line | level | about | held by |
|---|---|---|---|
"""


def render_asvs() -> str:
    gaps = [line for line in REQUIREMENTS if line.gap]
    foreign = [line for line in REQUIREMENTS if line.foreign]
    levels = [line.level for line in REQUIREMENTS]
    head = _HEAD.format(
        all=levels.count(1) + levels.count(2), first=levels.count(1), second=levels.count(2),
        third=levels.count(3), applicable=len(levels) - len(foreign), foreign=len(foreign),
        held=sum(bool(line.by) for line in REQUIREMENTS), gaps=len(gaps),
        missing="\n".join(_row(line, line.gap) for line in gaps),
    )  # fmt: skip
    return head + "\n".join(_row(line, _result(line)) for line in REQUIREMENTS) + "\n"


def absent() -> Iterator[str]:
    """What is named and is not there, each with its line."""
    for line in REQUIREMENTS:
        for name in line.by:
            if not _is_line(name) and not _exists(name):
                yield f"{line.number}: {name}"


def named_lines() -> set[int]:
    """Of our check-list."""
    return {int(name[1:]) for line in REQUIREMENTS for name in line.by if _is_line(name)}


def summary() -> tuple[str, str]:
    """For the promise of this list: what was measured, and what is missing."""
    applicable = [line for line in REQUIREMENTS if not line.foreign]
    gaps = [line.number for line in applicable if line.gap]
    told = (
        f"{len(applicable) - len(gaps)} of {len(applicable)} lines that apply ([asvs.md](asvs.md))"
    )
    return told, ", ".join(gaps)


def _row(line: Requirement, result: str) -> str:
    return f"| {line.number} | {line.level} | {line.about} | {result} |"


def _result(line: Requirement) -> str:
    if line.gap:
        return "**not wholly**: see above"
    if line.foreign:
        return f"none of ours: {line.foreign}"
    return "<br>".join(map(_shown, line.by))


def _shown(name: str) -> str:
    """Tests by their names, files and places as they are."""
    if _is_line(name):
        return name
    path, _, test = name.partition("::")
    return f"`{test or path}`"


def _is_line(name: str) -> bool:
    return re.fullmatch(r"C\d+", name) is not None


def _exists(name: str) -> bool:
    path, mark, inside = re.fullmatch(r"([^:#]+)(::|#)?(.*)", name).groups()  # type: ignore[union-attr]
    file = ROOT / path
    if not file.is_file():
        return False
    return inside in (_tests_of(file) if mark == "::" else _headings_of(file)) if mark else True


@cache
def _tests_of(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))


@cache
def _headings_of(file: Path) -> frozenset[str]:
    """As links name them."""
    found = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in found)
    return frozenset(heading.replace(" ", "-") for heading in plain)
