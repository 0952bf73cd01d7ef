"""Which failures are the database's being away, and pass: a restart, a fail-over, a lost link."""

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# Whatever a dedicated connection fails with when its line does; a new one is made.
LINE_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

_PASSING = frozenset({
    "40001", "40P01",  # serialization failure, deadlock
    "55P03", "57014",  # a lock that somebody holds who has died or was frozen
    "57P01", "57P02", "57P03", "57P05",  # shut down, crashed, starting, idle too long
    "25006",  # a standby that is not yet, or a primary that is no longer, the primary
    "25P03",  # our own transaction was idle too long
    "53300", "53100", "53200",  # too many connections, disk full, out of memory
})  # fmt: skip


def is_outage(error: BaseException) -> bool:
    """Whether the same work may well succeed a moment later; it was rolled back."""
    if isinstance(error, OSError | PoolTimeout | asyncpg.InterfaceError | InterfaceError):
        return True
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _passes(_code_of(error.orig))
    return _passes(_code_of(error))


def _passes(code: str) -> bool:
    return code.startswith("08") or code in _PASSING


def _code_of(error: BaseException | None) -> str:
    return str(getattr(error, "sqlstate", None) or "")
