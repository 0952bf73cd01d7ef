"""What computes meaning keeps to itself: it reports to nobody, and leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hotline.matching.meaning import is_installed
from tests.conventions.sources import ROOT

LOADS = "from hotline.matching.meaning import load_model; load_model().embed('路灯坏了', 32)"


@pytest.mark.skipif(not is_installed(), reason="without the extra there is nothing to hold back")
def test_the_model_keeps_no_number_of_the_device_and_no_reports(tmp_path: Path) -> None:
    """What is not kept for sending is not sent: reports wait in a database at home first."""
    allowed = {name: value for name, value in os.environ.items() if not name.startswith("ORT_")}
    homes = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", LOADS], env=allowed | homes, capture_output=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert list(tmp_path.rglob("*")) == []
