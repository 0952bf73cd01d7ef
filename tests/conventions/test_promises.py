"""The page of promises is what the check-list and its tests say."""

from tests.conventions.sources import ROOT
from tests.promises.checklist import LINES
from tests.promises.page import PAGE, Fault, held_by_line, render, result_of
from tests.promises.targets import TARGETS, Target


def test_the_page_is_what_the_script_prints() -> None:
    assert PAGE.read_text(encoding="utf-8") == render()


def test_every_line_without_a_gap_is_held_by_a_test() -> None:
    held = held_by_line()
    assert [line.number for line in LINES if not line.gap and line.number not in held] == []


def test_every_line_stands_once_and_names_files_that_exist() -> None:
    assert [line.number for line in LINES] == list(range(1, 67))
    missing = [path for line in LINES for path in line.where if not (ROOT / path).is_file()]
    assert missing == []


def test_no_test_is_named_after_a_line_that_does_not_exist() -> None:
    assert set(held_by_line()) <= {line.number for line in LINES}


def test_every_promise_stands_once_and_names_what_exists() -> None:
    assert [target.number for target in TARGETS] == list(range(1, 54))
    named = [name for target in TARGETS for name in target.by]
    files = [name for name in named if "/" in name]
    lines = {int(name[1:]) for name in named if "/" not in name}
    assert [name for name in files if not (ROOT / name).is_file()] == []
    assert lines <= {line.number for line in LINES}


def test_a_promise_is_not_met_by_words_alone() -> None:
    lines = dict.fromkeys(range(1, 67), True)
    broken = Target(1, "", "", ("C31",))
    assert result_of(broken, lines, []) == "met"
    assert result_of(broken, lines | {31: False}, []).startswith("not met")
    assert result_of(broken, lines, [Fault("F1", 1, "not met")]).startswith("not met")
    assert result_of(Target(1, "", "", gap="small"), lines, []) == "not met: small"
    assert result_of(Target(1, "", ""), lines, []) == "not met: nothing tries it"
