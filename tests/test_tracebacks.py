"""What a failure tells the log, and what it keeps."""

import io
import sys

from hotline import tracebacks
from hotline.errors import Conflict
from hotline.tracebacks import ExcInfo

NUMBER = "13947300455"


def failure(error: BaseException, *, behind: BaseException | None = None) -> ExcInfo:
    try:
        raise error from behind
    except BaseException:
        kind, value, frames = sys.exc_info()
    assert kind is not None
    assert value is not None
    return kind, value, frames


def test_the_message_of_a_foreign_error_is_not_told() -> None:
    told = failure(KeyError(NUMBER), behind=ValueError(f"no number: {NUMBER}"))
    told[1].add_note(NUMBER)
    records = tracebacks.as_records(told)
    assert [one["exc_type"] for one in records] == ["KeyError", "ValueError"]
    assert [one["exc_value"] for one in records] == ["", ""]
    assert records[0]["frames"][-1]["name"] == "failure"
    assert NUMBER not in f"{records}{tracebacks.as_text(told)}"


def test_what_came_first_is_read_first() -> None:
    lines = tracebacks.as_text(failure(KeyError("b"), behind=ValueError("a"))).splitlines()
    kinds = [line for line in lines if line in ("KeyError", "ValueError")]
    assert kinds == ["ValueError", "KeyError"]
    assert lines[0] == "ValueError" or lines[0].startswith("Traceback")


def test_what_the_machine_and_we_say_is_told() -> None:
    full = tracebacks.as_records(failure(OSError(28, "No space left on device", NUMBER)))
    assert full[0]["exc_value"] == "No space left on device"
    assert tracebacks.as_records(failure(Conflict("已有一个。")))[0]["exc_value"] == "已有一个。"


def test_the_members_of_a_group_are_told_in_the_same_way() -> None:
    group = failure(ExceptionGroup("two", [ValueError(NUMBER), TypeError(NUMBER)]))
    members = tracebacks.as_records(group)[0]["exceptions"]
    assert [one["exc_type"] for one in members] == ["ValueError", "TypeError"]
    out = io.StringIO()
    tracebacks.write(out, group)
    assert "TypeError" in out.getvalue()
    assert NUMBER not in out.getvalue()


def test_an_error_that_goes_in_circles_is_told_once() -> None:
    first, second = ValueError(), KeyError()
    second.__context__ = first
    assert len(tracebacks.as_records(failure(first, behind=second))) == 2
