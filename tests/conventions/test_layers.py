"""The floors of the architecture: contracts in pyproject.toml, checked by import-linter."""

import subprocess
import sys
import tomllib

from tests.conventions.sources import HOTLINE, ROOT


def test_packages_import_only_from_floors_below() -> None:
    checker = "from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", checker], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_contracts_speak_of_every_package_that_stands_on_a_floor() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    floors = next(one for one in settings["contracts"] if one["type"] == "layers")
    named = {name.strip(" ()") for layer in floors["layers"] for name in layer.split("|")}
    packages = {path.parent.name for path in HOTLINE.glob("*/__init__.py")}
    assert packages - named - set(floors["exhaustive_ignores"]) == set()


def test_the_guide_to_the_architecture_names_every_package() -> None:
    guide = (ROOT / "docs" / "architecture.md").read_text()
    floors = guide.split("## Floors")[1].split("```")[1]
    named = {word for line in floors.splitlines() for word in line.split()}
    packages = {path.parent.name for path in HOTLINE.glob("*/__init__.py")}
    assert packages - named - {"hotline"} == set()
