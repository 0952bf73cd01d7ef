"""Schemathesis against the running service: which roles, which checks, and for how long.

The short profile tries every operation for each of three roles. `FUZZ=nightly` adds
the cases of every boundary, chains of operations, all roles and forty times as many cases.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

IS_NIGHTLY = os.environ.get("FUZZ") == "nightly"
ROLES = ("agent-1", "supervisor-city", "admin-security")
ALL_ROLES = (
    *ROLES,
    "editor-1",
    "dispatcher-1",
    "supervisor-wuda",
    "unit-house",
    "admin-system",
    "admin-audit",
)
# Ends the session that fuzzes, or changes what it signs in with.
LEFT_OUT = r"^/api/v1/(sessions/|me/password|me/totp)"
# 422 is also the answer to what a schema cannot say: a cursor, two dates in the wrong order, a
# department that has no such role. What the schema forbids is never taken, but JSON's 0 for false
# and a number for a date, which the framework reads.
NOT_CHECKED = ("positive_data_acceptance", "negative_data_rejection")
_COUNTED = re.compile(r"(\d+) generated")
_TESTED = re.compile(r"Tested: (\d+)")
_SELECTED = re.compile(r"Selected: (\d+)/")


@dataclass(frozen=True, slots=True)
class Told:
    """What one run says at its end."""

    cases: int
    tested: int
    selected: int


def write_config(path: Path, token: str) -> None:
    path.write_text(f'[auth.openapi.session]\napi_key = "{token}"\n', encoding="utf-8")


def arguments(config: Path, url: str) -> list[str]:
    phases = "coverage,fuzzing,stateful" if IS_NIGHTLY else "fuzzing"
    return [
        "--config-file", str(config), "run", f"{url}/api/v1/openapi.json",
        "--exclude-path-regex", LEFT_OUT, "--phases", phases, "--generation-deterministic",
        "--max-examples", "40" if IS_NIGHTLY else "1", "--no-shrink", "--continue-on-failure",
        "--checks", "all", "--exclude-checks", ",".join(NOT_CHECKED), "--warnings", "off",
    ]  # fmt: skip


def told(report: str) -> Told:
    def number(pattern: re.Pattern[str]) -> int:
        found = pattern.search(report)
        return int(found[1]) if found else 0

    return Told(number(_COUNTED), number(_TESTED), number(_SELECTED))
