"""Every scan, whatever the one before found; one line for each, and a last one that counts."""

import argparse
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from scripts.scanning.advisories import Verdict, check
from scripts.scanning.bill import bill_of
from scripts.scanning.licences import licence_of, refused
from scripts.scanning.packages import Package, locked_for_console, locked_for_python
from scripts.scanning.secret_words import findings

ROOT = Path(__file__).resolve().parents[2]
BILL = ROOT / ".venv" / "reports" / "sbom.cdx.json"
_GOOD, _BAD, _UNKNOWN = "passed", "failed", "not checked"


@dataclass(frozen=True, slots=True)
class Outcome:
    name: str
    result: str
    says: str
    lines: Sequence[str] = ()


def main(arguments: Sequence[str]) -> int:
    """0 when all is well, 1 when something was found, 2 when something could not be checked."""
    parser = argparse.ArgumentParser(prog="scripts/scan", description=__doc__)
    parser.add_argument(
        "--advisories", type=Path, help="OSV's all.zip, or a folder with one for each ecosystem"
    )
    given = parser.parse_args(arguments)
    return told(list(_scans(given.advisories)))


def told(outcomes: Sequence[Outcome]) -> int:
    for one in outcomes:
        print(f"{one.name}: {one.result}, {one.says}")
        for line in one.lines[:50]:
            print(f"  {line}")
    results = [one.result for one in outcomes]
    counted = ", ".join(f"{results.count(one)} {one}" for one in (_GOOD, _BAD, _UNKNOWN))
    print(counted)
    return 1 if _BAD in results else 2 if _UNKNOWN in results else 0


def _scans(advisories: Path | None) -> Iterator[Outcome]:
    packages = shipped(ROOT)
    yield _bill(packages)
    yield advisories_of(packages, advisories)
    yield _licences(packages)
    found = findings(ROOT)
    yield Outcome("secrets", _BAD if found else _GOOD, f"{len(found)} found", found)
    yield _risky_code()


def shipped(root: Path) -> list[Package]:
    """Of the service and of the console, with their licences."""
    python = locked_for_python(root / "requirements" / "product.txt")
    console = locked_for_console(root / "agents_ui" / "package-lock.json")
    return [replace(one, licence=licence_of(one)) for one in (*python, *console)]


def _bill(packages: Sequence[Package]) -> Outcome:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    BILL.parent.mkdir(exist_ok=True)
    BILL.write_text(bill_of(packages, version=version), encoding="utf-8")
    return Outcome("bill of materials", _GOOD, f"{len(packages)} packages in {BILL.name}")


def advisories_of(packages: Sequence[Package], database: Path | None) -> Outcome:
    checked = check(packages, database, datetime.now(UTC))
    result = {Verdict.NONE_KNOWN: _GOOD, Verdict.FOUND: _BAD}.get(checked.verdict, _UNKNOWN)
    return Outcome("advisories", result, checked.says, checked.found)


def _licences(packages: Sequence[Package]) -> Outcome:
    bad = [f"{one.name} {one.version}: {one.licence}" for one in packages if refused(one.licence)]
    silent = sum(one.licence is None for one in packages)
    says = f"{len(bad)} refused, {silent} of other systems not looked at"
    return Outcome("licences", _BAD if bad else _GOOD, says, bad)


def _risky_code() -> Outcome:
    """Built SQL, addresses and folders are ruff's S608, S104 and S108: it knows which lines were
    looked at.
    """
    tool = ROOT / ".venv" / "bin" / "bandit"
    if not tool.exists():
        return Outcome("risky code", _UNKNOWN, "bandit is not installed")
    ran = subprocess.run(
        [tool, "-q", "-r", "hotline", "-ll", "-s", "B608,B104,B108", "-f", "custom",
         "--msg-template", "{relpath}:{line} {test_id} {msg}"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = [one for one in ran.stdout.splitlines() if one.strip()]
    return Outcome("risky code", _BAD if ran.returncode else _GOOD, f"{len(lines)} found", lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
