"""Runs tests under coverage, adds up what they reach, and holds it against the floors."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import coverage

from scripts.critical_areas import AREAS, ROOT, files_of

COLLECTED = ROOT / ".coverage"
FIGURES = COLLECTED / "figures.json"
FLOOR, CRITICAL_FLOOR = 95.0, 100.0
SLOW = ("tests/browser", "tests/journeys")
TOGETHER = 4
"""Folders that one process runs: a run that is ended leaves what the parts before it reached."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many lines and branches there are, and how many of them a test came by."""

    lines: int = 0
    lines_reached: int = 0
    branches: int = 0
    branches_reached: int = 0

    def __add__(self, other: "Reach") -> "Reach":
        return Reach(
            self.lines + other.lines,
            self.lines_reached + other.lines_reached,
            self.branches + other.branches,
            self.branches_reached + other.branches_reached,
        )

    @property
    def of_lines(self) -> float:
        return _percent(self.lines_reached, self.lines)

    @property
    def of_branches(self) -> float:
        return _percent(self.branches_reached, self.branches)

    def is_above(self, floor: float) -> bool:
        return self.of_lines >= floor and self.of_branches >= floor


@dataclass(frozen=True, slots=True)
class FileReach:
    """One file, and what of it nobody came by: lines, and branches as `from → to`."""

    reach: Reach
    missed: str = ""


Files = Mapping[str, FileReach]


def main(arguments: Sequence[str]) -> int:
    wanted = _wanted(arguments)
    if wanted.fresh:
        shutil.rmtree(COLLECTED, ignore_errors=True)
    failed = [] if wanted.report else _run_all(wanted.tests, _folders(wanted.without))
    reached = _figures()
    _print_packages(reached)
    faults = shortfalls(reached, is_whole=not wanted.tests)
    print("\n".join([*faults, *(f"{tests}: not all passed" for tests in failed)]), flush=True)
    return 1 if faults or failed else 0


def shortfalls(reached: Files, *, is_whole: bool) -> list[str]:
    """What lies below its floor; the whole is judged only where all tests ran. Pure."""
    faults = []
    for area in AREAS:
        for name in files_of(area):
            file = reached.get(name, FileReach(Reach(1)))
            if not file.reach.is_above(CRITICAL_FLOOR):
                faults.append(f"{area}: {name} is not wholly reached: {file.missed}")
    whole = sum((file.reach for file in reached.values()), Reach())
    if is_whole and whole.of_branches < FLOOR:
        faults.append(f"{whole.of_branches:.1f} % of all branches are reached, {FLOOR:g} % are due")
    return faults


def package_of(name: str) -> str:
    """`hotline/tickets/moves.py` → `tickets`; a file of the first floor stands for itself."""
    return name.split("/")[1]


def read_figures(told: Mapping[str, Any]) -> dict[str, FileReach]:
    """coverage's report in JSON, by file. Pure."""
    return {name: _file_reach(file) for name, file in told["files"].items()}


def _file_reach(file: Mapping[str, Any]) -> FileReach:
    counts = file["summary"]
    reach = Reach(
        counts["num_statements"],
        counts["covered_lines"],
        counts["num_branches"],
        counts["covered_branches"],
    )
    branches = (f"{start}→{max(end, 0) or 'end'}" for start, end in file["missing_branches"])
    return FileReach(reach, ", ".join([*map(str, file["missing_lines"]), *branches]))


def _wanted(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/coverage")
    parser.add_argument("tests", nargs="*")
    parser.add_argument("--report", action="store_true", help="run nothing")
    parser.add_argument("--fresh", action="store_true", help="forget what was collected before")
    parser.add_argument("--without", nargs="*", default=[], help="folders to leave out")
    return parser.parse_args(arguments)


def _folders(without: Iterable[str]) -> list[str]:
    """All tests by folder, the slow ones last."""
    entries = sorted((ROOT / "tests").iterdir())
    folders = [entry for entry in entries if entry.is_dir() and any(entry.glob("test_*.py"))]
    loose = [entry for entry in entries if entry.name.startswith("test_")]
    names = [path.relative_to(ROOT).as_posix() for path in (*folders, *loose)]
    names.sort(key=lambda name: name in SLOW)
    return [name for name in names if name not in {*without}]


def _run_all(chosen: Sequence[str], folders: Sequence[str]) -> list[str]:
    """The tests that did not all pass; what they reached counts all the same."""
    COLLECTED.mkdir(exist_ok=True)
    parts = [folders[n : n + TOGETHER] for n in range(0, len(folders), TOGETHER)]
    return [" ".join(part) for part in ([chosen] if chosen else parts) if _run(part) != 0]


def _run(tests: Sequence[str]) -> int:
    print(f"\n▸ {' '.join(tests)}", flush=True)
    quiet = ["-q", "--no-header", "--tb=short"]
    command = [sys.executable, "-m", "coverage", "run", "-m", "pytest", *quiet, *tests]
    return subprocess.run(command, cwd=ROOT, env=_environment(), check=False).returncode


def _environment() -> dict[str, str]:
    """Processes that tests start elsewhere find the same sources."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _figures() -> Files:
    measuring = coverage.Coverage(config_file=str(ROOT / "pyproject.toml"))
    measuring.load()
    measuring.combine(keep=False)
    measuring.save()
    measuring.json_report(outfile=str(FIGURES))
    return read_figures(json.loads(FIGURES.read_text(encoding="utf-8")))


def _print_packages(reached: Files) -> None:
    packages: dict[str, Reach] = {}
    for name, file in reached.items():
        package = package_of(name)
        packages[package] = packages.get(package, Reach()) + file.reach
    print(f"\n{'package':24}{'lines':>8}{'%':>7}{'branches':>10}{'%':>7}")
    for package, reach in sorted(packages.items(), key=lambda item: item[1].of_branches):
        print(_row(package, reach))
    print(_row("all", sum(packages.values(), Reach())), flush=True)


def _row(name: str, reach: Reach) -> str:
    return (
        f"{name:24}{reach.lines:8}{reach.of_lines:7.1f}{reach.branches:10}{reach.of_branches:7.1f}"
    )


def _percent(part: int, whole: int) -> float:
    return 100.0 * part / whole if whole else 100.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
