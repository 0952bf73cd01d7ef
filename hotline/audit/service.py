"""Record what is done, and verify that nobody changed the record.

Entries are linked when their transaction commits, so that the lock of the chain is held only for
the commit and never while a transaction waits for rows.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import event, insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from hotline.audit import queries
from hotline.audit.chain import GENESIS, Flaw, Verification, follow, link_hash
from hotline.audit.heads import judge_heads, kept_heads
from hotline.audit.models import AuditEntry, AuditLink, Result
from hotline.audit.whence import whence
from hotline.principal import Principal

_PENDING = "audit_pending"
_LOCK = 0x114_A0D17  # pg_advisory_xact_lock key, fixed for ever
_BATCH = 5_000


async def record(
    session: AsyncSession,
    principal: Principal | None,
    action: str,
    *,
    target: str | None = None,
    result: Result = Result.OK,
    reason: str | None = None,
    address: str | None = None,
    **details: Any,
) -> None:
    """Add an entry. `action` is past tense (`account.disabled`), `target` is `type:id`.

    `principal` None is the operator at the command line or someone who is not known yet.
    `details` are ids and plain facts; never personal data, never secrets.
    """
    entry = AuditEntry(
        account_id=principal.account_id if principal else None,
        session_id=principal.session_id if principal else None,
        organization_id=principal.organization_id if principal else None,
        name=principal.name if principal else "",
        action=action,
        target=target,
        result=result,
        reason=reason,
        address=address or whence.get(),
        details=_plain(details),
    )
    session.add(entry)
    await session.flush()
    pending = session.info.setdefault(_PENDING, [])
    if not pending:
        event.listen(session.sync_session, "before_commit", _link, once=True)
    pending.append(entry)


async def verify(session: AsyncSession) -> Verification:
    """Walk the whole chain; an entry outside it is a flaw too."""
    seen = Verification(0)
    while rows := (await session.execute(queries.links_after(seen.entry_count, _BATCH))).all():
        seen = follow(seen, ((row.seq, row.hash, row) for row in rows))
        if seen.flaw:
            return seen
    if await session.scalar(queries.unlinked()) is not None:
        return Verification(seen.entry_count, seen.head, Flaw.UNLINKED)
    return seen


async def verify_all(session: AsyncSession, data_dir: Path) -> Verification:
    """The chain, and then whether it is the one whose heads were signed."""
    seen = await verify(session)
    if seen.flaw:
        return seen
    heads = list(kept_heads(data_dir))
    rows = await session.execute(queries.hashes_at([head.seq for head in heads]))
    found = judge_heads(data_dir, heads, {seq: link for seq, link in rows})
    return Verification(seen.entry_count, seen.head, *found) if found else seen


def _plain(details: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, bool | int | list | dict) else str(value)
        for name, value in details.items()
    }


def _link(session: Session) -> None:
    """Rows of a savepoint that was rolled back are no longer in the session."""
    entries = [entry for entry in session.info.pop(_PENDING, []) if entry in session]
    if not entries:
        return
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    seq, head = session.execute(queries.newest_link()).one_or_none() or (0, GENESIS)
    rows = []
    for number, entry in enumerate(entries, start=seq + 1):
        head = link_hash(head, entry)
        rows.append({"seq": number, "entry_id": entry.id, "hash": head})
    session.execute(insert(AuditLink), rows)
