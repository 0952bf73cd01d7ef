"""Rows in memory by table, and how they are copied into the database."""

import os
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

_ORDER = (
    "call", "turn", "queue_entry", "rating", "presence_change", "ticket", "ticket_history",
    "ticket_reply", "ticket_visit", "incident",
)  # fmt: skip


class Rows:
    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {}

    def add(self, table: str, at: datetime, **values: Any) -> UUID:
        """One row with an id of that moment; `updated_at` where the table has one."""
        own: UUID = values.pop("id", None) or id_at(at)
        row = {"id": own, "created_at": at, **values}
        if table not in ("turn", "ticket_history"):
            row.setdefault("updated_at", at)
        if table == "ticket_history":
            row["at"] = row.pop("created_at")
        self.tables.setdefault(table, []).append(row)
        return own

    async def write(self, connection: asyncpg.Connection) -> None:
        for table in _ORDER:
            rows = self.tables.get(table, [])
            if not rows:
                continue
            columns = list(dict.fromkeys(name for row in rows for name in row))
            records = [tuple(row.get(name) for name in columns) for row in rows]
            await connection.copy_records_to_table(table, records=records, columns=columns)
            print(f"{len(rows):>9,} {table}")


def id_at(at: datetime) -> UUID:
    """A version 7 UUID of that moment."""
    value = int(at.timestamp() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
