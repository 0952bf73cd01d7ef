"""The hash over an entry and the hash before it. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from enum import StrEnum

import orjson

from hotline.audit.models import AuditEntry

GENESIS = bytes(32)


class Flaw(StrEnum):
    MISSING = "missing"
    ALTERED = "altered"
    UNLINKED = "unlinked"
    CUT_OFF = "cut_off"
    REWRITTEN = "rewritten"
    FORGED = "forged"


@dataclass(frozen=True, slots=True)
class Verification:
    """`flaw` at `seq` is the first place where the chain does not hold."""

    entry_count: int
    head: bytes = GENESIS
    flaw: Flaw | None = None
    seq: int | None = None


def link_hash(previous: bytes, entry: AuditEntry) -> bytes:
    """SHA-256 over the hash before and the entry's fields as JSON with sorted keys."""
    content = {
        "id": str(entry.id),
        "at": entry.at.astimezone(UTC).isoformat(),
        "account_id": entry.account_id,
        "session_id": entry.session_id,
        "organization_id": entry.organization_id,
        "name": entry.name,
        "action": entry.action,
        "target": entry.target,
        "result": str(entry.result),
        "reason": entry.reason,
        "address": entry.address,
        "details": entry.details,
    }
    # asyncpg's ids are a subclass of UUID that orjson does not know.
    text = orjson.dumps(content, default=str, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(previous + text).digest()


def follow(start: Verification, links: Iterable[tuple[int, bytes, AuditEntry]]) -> Verification:
    """Walk links in the order of `seq`, on from what is verified; ends at the first flaw."""
    count, head = start.entry_count, start.head
    for seq, expected, entry in links:
        if seq != count + 1:
            return Verification(count, head, Flaw.MISSING, count + 1)
        head = link_hash(head, entry)
        if head != expected:
            return Verification(count, head, Flaw.ALTERED, seq)
        count = seq
    return Verification(count, head)
