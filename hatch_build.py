"""The build hook of the wheel: it carries the built console and the migrations."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CarryConsoleAndMigrations(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install runs the checkout, whose scripts build the console themselves."""
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / "hotline" / "console" / "index.html").exists():
            _build_console(root)
        build_data["force_include"][str(root / "migrations")] = "hotline/migrations"


def _build_console(root: Path) -> None:
    """By the same code as the scripts; the build does not have the checkout on its path."""
    sys.path.insert(0, str(root))
    try:
        from scripts.prepare import console

        console.build(root)
    finally:
        sys.path.remove(str(root))
