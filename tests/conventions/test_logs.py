"""Log lines can be counted and leak nothing: a static dotted name, then ids."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conventions.sources import HOTLINE, at, python_files, tree_of

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
EVENT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
TELLTALE = {
    "phone",
    "number",
    "caller",
    "text",
    "said",
    "heard",
    "utterance",
    "address",
    "password",
}


def log_calls() -> Iterator[tuple[Path, ast.Call]]:
    for path in python_files(HOTLINE):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and _is_log_call(node):
                yield path, node


def _is_log_call(call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LEVELS
        and isinstance(function.value, ast.Name)
        and function.value.id in {"log", "_log", "logger", "LOG"}
    )


def test_something_is_logged() -> None:
    assert len(list(log_calls())) > 5


def test_every_log_line_has_a_static_dotted_name() -> None:
    loose = []
    for path, call in log_calls():
        name = call.args[0] if len(call.args) == 1 else None
        is_static = isinstance(name, ast.Constant) and isinstance(name.value, str)
        if not is_static or not EVENT.fullmatch(str(getattr(name, "value", ""))):
            loose.append(at(path, call))
    assert loose == []


def test_no_log_line_carries_what_a_caller_is_or_says() -> None:
    leaking = [
        at(path, call, keyword.arg or "**")
        for path, call in log_calls()
        for keyword in call.keywords
        if keyword.arg is None or keyword.arg in TELLTALE
    ]
    assert leaking == []


def test_nothing_prints_but_the_command_line() -> None:
    printing = [
        at(path, node)
        for path in python_files(HOTLINE)
        if path.name != "cli.py"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert printing == []
