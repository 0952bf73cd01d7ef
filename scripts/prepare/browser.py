"""A browser for the tests: what the machine has, else Debian's, else Playwright's, else none."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.prepare.progress import Step, StepFailed

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DEBIAN_PACKAGES = ("chromium", "fonts-noto-cjk")
ADVICE = (
    "安装浏览器后再运行即可（Debian：apt install chromium fonts-noto-cjk）。 "
    "Install a browser and run this again (Debian: apt install chromium fonts-noto-cjk)."
)


def find_browser() -> str | None:
    """The program of a Chromium that starts: a snap's stub in a container does not."""
    for name in PROGRAMS:
        program = shutil.which(name)
        if program is not None and _starts(program):
            return program
    return _playwrights()


def install(root: Path) -> None:
    """Without one, the browser tests are skipped and say so; nothing else depends on it."""
    if find_browser() is not None:
        return
    for attempt in (_from_debian, _from_playwright):
        if _succeeds(attempt, root) and find_browser() is not None:
            return
    print(f"⚠ 没有浏览器，浏览器测试将跳过。 No browser: its tests are skipped.\n  → {ADVICE}")


def _starts(program: str) -> bool:
    try:
        told = subprocess.run([program, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0


def _playwrights() -> str | None:
    """Where Playwright keeps its own; the newest one that starts."""
    home = Path(os.environ.get("HOME", "/nonexistent"))
    kept = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or home / ".cache" / "ms-playwright")
    found = sorted(kept.glob("chromium-*/chrome-linux*/chrome"), reverse=True)
    return next((str(program) for program in found if _starts(str(program))), None)


def _succeeds(attempt: Callable[[Path], bool], root: Path) -> bool:
    try:
        return attempt(root)
    except StepFailed as failure:
        print(failure)
        return False


def _from_debian(root: Path) -> bool:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    step = Step("浏览器 chromium from the distribution", advice=ADVICE)
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    step.run(["apt-get", "-q", "update"], cwd=root, env=quiet)
    install: Sequence[str] = ("apt-get", "-qy", "install", "--no-install-recommends")
    step.run([*install, *DEBIAN_PACKAGES], cwd=root, env=quiet)
    step.finish()
    return True


def _from_playwright(root: Path) -> bool:
    playwright = root / ".venv" / "bin" / "playwright"
    if not playwright.exists():
        return False
    step = Step("浏览器 chromium from Playwright", advice=ADVICE)
    with_libraries = ["--with-deps"] if os.geteuid() == 0 else []
    step.run([playwright, "install", *with_libraries, "chromium"], cwd=root)
    step.finish()
    return True
