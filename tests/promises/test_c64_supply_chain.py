"""What ships is named, its holes are looked for, and nothing that was not looked at is green."""

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scripts.scanning import __main__ as scan
from scripts.scanning.advisories import Verdict, check, is_affected
from scripts.scanning.bill import bill_of
from scripts.scanning.licences import refused
from scripts.scanning.packages import Package
from scripts.scanning.secret_words import findings, secrets_in
from tests.conventions.sources import ROOT

NOW = datetime(2026, 11, 25, tzinfo=UTC)
JINJA = Package("PyPI", "jinja2", "2.10")
VUE = Package("npm", "vue", "3.5.0")


def _database(folder: Path, *entries: dict[str, Any], age: timedelta = timedelta(days=1)) -> Path:
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, entry in enumerate(entries):
            dated = {"id": f"OSV-{number}", "modified": (NOW - age).isoformat()} | entry
            archive.writestr(f"{dated['id']}.json", json.dumps(dated))
    return path


def _hole(name: str, ecosystem: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
    affected = {"package": {"ecosystem": ecosystem, "name": name},
                "ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}  # fmt: skip
    return {"affected": [affected], **more}


OLD = _hole("Jinja2", "PyPI", {"introduced": "0"}, {"fixed": "2.10.1"})
OTHER = _hole("vue", "npm", {"introduced": "2.0.0"}, {"fixed": "2.7.0"})


def test_c64_every_package_of_the_locks_is_in_the_bill_with_its_hashes() -> None:
    packages = scan.shipped(ROOT)
    bill = json.loads(bill_of(packages, version="1"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    listed = {one["purl"]: one for one in bill["components"]}
    lock = (ROOT / "requirements" / "product.txt").read_text()
    names = [line.partition("==")[0] for line in lock.splitlines() if "==" in line[:60]]
    python = [one for one in listed if one.startswith("pkg:pypi/")]
    assert len(python) == len(names) > 50
    assert all(listed[one]["hashes"] for one in python)
    assert any(one.startswith("pkg:npm/vue@") for one in listed)
    assert bill_of(packages, version="1") == bill_of(packages[::-1], version="1")


def test_c64_a_known_hole_is_found_and_a_mended_one_is_not(tmp_path: Path) -> None:
    database = _database(tmp_path, OLD, OTHER)
    found = check([JINJA, VUE], database, NOW)
    assert (found.verdict, list(found.found)) == (Verdict.FOUND, ["jinja2 2.10: OSV-0"])
    mended = check([Package("PyPI", "jinja2", "2.10.1"), VUE], database, NOW)
    assert mended.verdict is Verdict.NONE_KNOWN


@pytest.mark.parametrize("what", ["none", "missing", "broken", "empty", "old", "half"])
def test_c64_without_fresh_and_whole_data_nothing_is_said_to_be_well(
    tmp_path: Path, what: str
) -> None:
    """A machine without the network knows nothing, and says so."""
    database: Path | None = tmp_path / "nowhere.zip"
    if what == "none":
        database = None
    if what == "broken":
        (tmp_path / "nowhere.zip").write_text("<html>")
    if what == "empty":
        database = _database(tmp_path)
    if what == "old":
        database = _database(tmp_path, OTHER, OTHER, age=timedelta(days=31))
    if what == "half":
        database = _database(tmp_path, _hole("else", "PyPI", {"introduced": "0"}))
    clean = Package("PyPI", "jinja2", "99")
    assert check([clean, VUE], database, NOW).verdict is Verdict.NOT_CHECKED


def test_c64_what_was_not_checked_does_not_end_well(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome = scan.advisories_of([JINJA], None)
    assert outcome.result == "not checked"
    assert scan.told([outcome]) == 2
    assert "0 passed, 0 failed, 1 not checked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("events", "version", "is_in"),
    [
        ([{"introduced": "1.0"}, {"fixed": "1.5"}], "1.4.9", True),
        ([{"introduced": "1.0"}, {"fixed": "1.5"}], "0.9", False),
        ([{"introduced": "0"}, {"last_affected": "2.0"}], "2.0", True),
        ([{"introduced": "0"}, {"last_affected": "2.0"}], "2.0.1", False),
        ([{"introduced": "0"}, {"fixed": "1"}, {"introduced": "3"}, {"fixed": "4"}], "3.1", True),
        ([{"introduced": "0"}, {"fixed": "1"}, {"introduced": "3"}, {"fixed": "4"}], "2", False),
        ([{"introduced": "0"}, {"fixed": "not a version"}], "1", True),
    ],
)
def test_c64_ranges_are_read_as_osv_writes_them(
    events: list[dict[str, str]], version: str, is_in: bool
) -> None:
    assert is_affected({"ranges": [{"type": "ECOSYSTEM", "events": events}]}, version) is is_in
    assert is_affected({"versions": [version]}, version)


def test_c64_a_withdrawn_hole_is_none(tmp_path: Path) -> None:
    database = _database(tmp_path, OLD | {"withdrawn": NOW.isoformat()}, OTHER)
    assert check([JINJA, VUE], database, NOW).verdict is Verdict.NONE_KNOWN


def test_c64_licences_that_would_bind_the_whole_are_refused() -> None:
    for bad in ("GPL-3.0-only", "AGPL-3.0", "GNU General Public License v3 (GPLv3)", "SSPL-1.0"):
        assert refused(bad), bad
    for good in ("MIT", "Apache-2.0", "LGPL-3.0", "GPL-2.0 OR MIT", "MPL-2.0", None,
                 "GNU Lesser General Public License v3 (LGPLv3)"):  # fmt: skip
        assert not refused(good), good
    assert [one.purl for one in scan.shipped(ROOT) if refused(one.licence)] == []


def test_c64_no_secret_is_checked_in() -> None:
    assert findings(ROOT) == []


@pytest.mark.parametrize(
    "planted",
    [
        "key = 'AKIA" + "IOSFODNN7EXAMPL2'",
        "-----BEGIN RSA PRIVATE" + " KEY-----\n" + "A" * 64,
        "api_token: 'q8Zt2LmX9vR4" + "bK7wY1nD5cP3'",
        "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2",
        "postgresql://hotline:" + "Xk93jdL2mQ@db/hotline",
    ],
)
def test_c64_a_planted_secret_is_found(planted: str) -> None:
    assert list(secrets_in(f"first line\n{planted}\n"))


def test_c64_times_to_mend_are_written_down() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    for promise in ("48 hours", "7 days", "30 days"):
        assert promise in page
