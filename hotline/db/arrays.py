"""Many values as one parameter."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as UUIDColumn

_UUIDS = ARRAY(UUIDColumn(as_uuid=True))


def one_of(column: SQLColumnExpression[Any], ids: Collection[UUID]) -> ColumnElement[bool]:
    """`column IN (ids)` as one array: the same statement for any number, and nothing to spell out.

    A list of parameters is written anew into the statement whenever it is asked.
    """
    return column == any_(literal(list(ids), _UUIDS))
