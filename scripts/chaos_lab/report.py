"""The page of faults: what was broken, what was measured, what holds."""

import os
import platform
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from scripts.chaos_lab.lab import Finding, Verdict

_BEGIN, _END = "<!-- measured: begin -->", "<!-- measured: end -->"
_ORDER = ("F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12", "F13", "F14",
          "F15", "F16", "F17", "F18", "F19", "F20", "F21", "F22", "–")  # fmt: skip


def table(findings: Sequence[Finding], *, profile: str, minutes: float, load: str) -> str:
    """Markdown: how it was taken, and a row for each finding."""
    met = sum(one.verdict is Verdict.MET for one in findings)
    tried = sum(one.verdict is not Verdict.NOT_TRIED for one in findings)
    rows = sorted(findings, key=lambda one: _ORDER.index(one.fault))
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    head = (
        f"Taken {datetime.now().astimezone():%Y-%m-%d %H:%M} by `scripts/chaos --profile {profile}`"
        f" in {minutes:.1f} minutes on {machine}; {load}. {met} of {tried} met.\n\n"
        "| fault | what was done | promise | target | measured | result |\n"
        "|---|---|---|---|---|---|\n"
    )
    return head + "".join(_row(one) for one in rows)


def write(page: Path, rendered: str) -> None:
    """Between the two marks; everything around them is written by hand."""
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(_BEGIN, 1)
    _, after = rest.split(_END, 1)
    page.write_text(f"{before}{_BEGIN}\n{rendered}{_END}{after}", encoding="utf-8")


def _row(one: Finding) -> str:
    promise = "–" if one.promise is None else str(one.promise)
    result = one.verdict.value
    cells = (one.fault, one.what, promise, one.target or "–", one.measured, result)
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |\n"
