"""The commands beside the product are run rarely: what they import must be there all the same."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from tests.conventions.sources import ROOT, at

SCRIPTS = ROOT / "scripts"


def python_scripts() -> list[Path]:
    """Modules, and commands that say in their first line that they are Python's."""
    found = [
        path for path in SCRIPTS.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    return sorted(one for one in found if one.suffix == ".py" or _is_command(one))


def _is_command(path: Path) -> bool:
    with path.open("rb") as file:
        first = file.readline()
    return first.startswith(b"#!") and b"python" in first


def imported(path: Path) -> Iterator[tuple[ast.ImportFrom, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hotline"):
            yield from ((node, one.name) for one in node.names)


def test_every_script_imports_what_the_product_has() -> None:
    scripts = python_scripts()
    assert len(scripts) > 20
    missing = [
        at(path, node, f"{node.module}.{name}")
        for path in scripts
        for node, name in imported(path)
        if not _is_there(node.module or "", name)
    ]
    assert missing == []


def _is_there(module: str, name: str) -> bool:
    if hasattr(import_module(module), name):
        return True
    try:
        import_module(f"{module}.{name}")
    except ModuleNotFoundError:
        return False
    return True
