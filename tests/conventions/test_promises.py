"""The page of promises is what the check-list and its tests say."""

from tests.conventions.sources import ROOT
from tests.promises.checklist import LINES
from tests.promises.page import PAGE, held_by_line, render


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
