"""Runs a step's commands and shows that they move; a failed one says why and what to do."""

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

TAIL = 25
STILL_WORKING = 10.0
# Another environment's settings would send installs elsewhere or mix in its packages.
FOREIGN = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_USER", "PIP_TARGET", "PIP_PREFIX")


class StepFailed(Exception):
    """What failed, its last words, and what to do about it."""

    def __init__(self, title: str, output: Sequence[str], advice: str) -> None:
        words = "\n".join(f"    {line}" for line in output)
        super().__init__(
            f"✗ {title}\n{words}\n  → {advice}" if words else f"✗ {title}\n  → {advice}"
        )


class Step:
    """One line on the screen while its commands run."""

    def __init__(self, title: str, *, advice: str) -> None:
        self.title = title
        self.advice = advice
        self._started = time.monotonic()
        self._shown_at = self._started
        self._watched = sys.stdout.isatty()
        self._say(f"… {title}")

    def run(
        self, command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str] | None = None
    ) -> None:
        tail: deque[str] = deque(maxlen=TAIL)
        try:
            running = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                cwd=cwd,
                env=_environment(env or {}),
            )
        except OSError as error:
            self.fail([str(error)])
        assert running.stdout is not None
        for line in running.stdout:
            if line.strip():
                tail.append(line.rstrip())
                self._show_life(line.strip())
        if running.wait() != 0:
            self.fail(list(tail))

    def fail(self, output: Sequence[str]) -> NoReturn:
        self._clear()
        raise StepFailed(self.title, output, self.advice)

    def finish(self, note: str = "") -> None:
        self._clear()
        took = time.monotonic() - self._started
        self._say(f"✓ {self.title}{f' {note}' if note else ''} ({took:.0f} s)")

    def _show_life(self, line: str) -> None:
        took = time.monotonic() - self._started
        if self._watched:
            width = os.get_terminal_size().columns - 12
            sys.stdout.write(f"\r\x1b[K  {took:3.0f} s  {line[:width]}")
            sys.stdout.flush()
        elif time.monotonic() - self._shown_at > STILL_WORKING:
            self._shown_at = time.monotonic()
            self._say(f"  {took:3.0f} s  {line[:80]}")

    def _clear(self) -> None:
        if self._watched:
            sys.stdout.write("\r\x1b[K")

    def _say(self, line: str) -> None:
        print(line, flush=True)


def _environment(added: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return kept | {"PIP_USER": "0", "PYTHONUTF8": "1", "NO_COLOR": "1"} | dict(added)
