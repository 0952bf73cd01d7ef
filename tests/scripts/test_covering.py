"""The floors: all of the critical areas, nearly all of the rest."""

from collections.abc import Mapping

import pytest

from scripts.covering import FileReach, Reach, package_of, read_figures, shortfalls
from scripts.critical_areas import AREAS, KILLERS, ROOT, files_of

WHOLE = FileReach(Reach(10, 10, 4, 4))
CRITICAL: Mapping[str, FileReach] = {name: WHOLE for area in AREAS for name in files_of(area)}


def test_the_areas_and_their_tests_are_there() -> None:
    for area, tests in KILLERS.items():
        assert files_of(area)
        assert [path for path in tests if not (ROOT / path).exists()] == []


def test_what_is_wholly_reached_has_no_fault() -> None:
    assert shortfalls(CRITICAL, is_whole=True) == []


@pytest.mark.parametrize("reach", [Reach(10, 9, 4, 4), Reach(10, 10, 4, 3)])
def test_one_line_or_branch_of_a_critical_file_is_one_too_many(reach: Reach) -> None:
    name = "hotline/accounts/sessions.py"
    reached = {**CRITICAL, name: FileReach(reach, "12")}
    assert shortfalls(reached, is_whole=False) == [f"sign-in: {name} is not wholly reached: 12"]


def test_a_critical_file_that_no_test_loaded_is_a_fault() -> None:
    name = "hotline/realtime/hub.py"
    reached = {other: file for other, file in CRITICAL.items() if other != name}
    assert shortfalls(reached, is_whole=False) == [f"events: {name} is not wholly reached: "]


def test_the_whole_is_judged_by_its_branches_and_only_when_all_tests_ran() -> None:
    reached = {**CRITICAL, "hotline/cli.py": FileReach(Reach(900, 900, 900, 0))}
    assert shortfalls(reached, is_whole=False) == []
    assert len(shortfalls(reached, is_whole=True)) == 1


def test_a_report_is_read_by_file() -> None:
    counts = {"num_statements": 5, "covered_lines": 4, "num_branches": 2, "covered_branches": 1}
    file = {"summary": counts, "missing_lines": [7], "missing_branches": [[3, 7], [4, -1]]}
    read = read_figures({"files": {"hotline/tickets/moves.py": file}})
    assert read == {"hotline/tickets/moves.py": FileReach(Reach(5, 4, 2, 1), "7, 3→7, 4→end")}
    assert package_of("hotline/tickets/moves.py") == "tickets"
    assert package_of("hotline/cli.py") == "cli.py"
