"""Runs every check and test, whatever failed before, and closes with one line that counts them."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from scripts.prepare.console import find_node

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / ".venv" / "reports"
BIN = ROOT / ".venv" / "bin"

TIMED = (
    "tests/browser", "tests/journeys", "tests/portal", "tests/queueing", "tests/test_cli.py",
    "tests/tickets",
)  # fmt: skip
"""Tests that keep time with a running service, which go first at the machine, and about as many
others as make both halves equally long."""


@dataclass(frozen=True, slots=True)
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )


def main(arguments: Sequence[str]) -> int:
    REPORTS.mkdir(exist_ok=True)
    counted = _checks()
    counted += _scans()
    if list(arguments) != ["--only-checks"]:
        counted += _service_tests(arguments)
        counted += _console_tests() if not arguments else Count()
    print(
        f"{counted.passed} passed, {counted.failed} failed, {counted.skipped} skipped", flush=True
    )
    return 1 if counted.failed else 0


def _checks() -> Count:
    node = find_node(ROOT)
    ui = ROOT / "agents_ui"
    counted = _check([BIN / "ruff", "check", "."])
    counted += _check([BIN / "ruff", "format", "--check", "."])
    counted += _check([BIN / "mypy"])
    counted += _check([BIN / "lint-imports"])
    counted += _check([*node.npm, "run", "typecheck"], cwd=ui, env=node.environment)
    return counted


def _scans() -> Count:
    """What could not be checked is skipped and never counts as passed."""
    code = _run([BIN / "python", "-P", "-m", "scripts.scanning"], env={"PYTHONPATH": str(ROOT)})
    return {0: Count(passed=1), 2: Count(skipped=1)}.get(code, Count(failed=1))


def _check(
    command: Sequence[str | Path], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> Count:
    return Count(passed=1) if _run(command, cwd=cwd, env=env or {}) == 0 else Count(failed=1)


def _service_tests(arguments: Sequence[str]) -> Count:
    """All of them: half of them in front, half behind at the same time."""
    if arguments:
        report = _fresh("pytest.xml")
        return _counted(report, _run([BIN / "pytest", f"--junit-xml={report}", *arguments]))
    behind = _fresh("pytest-behind.xml")
    others: list[str | Path] = [
        "nice",
        "-n",
        "10",
        BIN / "pytest",
        f"--junit-xml={behind}",
        "--color=no",
    ]
    with (REPORTS / "pytest-behind.log").open("w+") as log:
        running = subprocess.Popen(
            [*others, *(f"--ignore={folder}" for folder in TIMED)],
            cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        front = _fresh("pytest.xml")
        counted = _counted(front, _run([BIN / "pytest", f"--junit-xml={front}", *TIMED]))
        print("\n▸ pytest, all other tests", flush=True)
        counted += _counted(behind, running.wait())
        log.seek(0)
        print(log.read(), flush=True)
    return counted


def _fresh(name: str) -> Path:
    report = REPORTS / name
    report.unlink(missing_ok=True)
    return report


def _counted(report: Path, code: int) -> Count:
    if not report.exists():
        return Count(failed=1)
    suites = ElementTree.parse(report).getroot().iter("testsuite")  # noqa: S314 (our own report)
    counted = Count()
    for suite in suites:
        total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        counted += Count(total - failed - skipped, failed, skipped)
    return counted + Count(failed=1 if code != 0 and counted.failed == 0 else 0)


def _console_tests() -> Count:
    report = _fresh("vitest.json")
    node = find_node(ROOT)
    reporters = ["--reporter=default", "--reporter=json", f"--outputFile.json={report}"]
    command = [*node.npm, "run", "test", "--", *reporters]
    code = _run(command, cwd=ROOT / "agents_ui", env=node.environment)
    if not report.exists():
        return Count(failed=1)
    told = json.loads(report.read_text())
    failed = int(told["numFailedTests"])
    counted = Count(int(told["numPassedTests"]), failed, int(told["numPendingTests"]))
    return counted + Count(failed=1 if code != 0 and failed == 0 else 0)


def _run(
    command: Sequence[str | Path], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> int:
    words = [str(part) for part in command]
    print(
        f"\n▸ {' '.join(Path(words[0]).name if n == 0 else w for n, w in enumerate(words))}",
        flush=True,
    )
    return subprocess.run(words, cwd=cwd, env={**os.environ, **(env or {})}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
