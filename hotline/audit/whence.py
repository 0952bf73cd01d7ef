"""From where the request of this moment comes: set at the edge, read when an entry is written."""

from contextvars import ContextVar

whence: ContextVar[str | None] = ContextVar("whence", default=None)
