"""Structured logs: a static dotted event name and ids, never a phone number or a caller's words."""

import json
import logging
import re
import sys
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import structlog

from hotline import tracebacks

_FOR_MACHINES: tuple[Any, ...] = (
    structlog.processors.ExceptionRenderer(tracebacks.as_records),
    structlog.processors.JSONRenderer(ensure_ascii=False),
)
_FOR_PEOPLE: tuple[Any, ...] = (
    structlog.dev.ConsoleRenderer(exception_formatter=tracebacks.write, repr_native_str=True),
)
Carrier = Callable[[str, str, str], None]
"""Takes level, event and line of everything that is logged, at once."""
# So the loop names a task that failed: with the message, which tracebacks leave out.
_QUOTED = re.compile(r"\bexception=.*")
_OF_LIBRARIES = "library.logged"
_LEVELS = {name: getattr(logging, name.upper()) for name in ("debug", "info", "warning", "error")}


@dataclass(slots=True)
class _Away:
    carrier: Carrier | None = None


_away = _Away()


def carry_to(carrier: Carrier | None) -> None:
    """From now on lines go there, too, as JSON whoever watches; None: nowhere else."""
    _away.carrier = carrier


def configure_logs(level: str = "info", *, as_json: bool | None = None) -> None:
    """Send structlog and the standard library to stderr, as JSON unless a person is watching.

    Tracebacks are told without variables and messages: those hold callers' numbers and words.
    """
    if as_json is None:
        as_json = not sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _carry,
            *(_FOR_MACHINES if as_json else _FOR_PEOPLE),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
    logging.getLogger().addHandler(_Carried())
    for outlet in logging.getLogger().handlers:
        outlet.setFormatter(_OneLine(logging.BASIC_FORMAT))
    for name in ("httpx", "httpx2", "uvicorn.access", "twilio"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _carry(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if _away.carrier is not None:
        line: Any = dict(event)
        for processor in _FOR_MACHINES:
            line = processor(logger, method, line)
        _away.carrier(str(event.get("level", method)), str(event.get("event", "")), line)
    return event


class _Carried(logging.Handler):
    """What libraries log, as they say it."""

    def emit(self, record: logging.LogRecord) -> None:
        if _away.carrier is None:
            return
        level = record.levelname.lower()
        told = {"level": level, "logger": record.name, "said": self.format(record)}
        line = json.dumps(told | {"event": _OF_LIBRARIES}, ensure_ascii=False)
        _away.carrier(level, _OF_LIBRARIES, line)


class _OneLine(logging.Formatter):
    """What libraries log may hold what strangers sent: no line of theirs may look like ours."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return "".join(one if one.isprintable() or one == "\n" else repr(one)[1:-1] for one in text)

    def formatException(self, ei: Any) -> str:  # noqa: N802
        return tracebacks.as_text(ei) if ei[1] is not None else ""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        text = super().formatMessage(record)
        if record.name == "asyncio":
            text = _QUOTED.sub("exception=…", text)
        return text.replace("\n", "\\n")


def get_logger() -> Any:
    """The logger of the calling module; ids are bound at the edges through contextvars."""
    return structlog.get_logger()
