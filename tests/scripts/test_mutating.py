"""The mutants are faults that somebody could make, one at a time, and no text or type is one."""

import ast
from textwrap import dedent

import pytest

from scripts.mutating import reach
from scripts.mutating.changes import changed, changes_of
from scripts.mutating.reach import MOST_SECONDS, Reached


def every_way(source: str) -> list[str]:
    text = dedent(source)
    return [ast.unparse(changed(text, one.number)) for one in changes_of(text)]


@pytest.mark.parametrize(
    ("source", "ways"),
    [
        ("a = b < 3", ["a = b <= 3", "a = b < 4"]),
        ("a = b is None", ["a = b is not None"]),
        ("a = b and (not c)", ["a = b or not c", "a = b and c"]),
        ("a = b + c", ["a = b - c"]),
        ("a = {'is_open': True}", ["a = {'is_openx': True}", "a = {'is_open': False}"]),
        ("a = b if c else d", ["a = d if c else b"]),
        ("a.b = c", ["pass"]),
    ],
)
def test_each_change_is_one_fault(source: str, ways: list[str]) -> None:
    assert every_way(source) == ways


def test_a_statement_can_be_missing_and_an_answer_lost() -> None:
    ways = every_way(
        """
        async def close(ticket):
            if ticket.over:
                raise Closed
            await tell(ticket)
            return ticket
        """
    )
    assert [way.splitlines()[1:] for way in ways] == [
        _body("if not ticket.over:", "    raise Closed", "await tell(ticket)", "return ticket"),
        _body("if ticket.over:", "    pass", "await tell(ticket)", "return ticket"),
        _body("if ticket.over:", "    raise Closed", "pass", "return ticket"),
        _body("if ticket.over:", "    raise Closed", "await tell(ticket)", "return None"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "'''What people read.'''",
        "a = '密码不正确。'",
        "log.warning('call.unknown', count=1)",
        "def f(a: Annotated[int, 3]) -> Literal['x']: ...",
        "from a import b",
        "__tablename__ = 'account'",
        "return_nothing = None",
    ],
)
def test_what_is_told_or_declared_is_left_alone(source: str) -> None:
    assert changes_of(source) == []


def test_a_test_that_is_about_the_lines_around_is_asked_before_quicker_ones() -> None:
    many = [f"passer-by-{n}" for n in range(40)]
    lines = {7: [*many, "about"], 9: ["about"]}
    reached = Reached({"a.py": lines}, dict.fromkeys(many, 0.1) | {"about": 5.0})
    assert reach.tests_of(reached, "a.py", 7)[0][0] == "about"


def test_the_quickest_tests_of_a_line_are_asked_first_and_no_more_than_fit() -> None:
    lines = {7: ["slow", "quick", "failed"], 1: [""], 9: ["other"]}
    seconds = {"slow": MOST_SECONDS, "quick": 0.2, "other": 0.1}
    reached = Reached({"a.py": lines}, seconds)
    assert reach.tests_of(reached, "a.py", 7)[0] == ["quick"]
    assert reach.tests_of(reached, "a.py", 1)[0] == ["other", "quick"]
    assert reach.tests_of(reached, "b.py", 1)[0] == ["other", "quick"]
    assert reach.tests_of(Reached({}, {}), "b.py", 1) == ([], 0.0)


def _body(*lines: str) -> list[str]:
    return [f"    {line}" for line in lines]
