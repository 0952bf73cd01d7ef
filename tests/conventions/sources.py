"""The files of the checkout and their syntax trees, read once."""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOTLINE = ROOT / "hotline"
NOT_OURS = {"node_modules", "var", "dist", "__pycache__", "coverage", "test-results"}
BUILT = HOTLINE / "console"
GENERATED = frozenset({"agents_ui/src/api/schema.ts"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(*suffixes: str, below: Path = ROOT) -> tuple[Path, ...]:
    """Our files, sorted: not what is installed, built, generated or cached."""
    found = (path for path in _walk(below) if not suffixes or path.suffix in suffixes)
    return tuple(sorted(path for path in found if name_of(path) not in GENERATED))


def python_files(below: Path = ROOT) -> tuple[Path, ...]:
    return files(".py", below=below)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def functions_in(path: Path) -> Iterator[Function]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def at(path: Path, node: ast.AST, what: str = "") -> str:
    """`file:line what`, as editors open it."""
    return f"{name_of(path)}:{getattr(node, 'lineno', 1)} {what}".rstrip()


def line_count(path: Path) -> int:
    return len(path.read_text().splitlines())


def called_name(call: ast.Call) -> str:
    """`select` of `select(…)` and of `sa.select(…)`."""
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _walk(directory: Path) -> Iterator[Path]:
    for entry in os.scandir(directory):
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in NOT_OURS and not entry.name.startswith(".") and path != BUILT:
                yield from _walk(path)
        elif entry.is_file(follow_symlinks=False):
            yield path
