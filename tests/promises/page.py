"""`docs/promises.md`: the check-list with its tests, the promises with their targets, the gaps."""

import ast
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.promises.asvs_page import ASVS_PAGE, render_asvs
from tests.promises.checklist import LINES, Line
from tests.promises.targets import TARGETS, Target

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "promises.md"
FAULTS = ROOT / "docs" / "faults.md"
_CELLS = 7
_NAME = re.compile(r"test_c(\d+)_")
_HEAD = """# Promises

What the service promises, where it is kept, and the tests that hold it. Made by
`scripts/promises write` from `tests/promises/` and the table of [faults.md](faults.md); a test
compares them.

## Security and privacy, line by line

{met} of {all} lines are met{rest}.

| line | promise | where | tests | result |
|---|---|---|---|---|
"""
_TARGETS = """
## Promises with targets

{met} of {all} are met, {smaller} of them tried at a smaller size than their target asks for; the
others say what is missing. `F…` are the faults of [faults.md](faults.md), where what was measured
stands.

| promise | | target | tried by | measured | result |
|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of the table that the harness of faults writes."""

    name: str
    promise: int | None
    result: str


def held_by_line() -> dict[int, list[str]]:
    """`file` and name of every test, by the number in its name."""
    found: dict[int, list[str]] = {}
    for path in sorted(HERE.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _NAME.match(
                node.name
            )
            if named:
                found.setdefault(int(named[1]), []).append(f"{path.name}::{node.name}")
    return found


def is_met(line: Line, tests: dict[int, list[str]]) -> bool:
    return not line.gap and bool(tests.get(line.number))


def faults() -> list[Fault]:
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in FAULTS.read_text(encoding="utf-8").splitlines()
        if line.startswith(("| F", "| all", "| rolling"))
    ]
    return [
        Fault(row[0], int(row[2]) if row[2].isdigit() else None, row[-1])
        for row in rows
        if len(row) == _CELLS
    ]


def result_of(target: Target, lines: dict[int, bool], tried: list[Fault]) -> str:
    """ "met", or what is missing."""
    held = [lines[int(name[1:])] for name in target.by if _is_line(name)]
    met = [fault.result == "met" for fault in tried if fault.result != "not tried here"]
    if target.gap or not all((*held, *met)):
        return f"not met: {target.gap or 'see its lines and faults'}"
    if not (held or met or target.by):
        return "not met: nothing tries it"
    return f"met at a smaller size: {target.size}" if target.size else "met"


def render() -> str:
    tests = held_by_line()
    met = sum(is_met(line, tests) for line in LINES)
    rest = "" if met == len(LINES) else "; the others say what is missing"
    rows = [_row(line, tests) for line in LINES]
    checklist = _HEAD.format(met=met, all=len(LINES), rest=rest) + "\n".join(rows) + "\n"
    return checklist + _targets({line.number: is_met(line, tests) for line in LINES})


def _targets(lines: dict[int, bool]) -> str:
    rows, met, smaller = [], 0, 0
    every = faults()
    for target in TARGETS:
        tried = [fault for fault in every if fault.promise == target.number]
        result = result_of(target, lines, tried)
        met += result.startswith("met")
        smaller += bool(target.size) and result.startswith("met")
        by = [*dict.fromkeys(fault.name for fault in tried), *target.by]
        named = ", ".join(name if _is_line(name) or "/" not in name else f"`{name}`" for name in by)
        rows.append(
            f"| {target.number} | {target.promise} | {target.target} | {named or '–'} |"
            f" {target.measured or '–'} | {result} |"
        )
    return _TARGETS.format(met=met, all=len(TARGETS), smaller=smaller) + "\n".join(rows) + "\n"


def _is_line(name: str) -> bool:
    return name[0] == "C" and name[1:].isdigit()


def _row(line: Line, tests: dict[int, list[str]]) -> str:
    where = "<br>".join(f"`{path}`" for path in line.where)
    held = "<br>".join(f"`{name.partition('::')[2]}`" for name in tests.get(line.number, []))
    result = "met" if is_met(line, tests) else f"not met: {line.gap or 'no test'}"
    return f"| C{line.number} | {line.rule} | {where} | {held or '–'} | {result} |"


def write_rights() -> None:
    from hotline.main import create_app
    from hotline.settings import Settings
    from tests.promises.test_c15_rights import MATRIX, lines

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data_dir=Path(folder)), "postgresql+asyncpg://nobody@nowhere/no")
        MATRIX.write_text("\n".join(lines(app.openapi())) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if "rights" in sys.argv[1:]:
        write_rights()
    elif "write" in sys.argv[1:]:
        PAGE.write_text(render(), encoding="utf-8")
        ASVS_PAGE.write_text(render_asvs(), encoding="utf-8")
    else:
        sys.stdout.write(render())
