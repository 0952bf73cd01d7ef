"""Small files, short functions: the limits of the style, with no list of exceptions."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import TypeGuard

import pytest

from tests.conventions.sources import (
    HOTLINE,
    ROOT,
    Function,
    at,
    files,
    functions_in,
    line_count,
    name_of,
    python_files,
)

BRANCHES = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith, ast.Match)
NESTED_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def every_function() -> Iterator[tuple[Path, Function]]:
    for path in python_files():
        for function in functions_in(path):
            yield path, function


def length_of(function: Function) -> int:
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def complexity_of(function: Function) -> int:
    """McCabe's: one, and one more for each branch and loop, without functions within."""
    return 1 + sum(_decisions(child) for child in ast.iter_child_nodes(function))


def _decisions(node: ast.AST) -> int:
    if isinstance(node, NESTED_SCOPES):
        return 0
    own = isinstance(node, (*BRANCHES, *COMPREHENSIONS)) or _is_real_case(node)
    return own + sum(_decisions(child) for child in ast.iter_child_nodes(node))


def _is_real_case(node: ast.AST) -> bool:
    """`case _` is the way that is left when no other was taken."""
    if not isinstance(node, ast.match_case):
        return False
    return not (isinstance(node.pattern, ast.MatchAs) and node.pattern.pattern is None)


def nesting_of(statements: Sequence[ast.stmt]) -> int:
    """Blocks within blocks; `elif` stands beside its `if`, not within it."""
    return max((_depth(statement) for statement in statements), default=0)


def _depth(statement: ast.stmt) -> int:
    if isinstance(statement, NESTED_SCOPES) or not isinstance(statement, BLOCKS):
        return 0
    return max(1 + nesting_of(_within(statement)), _depth_of_elif(statement))


def _within(statement: ast.stmt) -> list[ast.stmt]:
    parts = [statement, *getattr(statement, "handlers", ()), *getattr(statement, "cases", ())]
    bodies = [one for part in parts for one in getattr(part, "body", ())]
    after = [] if _has_elif(statement) else getattr(statement, "orelse", [])
    return [*bodies, *after, *getattr(statement, "finalbody", ())]


def _depth_of_elif(statement: ast.stmt) -> int:
    return nesting_of(statement.orelse) if _has_elif(statement) else 0


def _has_elif(statement: ast.stmt) -> TypeGuard[ast.If]:
    orelse = getattr(statement, "orelse", [])
    return isinstance(statement, ast.If) and len(orelse) == 1 and isinstance(orelse[0], ast.If)


def positional_of(function: Function) -> int:
    arguments = [*function.args.posonlyargs, *function.args.args]
    return len([one for one in arguments if one.arg not in ("self", "cls")])


def test_no_file_is_longer_than_400_lines() -> None:
    sources = (*files(".py", ".ts", ".css", ".sh", ".js"), *files(below=ROOT / "scripts"))
    long = [f"{name_of(path)} {line_count(path)}" for path in sources if line_count(path) > 400]
    assert long == []


def test_no_component_is_longer_than_250_lines() -> None:
    long = [
        f"{name_of(path)} {line_count(path)}" for path in files(".vue") if line_count(path) > 250
    ]
    assert long == []


def test_half_of_the_files_have_at_most_120_lines_and_nine_of_ten_at_most_300() -> None:
    lengths = [line_count(path) for path in python_files(HOTLINE)]
    assert median(lengths) <= 120
    assert quantiles(lengths, n=10)[-1] <= 300


def test_half_of_the_functions_have_at_most_10_lines_and_nine_of_ten_at_most_30() -> None:
    lengths = [length_of(one) for path in python_files(HOTLINE) for one in functions_in(path)]
    assert median(lengths) <= 10
    assert quantiles(lengths, n=10)[-1] <= 30


def test_no_function_is_longer_than_60_lines() -> None:
    long = [at(path, one, one.name) for path, one in every_function() if length_of(one) > 60]
    assert long == []


def test_no_function_decides_more_than_8_ways() -> None:
    tangled = [at(path, one, one.name) for path, one in every_function() if complexity_of(one) > 8]
    assert tangled == []


def test_no_function_takes_more_than_5_positional_parameters() -> None:
    wide = [at(path, one, one.name) for path, one in every_function() if positional_of(one) > 5]
    assert wide == []


def test_nothing_is_nested_deeper_than_3() -> None:
    deep = [at(path, one, one.name) for path, one in every_function() if nesting_of(one.body) > 3]
    assert deep == []


@pytest.mark.parametrize(
    ("source", "complexity", "nesting"),
    [
        ("def f(a):\n return a", 1, 0),
        ("def f(a):\n if a:\n  return 1\n elif not a:\n  return 2\n else:\n  return 3", 3, 1),
        ("def f(a):\n for x in a:\n  if x and a:\n   with x:\n    return x", 3, 3),
        ("def f(a):\n try:\n  return [x for x in a if x]\n except E:\n  return 1", 3, 1),
        ("def f(a):\n match a:\n  case 1:\n   return 1\n  case _:\n   return 2", 2, 1),
        ("def f(a):\n def g(b):\n  if b:\n   return 1\n return g", 1, 0),
    ],
)
def test_the_measures_count_as_they_should(source: str, complexity: int, nesting: int) -> None:
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert complexity_of(function) == complexity
    assert nesting_of(function.body) == nesting
