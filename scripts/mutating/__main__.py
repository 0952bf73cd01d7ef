"""`scripts/mutants`: which share of small faults the tests find, and which they do not."""

import argparse
import importlib
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from scripts.critical_areas import AREAS, KILLERS, ROOT, files_of
from scripts.mutating.changes import Change, changed, changes_of
from scripts.mutating.reach import Reached, look_who_reaches, tests_of
from scripts.mutating.trial import (
    Kept,
    change_functions,
    function_at,
    in_a_fork,
    put_in_place,
    run_tests,
)

FLOOR = 80.0
UNCHANGED = 71
"""A trial whose change could not be made; it counts as survived."""
LONGEST_SECONDS = 60.0
_LIBRARIES = """
import sys
import hotline.main, hotline.installation, tests.city, scripts.mutating.kept_database
OURS = ("hotline", "tests", "scripts", "__main__")
print("\\n".join(name for name in sys.modules if name.split(".")[0] not in OURS))
"""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of one file; `trial` numbers those that were chosen."""

    trial: int
    area: str
    file: str
    change: Change

    @property
    def module(self) -> str:
        return self.file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    @property
    def function(self) -> tuple[str, int] | None:
        """None for what runs while the module is loaded."""
        path = ROOT / self.file
        code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
        return function_at(code, self.change.line)

    def __str__(self) -> str:
        return f"{self.file}:{self.change.line} {self.change.what}"


def main() -> int:
    wanted = _wanted()
    areas = [wanted.area] if wanted.area else list(AREAS)
    mutants = chosen(areas, wanted.count)
    if wanted.show:
        print("\n".join(map(str, mutants)))
        return 0
    _load_libraries()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, _server(Path(folder)) as drop:
        killers = [path for area in areas for path in KILLERS[area]]
        reached = look_who_reaches(Path(folder), killers)
        survived = _survivors([one for one in mutants if not one.function], reached, folder, drop)
        run_tests(killers, [], "--collect-only")
        survived += _survivors([one for one in mutants if one.function], reached, folder, drop)
    return _tell(mutants, survived)


def _survivors(
    mutants: Sequence[Mutant], reached: Reached, folder: str, drop: "_Drop"
) -> list[Mutant]:
    return [mutant for mutant in mutants if not _is_killed(mutant, reached, folder, drop)]


def chosen(areas: Sequence[str], count: int) -> list[Mutant]:
    """So many of all changes that can be made, evenly over files and lines."""
    every = [
        (area, file, change)
        for area in areas
        for file in files_of(area)
        for change in changes_of((ROOT / file).read_text(encoding="utf-8"))
    ]
    step = max(1.0, len(every) / count)
    picked = [every[int(n * step)] for n in range(min(count, len(every)))]
    random.Random(114).shuffle(picked)  # noqa: S311 (a run that is ended is a sample too)
    print(f"{len(picked)} of {len(every)} mutants", flush=True)
    return [Mutant(trial, *one) for trial, one in enumerate(picked, start=1)]


def _is_killed(mutant: Mutant, reached: Reached, folder: str, drop: "_Drop") -> bool:
    tests, expected = tests_of(reached, mutant.file, mutant.change.line)
    begun = time.monotonic()
    code: int | None = 0
    if tests:
        tree = changed((ROOT / mutant.file).read_text(encoding="utf-8"), mutant.change.number)
        function, path = mutant.function, str(ROOT / mutant.file)
        compile(tree, path, "exec")

        def work() -> int:
            if function is None:
                put_in_place(mutant.module, tree)
            elif not change_functions(path, tree, function):
                return UNCHANGED
            return run_tests(tests, [Kept(Path(folder), mutant.trial)], "-x")

        told = Path(folder) / "told.txt"
        code = in_a_fork(work, seconds=LONGEST_SECONDS + 4 * expected, told=told)
        drop(mutant.trial)
    how = {0: "survived", None: "killed, too slow", UNCHANGED: "not made"}.get(code, "killed")
    taken = time.monotonic() - begun
    print(f"{mutant.trial:4} {how:16} {taken:5.1f} s {len(tests):3} tests  {mutant}", flush=True)
    return code not in (0, UNCHANGED)


def _tell(mutants: Sequence[Mutant], survived: Sequence[Mutant]) -> int:
    print("\nsurvived:", *survived, sep="\n  ")
    all_of, left = Counter(one.area for one in mutants), Counter(one.area for one in survived)
    for area, count in all_of.items():
        killed = count - left[area]
        print(f"{area}: {killed} of {count} killed, {100 * killed / count:.0f} %")
    share = 100 * (len(mutants) - len(survived)) / len(mutants)
    print(f"all: {len(mutants) - len(survived)} of {len(mutants)} killed, {share:.1f} %")
    return 0 if share >= FLOOR else 1


def _load_libraries() -> None:
    """Everything that the service imports but the service itself: forked trials have it."""
    listed = subprocess.run(
        [sys.executable, "-P", "-c", _LIBRARIES], cwd=ROOT, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split():
        with suppress(ImportError):
            importlib.import_module(name)


@dataclass(frozen=True, slots=True)
class _Drop:
    """Lets go of what a trial made in the kept server."""

    server: "subprocess.Popen[str]"

    def __call__(self, trial: int) -> None:
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(f"{trial}\n")
        self.server.stdin.flush()
        self.server.stdout.readline()


@contextmanager
def _server(folder: Path) -> Iterator[_Drop]:
    command = [sys.executable, "-P", "-m", "scripts.mutating.kept_database", str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        while (line := server.stdout.readline().strip()) != "ready":
            if not line:
                raise SystemExit("the database did not start")
        try:
            yield _Drop(server)
        finally:
            assert server.stdin is not None
            server.stdin.close()


def _wanted() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/mutants")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--area", choices=list(AREAS))
    parser.add_argument("--show", action="store_true", help="list the mutants, try none")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
