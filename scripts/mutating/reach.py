"""Which tests come by which line: only those are asked about a mutant, the most telling first."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import coverage

from scripts.critical_areas import ROOT
from scripts.mutating.trial import Kept, Watched, in_a_fork, run_tests

MOST_SECONDS, MOST_TESTS = 30.0, 30
AROUND = 12
CONVENTIONS = "tests/conventions/"
LONGEST_LOOK = 1_800.0


@dataclass(frozen=True, slots=True)
class Reached:
    """By file and line the tests that came by; the seconds of each test that passed."""

    tests: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]


def look_who_reaches(folder: Path, killers: Sequence[str]) -> Reached:
    """Runs all of them once, unchanged. Whoever fails then can tell nothing of a mutant."""
    told, output = folder / "reached.json", folder / "look.txt"
    code = in_a_fork(lambda: _look(folder, killers, told), seconds=LONGEST_LOOK, told=output)
    print(output.read_text(encoding="utf-8")[-400:], flush=True)
    if code not in (0, 1):
        raise SystemExit(f"the tests did not run: {code}")
    kept = json.loads(told.read_text(encoding="utf-8"))
    tests = {
        file: {int(line): names for line, names in lines.items()}
        for file, lines in kept["tests"].items()
    }
    return Reached(tests, kept["seconds"])


def tests_of(reached: Reached, file: str, line: int) -> tuple[list[str], float]:
    """The tests to ask, and how long they take together.

    First those that come by lines around it that few others come by: hundreds of tests sign in, and
    one of them is about a password that was wrong. Then the quickest. A line that runs while its
    module is loaded belongs to the conventions, which look at what modules declare, and to every
    test that comes by the module; where the module is nothing but such lines, to all.
    """
    lines = reached.tests.get(file, {})
    names = {name for name in lines.get(line, []) if name}
    telling = _telling(lines, line)
    if not names:
        names = _all_names([lines]) or _all_names(reached.tests.values())
        names |= {name for name in reached.seconds if name.startswith(CONVENTIONS)}
        telling = {name: float(name.startswith(CONVENTIONS)) for name in names}
    names &= reached.seconds.keys()
    chosen: list[str] = []
    taken = 0.0
    for name in sorted(names, key=lambda one: (-telling.get(one, 0.0), reached.seconds[one], one)):
        if taken + reached.seconds[name] <= MOST_SECONDS and len(chosen) < MOST_TESTS:
            taken += reached.seconds[name]
            chosen.append(name)
    return chosen, taken


def _telling(lines: Mapping[int, Sequence[str]], line: int) -> Mapping[str, float]:
    """How much a test has to do with the lines around: each counts the more, the fewer come by."""
    found: dict[str, float] = defaultdict(float)
    for near in range(line - AROUND, line + AROUND + 1):
        for name in lines.get(near, ()):
            found[name] += 1 / len(lines[near])
    return {name: round(weight, 3) for name, weight in found.items()}


def _all_names(files: Iterable[Mapping[int, Sequence[str]]]) -> set[str]:
    return {name for lines in files for names in lines.values() for name in names if name}


def _look(folder: Path, killers: Sequence[str], told: Path) -> int:
    measuring = coverage.Coverage(
        data_file=None, branch=False, source=["hotline"], concurrency=["thread", "greenlet"],
        config_file=False,
    )  # fmt: skip
    measuring.start()
    watched = Watched(measuring)
    code = run_tests(killers, [Kept(folder, 0), watched])
    measuring.stop()
    data = measuring.get_data()
    tests = {
        Path(file).relative_to(ROOT).as_posix(): data.contexts_by_lineno(file)
        for file in data.measured_files()
    }
    passed = {name: taken for name, taken in watched.seconds.items() if taken != float("inf")}
    told.write_text(json.dumps({"tests": tests, "seconds": passed}), encoding="utf-8")
    return code
