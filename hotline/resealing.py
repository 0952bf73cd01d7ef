"""A new master key: new values take it at once, old ones are sealed again, bit by bit.

A run may be cut off at any time and begun anew: it looks only for what another key sealed. Blind
indexes stay on the oldest key, which therefore stays in the ring.
"""

import base64
import json
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Select, Table, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.attachments.keeping import Store
from hotline.attachments.models import Attachment
from hotline.db import Base, Database
from hotline.db.migrate import every_model
from hotline.recordings.models import CallRecording, RecordingState
from hotline.secret_files import write_secret
from hotline.vault import SealBroken, Vault, vault_of
from hotline.vault.keys import KEY_BYTES, KEYS_FILE

BATCH = 200
_ENDING = "_sealed"
# Sealed columns that are not called so, and those whose seal names another column or row.
_OTHERS = (("call", "talk"), ("webhook_receipt", "answer"))
_NAMED = {
    ("account", "totp_sealed"): "totp_sealed",
    ("subscription", "old_secret_sealed"): "secret",
}
_ROWS = {"ticket_petitioner": ("ticket_id", "from_ticket_id"), "vendor_file": ("vendor_id",)}
# A recording's row outlives its file.
_FILES = (
    (select(Attachment.id), "attachment"),
    (
        select(CallRecording.id).where(CallRecording.state != RecordingState.ERASED),
        "call_recording",
    ),
)
_PATIENCE = text("SET LOCAL statement_timeout = '120s'")


@dataclass(slots=True)
class Resealed:
    """How many values and files; `broken` are those that no key opens."""

    values: int = 0
    files: int = 0
    broken: list[str] = field(default_factory=list)


def add_key(data_dir: Path) -> int:
    """Put a new key into the ring and make it the current one. Gives its number."""
    path = data_dir / KEYS_FILE
    ring: dict[str, Any] = json.loads(path.read_text())
    number = max(map(int, ring["keys"])) + 1
    ring["keys"][str(number)] = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    write_secret(path, json.dumps(ring | {"current": number}))
    return number


async def reseal(database: Database, store: Store) -> Resealed:
    """Everything that another key than the current one sealed."""
    done = Resealed()
    for table, column in sealed_columns():
        await reseal_column(database, table, column, done)
    for chosen, name in _FILES:
        async for file_id in _ids(database, chosen):
            if await _reseal_file(database, store, file_id, name, done):
                await _erase_gone(database, store, chosen, file_id)
    return done


async def reseal_column(
    database: Database, table: Table, column: Column[Any], done: Resealed
) -> None:
    last: Sequence[Any] | None = None
    while True:
        async with database.transaction() as session:
            rows = await _batch(session, table, column, last)
            for row in rows:
                await _reseal_value(session, table, column, row, done)
        if len(rows) < BATCH:
            return
        last = [rows[-1][key.name] for key in table.primary_key]


def place_of(table: str, column: str) -> str:
    """What the seal calls the column."""
    return _NAMED.get((table, column), column.removesuffix(_ENDING))


def sealed_columns() -> list[tuple[Table, Column[Any]]]:
    """Every column of every table that holds sealed values."""
    every_model()
    tables = Base.metadata.sorted_tables
    return [
        (table, column)
        for table in tables
        for column in table.columns
        if column.name.endswith(_ENDING) or (table.name, column.name) in _OTHERS
    ]


async def _batch(
    session: AsyncSession, table: Table, column: Column[Any], last: Sequence[Any] | None
) -> Sequence[Any]:
    keys = list(table.primary_key)
    chosen = select(table).where(
        column.is_not(None),
        func.length(column) > 2,
        func.get_byte(column, 1) != vault_of(session).current,
    )
    if last is not None:
        chosen = chosen.where(tuple_(*keys) > tuple_(*last))
    held = chosen.order_by(*keys).limit(BATCH).with_for_update(of=table)
    return (await session.execute(held)).mappings().all()


async def _reseal_value(
    session: AsyncSession, table: Table, column: Column[Any], row: Any, done: Resealed
) -> None:
    name = place_of(table.name, column.name)
    place = {"table": table.name, "column": name, "row": _row(table, row)}
    vault = vault_of(session)
    try:
        fresh = vault.seal_bytes(vault.open_bytes(row[column.name], **place), **place)
    except SealBroken:
        done.broken.append(f"{table.name}.{column.name} {place['row']}")
        return
    same = [key == row[key.name] for key in table.primary_key]
    await session.execute(table.update().where(*same).values({column.name: fresh}))
    done.values += 1


def _row(table: Table, row: Any) -> str:
    return "/".join(str(row[name]) for name in _ROWS.get(table.name, ("id",)))


async def _ids(database: Database, chosen: Select[UUID]) -> AsyncIterator[UUID]:
    async with database.transaction() as session:
        found = list(await session.scalars(chosen.order_by(*chosen.selected_columns)))
    for one in found:
        yield one


async def _reseal_file(
    database: Database, store: Store, file_id: UUID, name: str, done: Resealed
) -> bool:
    """Whether it was written anew; one that has gone is nothing to seal."""
    vault = _vault(database)
    try:
        sealed = await store.read(file_id)
    except FileNotFoundError:
        return False
    if sealed[1:2] == bytes([vault.current]):
        return False
    place = {"table": name, "column": "content", "row": str(file_id)}
    try:
        fresh = vault.seal_bytes(vault.open_bytes(sealed, **place), **place)
    except SealBroken:
        done.broken.append(f"{name} {file_id}")
        return False
    await store.replace(file_id, fresh)
    done.files += 1
    return True


async def _erase_gone(
    database: Database, store: Store, chosen: Select[UUID], file_id: UUID
) -> None:
    """Erased between reading and writing, it would have come back: whoever erases is waited for."""
    (own,) = chosen.selected_columns
    async with database.transaction() as session:
        await session.execute(_PATIENCE)
        kept = await session.scalar(chosen.where(own == file_id).with_for_update())
    if kept is None:
        await store.erase(file_id)


def _vault(database: Database) -> Vault:
    vault: Vault = database.carried["vault"]
    return vault
