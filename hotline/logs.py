"""Structured logs: a static dotted event name and ids, never a phone number or a caller's words."""

import logging
import sys
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer

_FOR_MACHINES: tuple[Any, ...] = (
    structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
    structlog.processors.JSONRenderer(ensure_ascii=False),
)
_FOR_PEOPLE: tuple[Any, ...] = (
    structlog.dev.ConsoleRenderer(
        exception_formatter=structlog.dev.plain_traceback, repr_native_str=True
    ),
)
_LEVELS = {name: getattr(logging, name.upper()) for name in ("debug", "info", "warning", "error")}


def configure_logs(level: str = "info", *, as_json: bool | None = None) -> None:
    """Send structlog and the standard library to stderr, as JSON unless a person is watching.

    Tracebacks are told without local variables: those hold callers' numbers and words.
    """
    if as_json is None:
        as_json = not sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *(_FOR_MACHINES if as_json else _FOR_PEOPLE),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, force=True)
    for outlet in logging.getLogger().handlers:
        outlet.setFormatter(_OneLine(logging.BASIC_FORMAT))
    for name in ("httpx", "httpx2", "uvicorn.access", "twilio"):
        logging.getLogger(name).setLevel(logging.ERROR)


class _OneLine(logging.Formatter):
    """What libraries log may hold what strangers sent: no line of theirs may look like ours."""

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return "".join(one if one.isprintable() or one == "\n" else repr(one)[1:-1] for one in text)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        return super().formatMessage(record).replace("\n", "\\n")


def get_logger() -> Any:
    """The logger of the calling module; ids are bound at the edges through contextvars."""
    return structlog.get_logger()
