"""Every SELECT on the audit."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from hotline.audit.models import AuditEntry, AuditLink
from hotline.db.arrays import one_of
from hotline.principal import Principal


def visible_to(principal: Principal) -> Select[AuditEntry]:
    """Entries of the subtree, and those of nobody: attempts under names that do not exist."""
    mine = one_of(AuditEntry.organization_id, principal.subtree)
    return select(AuditEntry).where(or_(mine, AuditEntry.organization_id.is_(None)))


def page_before(
    principal: Principal, before: UUID | None, limit: int, **wanted: object
) -> Select[AuditEntry]:
    """Newest first; ids sort by the time of making. `wanted`: columns with their value."""
    chosen = visible_to(principal).filter_by(
        **{name: value for name, value in wanted.items() if value is not None}
    )
    if before is not None:
        chosen = chosen.where(AuditEntry.id < before)
    return chosen.order_by(AuditEntry.id.desc()).limit(limit)


def links_after(seq: int, limit: int) -> Select[Any]:
    """Plain rows: of a million, objects would cost more than all of the hashing."""
    return (
        select(AuditLink.seq, AuditLink.hash, *AuditEntry.__table__.columns)
        .join(AuditEntry, AuditEntry.id == AuditLink.entry_id)
        .where(AuditLink.seq > seq)
        .order_by(AuditLink.seq)
        .limit(limit)
    )


def newest_link() -> Select[int, bytes]:
    return select(AuditLink.seq, AuditLink.hash).order_by(AuditLink.seq.desc()).limit(1)


def hashes_at(numbers: Collection[int]) -> Select[int, bytes]:
    return select(AuditLink.seq, AuditLink.hash).where(AuditLink.seq.in_(numbers))


def unlinked() -> Select[AuditEntry]:
    """Entries that did not come through `record`."""
    linked = select(AuditLink.entry_id).where(AuditLink.entry_id == AuditEntry.id)
    return select(AuditEntry).where(~linked.exists()).limit(1)
