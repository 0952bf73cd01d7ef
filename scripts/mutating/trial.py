"""One trial: tests in a forked process, with one module as a change makes it.

The process that forks has loaded the libraries and none of the service, so that a trial starts
with everything but what may be changed.
"""

import importlib.machinery
import itertools
import os
import shutil
import signal
import sys
import time
from ast import Module
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import coverage
import pytest

CONFTEST = "tests.conftest"
KEPT = frozenset({"postgres", "template", "sample_template"})


@dataclass(slots=True)
class Kept:
    """A pytest plugin: the tests' server and templates are those that are kept for all trials."""

    folder: Path
    trial: int

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> object | None:
        if fixturedef.argname not in KEPT or fixturedef.func.__module__ != CONFTEST:
            return None
        value = self._value(fixturedef.argname)
        fixturedef.cached_result = (value, fixturedef.cache_key(request), None)
        return value

    def _value(self, name: str) -> object:
        from scripts.mutating import kept_database

        if name == "postgres":
            first = self.trial * kept_database.DATABASES_OF_TRIAL
            vars(sys.modules[CONFTEST])["_numbers"] = itertools.count(first)
            return kept_database.server_in(self.folder)
        if name == "template":
            return kept_database.TEMPLATE
        return kept_database.SAMPLE, self._own_sample()

    def _own_sample(self) -> Path:
        own = self.folder / f"sample-{self.trial}"
        shutil.copytree(self.folder / "sample", own, dirs_exist_ok=True)
        return own


@dataclass(slots=True)
class Watched:
    """A pytest plugin: which test came by which line, and how long each took."""

    measuring: coverage.Coverage
    seconds: dict[str, float] = field(default_factory=dict)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.measuring.switch_context(item.nodeid)
        try:
            return (yield)
        finally:
            self.measuring.switch_context("")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        taken = self.seconds.get(report.nodeid, 0.0) + report.duration
        self.seconds[report.nodeid] = taken if not report.failed else float("inf")


class _ChangedLoader(importlib.machinery.SourceFileLoader):
    tree: Module

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.tree, self.path, "exec")


@dataclass(frozen=True, slots=True)
class _Finder:
    """Gives the changed module in the place of the one in the file."""

    name: str
    tree: Module

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        assert spec is not None
        assert spec.origin is not None
        loader = _ChangedLoader(name, spec.origin)
        loader.tree = self.tree
        spec.loader = loader
        return spec


def put_in_place(module: str, tree: Module) -> None:
    """From now on this process imports the module as the tree has it."""
    sys.meta_path.insert(0, _Finder(module, tree))


def run_tests(tests: Sequence[str], plugins: Sequence[object], *options: str) -> int:
    quiet = ["-q", "--no-header", "-p", "no:cacheprovider", "--no-summary", *options]
    return int(pytest.main([*quiet, *tests], plugins=list(plugins)))


def in_a_fork(work: Callable[[], int], *, seconds: float, told: Path) -> int | None:
    """What the work answered in a process of its own; None when it took too long."""
    child = os.fork()
    if child == 0:
        _be_a_child(work, told)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _be_a_child(work: Callable[[], int], told: Path) -> None:
    os.setpgid(0, 0)
    output = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(output, 1)
    os.dup2(output, 2)
    code = 70
    try:
        code = work()
    finally:
        sys.stdout.flush()
        os._exit(code)
