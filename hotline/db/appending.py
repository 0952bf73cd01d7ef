"""Rows of logs are written together, in one statement: every round trip costs a caller's time.

A class with `__is_log__ = True` is only ever appended to and refers to nothing by foreign key.
Such rows are written when the session flushes, before everything else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Column, Dialect, event
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

_HELD = "held_logs"
_MOST_ROWS = 1_000
"""In one statement, which takes 32,767 values."""

Shape = tuple[tuple[type[Any], int], ...]
"""How many rows of which class."""


@contextmanager
def hold_logs(session: AsyncSession) -> Iterator[None]:
    """Flushes inside write everything but logs, so that those can go with what follows."""
    held = session.info[_HELD] = []
    try:
        yield
    finally:
        del session.info[_HELD]
        session.add_all(held)


@event.listens_for(Session, "before_flush")
def _write_logs(session: Session, *_: Any) -> None:
    logs = [row for row in session.new if getattr(row, "__is_log__", False)]
    for row in logs:
        session.expunge(row)
    held = session.info.get(_HELD)
    if held is not None:
        held += logs
    elif logs:
        logs.sort(key=attrgetter("__tablename__"))
        for start in range(0, len(logs), _MOST_ROWS):
            _append(session, logs[start : start + _MOST_ROWS])


def _append(session: Session, logs: list[Any]) -> None:
    connection = session.connection()
    groups = [(kind, list(rows)) for kind, rows in groupby(logs, type)]
    shape = tuple((kind, len(rows)) for kind, rows in groups)
    values = [
        value if bind is None else bind(value)
        for kind, rows in groups
        for row in rows
        for bind, value in zip(_binds(kind, connection.dialect), _values(row), strict=True)
    ]
    connection.exec_driver_sql(_statement(shape, connection.dialect), tuple(values))


def _values(row: Any) -> Iterator[Any]:
    for column in row.__table__.columns:
        value = getattr(row, column.key)
        if value is None and column.default is not None:
            value = column.default.arg({}) if column.default.is_callable else column.default.arg
        yield value


@lru_cache(maxsize=256)
def _statement(shape: Shape, dialect: Dialect) -> str:
    inserts, place = [], 0
    for kind, count in shape:
        columns = list(kind.__table__.columns)
        rows = []
        for _ in range(count):
            rows.append(_row(columns, place, dialect))
            place += len(columns)
        names = ", ".join(f'"{column.name}"' for column in columns)
        into = f'"{kind.__tablename__}" ({names})'
        inserts.append(f"INSERT INTO {into} VALUES {', '.join(rows)}")  # noqa: S608 (our names)
    *before, last = inserts
    parts = [f"log{number} AS ({insert})" for number, insert in enumerate(before)]
    return f"WITH {', '.join(parts)} {last}" if parts else last


def _row(columns: list[Column[Any]], place: int, dialect: Dialect) -> str:
    casts = [
        f"${place + number}::{column.type.compile(dialect)}"
        for number, column in enumerate(columns, start=1)
    ]
    return f"({', '.join(casts)})"


@lru_cache(maxsize=32)
def _binds(kind: type[Any], dialect: Dialect) -> tuple[Any, ...]:
    return tuple(
        column.type.dialect_impl(dialect).bind_processor(dialect)
        for column in kind.__table__.columns
    )
