"""Scripts are read by the type checker like the product: one that broke would be found broken."""

import tomllib

from tests.conventions.sources import ROOT


def test_the_types_of_every_script_are_checked() -> None:
    checked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    nameless = [
        path
        for path in (ROOT / "scripts").iterdir()
        if path.is_file() and not path.suffix and _is_python(path.read_text(encoding="utf-8"))
    ]
    assert len(nameless) > 8
    missing = {f"scripts/{path.name}" for path in nameless} - {*checked["files"]}
    assert missing == set()


def _is_python(source: str) -> bool:
    return source.startswith("#!") and "python" in source.partition("\n")[0]
