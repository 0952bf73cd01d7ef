"""A row's columns as a history keeps them, and what a change made of them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import inspect

from hotline.db.base import Base

Snapshot = Mapping[str, Any]


def snapshot_of(row: Base, *, untold: Collection[str]) -> Snapshot:
    """The columns as JSON can hold them, without those that the history does not tell."""
    keys = (attribute.key for attribute in inspect(type(row)).column_attrs)
    return {key: _plain(getattr(row, key)) for key in keys if key not in untold}


def differences(was: Snapshot | None, now: Snapshot) -> tuple[dict[str, Any], dict[str, Any]]:
    """What differs, before and after; a new row differs from nothing in what it has."""
    if was is None:
        return {}, {key: value for key, value in now.items() if value is not None}
    keys = [key for key, value in now.items() if was[key] != value]
    return {key: was[key] for key in keys}, {key: now[key] for key in keys}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
