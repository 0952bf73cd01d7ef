"""One trial: tests in a forked process, with one module as a change makes it.

A change within a function is made to the functions that are loaded: the process that forks has
everything in its memory, the tests too. A change of what runs while a module is loaded needs a
process that has loaded the libraries and none of the service.
"""

import gc
import importlib.machinery
import inspect
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
from types import CodeType, FunctionType, ModuleType
from typing import Any

import coverage
import pytest

CONFTEST = "tests.conftest"
KEPT = frozenset({"postgres", "template", "sample_template"})


@dataclass(slots=True, eq=False)
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


@dataclass(slots=True, eq=False)
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


def function_at(code: CodeType, line: int) -> tuple[str, int] | None:
    """Name and first line of the function of the module's first floor that holds the line."""
    within = [one for one in _codes_in(code) if line in _lines_of(one)]
    return (within[0].co_qualname, within[0].co_firstlineno) if within else None


def change_functions(path: str, tree: Module, function: tuple[str, int]) -> bool:
    """Gives the loaded function the body that the tree has; False where that cannot be done."""
    made = {(one.co_qualname, one.co_firstlineno): one for one in _codes_in(_compiled(tree, path))}
    gc.unfreeze()  # what is frozen is not listed
    loaded = [
        one
        for one in gc.get_objects()
        if isinstance(one, FunctionType) and one.__code__.co_filename == path
        and (one.__code__.co_qualname, one.__code__.co_firstlineno) == function
    ]  # fmt: skip
    try:
        for one in loaded:
            one.__code__ = made[function]
    except (KeyError, ValueError):
        return False
    return bool(loaded)


def _compiled(tree: Module, path: str) -> CodeType:
    code: CodeType = compile(tree, path, "exec")
    return code


def _codes_in(code: CodeType) -> list[CodeType]:
    """The functions of a module and of its classes, without functions within functions."""
    found = []
    for one in code.co_consts:
        if isinstance(one, CodeType):
            is_class = not one.co_flags & inspect.CO_OPTIMIZED
            found += _codes_in(one) if is_class else [one]
    return found


def _lines_of(code: CodeType) -> set[int | None]:
    """With those of the functions within."""
    nested = [_lines_of(one) for one in code.co_consts if isinstance(one, CodeType)]
    return {line for *_, line in code.co_lines()}.union(*nested)


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
