"""Schemathesis against the running service: which roles, which checks, and for how long.

The short profile tries every operation for each of three roles, and some chains of operations.
`TESTS=nightly` adds the cases of every boundary for the three, and all roles, with more of each.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.nightly import IS_NIGHTLY

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
CASES, CHAINS = (3, 60) if IS_NIGHTLY else (1, 8)
"""Of each operation by itself; of operations that use what others made."""
_CONFIG = """
[auth.openapi.session]
api_key = "{token}"

[phases.fuzzing.generation]
max-examples = {cases}

[phases.stateful.generation]
max-examples = {chains}
"""
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
    written = _CONFIG.format(token=token, cases=CASES, chains=CHAINS)
    path.write_text(written, encoding="utf-8")


def arguments(config: Path, url: str, username: str) -> list[str]:
    phases = "coverage,fuzzing,stateful" if IS_NIGHTLY and username in ROLES else "fuzzing,stateful"
    return [
        "--config-file", str(config), "run", f"{url}/api/v1/openapi.json",
        "--exclude-path-regex", LEFT_OUT, "--phases", phases, "--generation-deterministic",
        "--no-shrink", "--continue-on-failure", "--warnings", "off",
        "--checks", "all", "--exclude-checks", ",".join(NOT_CHECKED),
    ]  # fmt: skip


def told(report: str) -> Told:
    def number(pattern: re.Pattern[str]) -> int:
        found = pattern.search(report)
        return int(found[1]) if found else 0

    return Told(number(_COUNTED), number(_TESTED), number(_SELECTED))
