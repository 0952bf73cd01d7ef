"""The page of faults: what was broken, what was measured, what holds.

A run of a few faults replaces their rows and keeps the others: each says when it was taken.
"""

import os
import platform
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from scripts.chaos_lab.lab import Finding, Verdict

_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"
_HEAD = """| fault | what was done | promise | target | measured | taken | result |
|---|---|---|---|---|---|---|
"""


def rows_of(findings: Sequence[Finding], *, profile: str, load: float) -> list[str]:
    """A line of the table for each finding, with when and under what load it was taken."""
    taken = f"{datetime.now().astimezone():%Y-%m-%d %H:%M}, {profile}, load {load:.0f}"
    return [_row(finding, taken) for finding in findings]


def with_kept(rows: list[str], page: Path) -> list[str]:
    """These rows, and those of the page whose faults were not tried this time."""
    fresh = {_fault_of(row) for row in rows}
    kept = [row for row in _rows_on(page) if _fault_of(row) not in fresh]
    return sorted([*rows, *kept], key=_place_of)


def render(rows: list[str], remark: str) -> str:
    """The whole part between the marks."""
    met = sum(_result_of(row) == Verdict.MET for row in rows)
    tried = sum(_result_of(row) != Verdict.NOT_TRIED for row in rows)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    head = (
        f"On {machine}; callers, consoles, the carrier and both databases share the cores with the "
        "service. `load` is the number of processes that wanted a core when the run began: above "
        f"the number of cores the figures are those of a busy machine. {met} of {tried} met.\n\n"
    )
    return head + _HEAD + "\n".join(rows) + f"\n\n{remark}\n"


def write(page: Path, rendered: str) -> None:
    """Between the two marks; everything around them is written by hand."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(_BEGIN, 1)
    _, after = rest.split(_END, 1)
    page.write_text(f"{before}{_BEGIN}\n{rendered}{_END}{after}", encoding="utf-8")


def _row(one: Finding, taken: str) -> str:
    promise = "–" if one.promise is None else str(one.promise)
    cells = (one.fault, one.what, promise, one.target or "–", one.measured, taken, one.verdict)
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _rows_on(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8").split(_BEGIN, 1)[1].split(_END, 1)[0]
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [line for line in lines if not line.startswith("| fault |")]


def _fault_of(row: str) -> str:
    return row.split("|")[1].strip()


def _result_of(row: str) -> str:
    return row.split("|")[-2].strip()


def _place_of(row: str) -> float:
    """F1 to F22, then what spans a whole run."""
    name = _fault_of(row)
    return float(name[1:]) if name[1:].isdigit() else 99.0
