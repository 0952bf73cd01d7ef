"""A failure for the log: what kind it is of and where it happened, never what its message quotes.

The message of a foreign error repeats values: the parameters of a statement, the row that did not
fit, the number that a telephone host refused. Told are those of our own errors, and of the machine.
"""

import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, TextIO

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]

_MOST_FRAMES = 50
_OURS = __name__.partition(".")[0]
_FOLLOWED = "\nThe above exception was the cause or the context of the following one:\n\n"


def as_records(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """Every error of the chain, the last one first, each with its frames; for JSON."""
    return [_record(error) for error in _chain(exc_info[1])]


def as_text(failure: ExcInfo) -> str:
    """The same as Python writes it, the first one first; for people."""
    chain = reversed(list(_chain(failure[1])))
    return _FOLLOWED.join(f"{''.join(_lines(error))}{_headline(error)}\n" for error in chain)


def write(out: TextIO, failure: ExcInfo) -> None:
    out.write(f"\n{as_text(failure)}")


def message_of(error: BaseException) -> str:
    """What may be told of an error; empty where it may quote somebody."""
    if isinstance(error, OSError):
        return error.strerror or ""
    return str(error) if type(error).__module__.partition(".")[0] == _OURS else ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _record(error: BaseException) -> dict[str, Any]:
    frames = [
        {"filename": frame.filename, "lineno": frame.lineno, "name": frame.name}
        for frame in _frames(error)
    ]
    told = {"exc_type": type(error).__name__, "exc_value": message_of(error), "frames": frames}
    members = [_record(one) for one in _members(error)]
    return {**told, "exceptions": members} if members else told


def _lines(error: BaseException) -> list[str]:
    members = [
        f"  | {line}\n"
        for one in _members(error)
        for line in (*"".join(_lines(one)).splitlines(), _headline(one))
    ]
    return ["Traceback (most recent call last):\n", *_frames(error).format(), *members]


def _headline(error: BaseException) -> str:
    message = message_of(error)
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    return f"{name}: {message}" if message else name


def _frames(error: BaseException) -> traceback.StackSummary:
    walked = traceback.walk_tb(error.__traceback__)
    summary = traceback.StackSummary.extract(walked, lookup_lines=False)
    return traceback.StackSummary.from_list(summary[-_MOST_FRAMES:])


def _members(error: BaseException) -> tuple[BaseException, ...]:
    return error.exceptions if isinstance(error, BaseExceptionGroup) else ()
