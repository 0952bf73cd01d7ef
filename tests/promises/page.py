"""`docs/promises.md`: each line, where it is kept, the tests that hold it, and what is missing."""

import ast
import re
import sys
import tempfile
from pathlib import Path

from tests.promises.checklist import LINES, Line

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "promises.md"
_NAME = re.compile(r"test_c(\d+)_")
_HEAD = """# Promises

What the service promises of security and privacy, where it is kept, and the tests that hold it.
Made by `scripts/promises write` from `tests/promises/`; a test compares the two.
{met} of {all} lines are met{rest}.

| line | promise | where | tests | result |
|---|---|---|---|---|
"""


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


def render() -> str:
    tests = held_by_line()
    met = sum(is_met(line, tests) for line in LINES)
    rest = "" if met == len(LINES) else "; the others say what is missing"
    rows = [_row(line, tests) for line in LINES]
    return _HEAD.format(met=met, all=len(LINES), rest=rest) + "\n".join(rows) + "\n"


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
    else:
        sys.stdout.write(render())
