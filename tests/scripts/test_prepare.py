"""The set-up of a checkout: done once, and a failed step says what to do."""

import sys
from pathlib import Path

import pytest

from scripts.prepare import browser, console
from scripts.prepare.progress import Step, StepFailed
from scripts.prepare.stamps import hash_of, leave, stands


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is the whole PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    return folder


def put(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_a_stamp_stands_until_what_it_was_made_from_changes(tmp_path: Path) -> None:
    source, stamp = tmp_path / "a.txt", tmp_path / "deep" / "stamp"
    source.write_text("one")
    before = hash_of(tmp_path, [source], "3.11")
    assert not stands(stamp, before)
    leave(stamp, before)
    assert stands(stamp, before)
    assert hash_of(tmp_path, [source], "3.12") != before
    source.write_text("two")
    assert not stands(stamp, hash_of(tmp_path, [source], "3.11"))


def test_a_stamp_is_the_same_in_another_checkout(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text("one")
    first, second = tmp_path / "first", tmp_path / "second"
    assert hash_of(first, [first / "a.txt"]) == hash_of(second, [second / "a.txt"])


def test_a_failed_step_shows_its_last_words_and_what_to_do(tmp_path: Path) -> None:
    step = Step("packages", advice="Check the network.")
    script = "import sys; print('no route to host'); sys.exit(1)"
    with pytest.raises(StepFailed) as failure:
        step.run([sys.executable, "-c", script], cwd=tmp_path)
    assert "no route to host" in str(failure.value)
    assert str(failure.value).endswith("→ Check the network.")


def test_a_program_that_is_not_there_is_a_failed_step(tmp_path: Path) -> None:
    with pytest.raises(StepFailed, match="absent"):
        Step("packages", advice="Install it.").run([tmp_path / "absent"], cwd=tmp_path)


def test_settings_of_another_environment_do_not_reach_a_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    script = "import os, sys; sys.exit('PIP_TARGET' in os.environ)"
    Step("packages", advice="").run([sys.executable, "-c", script], cwd=tmp_path)


@pytest.mark.parametrize(("version", "used"), [("v20.19.0", False), ("v22.12.0", True)])
def test_the_machine_s_node_is_used_when_it_is_new_enough(
    program: Path, version: str, used: bool
) -> None:
    put(program, "node", f"echo {version}")
    put(program, "npm", "exit 0")
    found = console.machines_node()
    assert (found is not None) == used
    assert found is None or found.program == program / "node"


def test_a_browser_that_does_not_start_is_none(program: Path) -> None:
    put(program, "chromium-browser", "echo requires the snap; exit 1")
    assert browser.find_browser() is None
    put(program, "chromium", "echo Chromium 150")
    assert browser.find_browser() == str(program / "chromium")


def test_playwright_s_browser_is_found_where_it_keeps_it(program: Path, tmp_path: Path) -> None:
    kept = tmp_path / ".cache" / "ms-playwright" / "chromium-1200" / "chrome-linux64"
    kept.mkdir(parents=True)
    put(kept, "chrome", "echo Chromium 150")
    assert browser.find_browser() == str(kept / "chrome")
