"""A copy of the shipped city that a test may damage."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from hotline.directory.importing import sample_city

Rewrite = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_city(), tmp_path / "city"))


_ENOUGH = {"services.jsonl": 3, "taxonomy.jsonl": 2, "places.jsonl": 9, "vendors.jsonl": 7}


@pytest.fixture
def small(folder: Path) -> Path:
    """The same city with few rows, whole in itself: quick to import."""
    vendors = (folder / "vendors.jsonl").read_bytes().splitlines()[: _ENOUGH["vendors.jsonl"]]
    served = {key for vendor in vendors for key in orjson.loads(vendor)["service_ids"]}
    for name, most in _ENOUGH.items():
        lines = (folder / name).read_bytes().splitlines(keepends=True)
        kept = lines[:most]
        if name == "services.jsonl":
            kept += [line for line in lines if orjson.loads(line)["id"] in served]
        (folder / name).write_bytes(b"".join(kept))
    return folder


@pytest.fixture
def rewrite(folder: Path) -> Rewrite:
    """`rewrite("services.jsonl", 3, fee="免费")` changes fields of line 3; `...` removes one."""

    def change(file: str, line: int, **changes: Any) -> None:
        lines = (folder / file).read_bytes().splitlines()
        record = orjson.loads(lines[line - 1]) | changes
        kept = {name: value for name, value in record.items() if value is not ...}
        lines[line - 1] = orjson.dumps(kept)
        (folder / file).write_bytes(b"\n".join(lines) + b"\n")

    return change
