"""The one place that knows what time it is. Tests stop it with `stopped(...)`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def now() -> datetime:
    """The current moment, aware, UTC."""
    return _stopped_at.get() or datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on the wall clock of the city."""
    return moment.astimezone(LOCAL)


@contextmanager
def stopped(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` for the current task and the tasks that it starts."""
    token = _stopped_at.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped_at.reset(token)
