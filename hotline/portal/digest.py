"""The digest of a month of the log of tickets, and the statement that is signed. Pure.

SHA-256 over one line for each row of the log, in the order of time and id; a line is the row as
JSON with sorted keys. The statement names the digest of the month before, so that the statements
are a chain: whoever kept any of them notices a change of any month before it.
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hotline.tickets.models import TicketHistory

VERSION = "hotline log digest 1"


class Running:
    """A digest that takes rows as they come."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.row_count = 0

    def take(self, rows: Iterable[TicketHistory]) -> None:
        for row in rows:
            self._hash.update(line_of(row).encode() + b"\n")
            self.row_count += 1

    @property
    def digest(self) -> bytes:
        return self._hash.digest()


def line_of(row: TicketHistory) -> str:
    """Everything that the row says; who and what stay inside the digest."""
    told: dict[str, Any] = {
        "id": str(row.id),
        "at": row.at.isoformat(),
        "ticket": str(row.ticket_id),
        "name": row.name,
        "move": row.move,
        "actor": str(row.actor_id) if row.actor_id else None,
        "organization": str(row.organization_id) if row.organization_id else None,
        "from": row.from_status,
        "to": row.to_status,
        "note": row.note,
        "before": row.before,
        "after": row.after,
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def statement_of(
    city: str, month: str, *, row_count: int, digest: bytes, previous: bytes | None
) -> str:
    """Five lines of plain text."""
    before = previous.hex() if previous else "none"
    lines = (
        VERSION, f"city {city}", f"month {month}", f"rows {row_count}", f"sha256 {digest.hex()}",
        f"previous {before}",
    )  # fmt: skip
    return "".join(f"{line}\n" for line in lines)


def is_signed(statement: str, signature: bytes, public_key: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, statement.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
