"""Names of the trade, and packages that say what they are for."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conventions.sources import HOTLINE, at, name_of, python_files, tree_of

EMPTY_WORDS = {"manager", "handler", "util", "utils", "helper", "helpers"}
EMPTY_NAMES = EMPTY_WORDS | {"data", "info", "common", "process", "do"}
EMPTY_VERBS = {"process", "do"}
OF_THE_TRADE = {"unit_handler", "co_handler"}  # 承办人、协办单位: who works on a ticket


def words_of(name: str) -> list[str]:
    """`open_ticket` and `OpenTicket` are both `open`, `ticket`."""
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)]


def defined_names(path: Path) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node, node.name
        elif isinstance(node, ast.arg):
            yield node, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node, node.id


def is_empty(node: ast.AST, name: str) -> bool:
    words = words_of(name)
    if "_".join(words) in OF_THE_TRADE:
        return False
    if words[:1] and words[0] in EMPTY_VERBS and isinstance(node, ast.FunctionDef):
        return True
    return "_".join(words) in EMPTY_NAMES or bool(EMPTY_WORDS.intersection(words))


def test_no_name_is_an_empty_word() -> None:
    empty = [
        at(path, node, name)
        for path in python_files(HOTLINE)
        for node, name in defined_names(path)
        if is_empty(node, name)
    ]
    assert empty == []


def test_no_module_is_named_by_an_empty_word() -> None:
    modules = [*python_files(HOTLINE), *(path.parent for path in python_files(HOTLINE))]
    empty = {name_of(path) for path in modules if EMPTY_NAMES.intersection(words_of(path.stem))}
    assert empty == set()


def test_every_package_says_in_3_to_8_lines_what_it_is_for() -> None:
    silent = []
    for package in sorted({path.parent for path in python_files(HOTLINE)}):
        init = package / "__init__.py"
        text = ast.get_docstring(tree_of(init), clean=False) if init.exists() else None
        lines = len(text.strip().splitlines()) if text else 0
        if not 3 <= lines <= 8:
            silent.append(f"{name_of(package)}: {lines} lines")
    assert silent == []


def test_spelling_is_american() -> None:
    british = re.compile(
        r"(organis|authoris|normalis|recognis|colour|behaviour|cancelled_by)", re.I
    )
    found = [
        at(path, node, name)
        for path in python_files(HOTLINE)
        for node, name in defined_names(path)
        if british.search(name)
    ]
    assert found == []
