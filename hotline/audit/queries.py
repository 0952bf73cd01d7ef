"""Every SELECT on the audit."""

from uuid import UUID

from sqlalchemy import Select, or_, select

from hotline.audit.models import AuditEntry, AuditLink
from hotline.principal import Principal


def visible_to(principal: Principal) -> Select[AuditEntry]:
    """Entries of the subtree, and those of nobody: attempts under names that do not exist."""
    mine = AuditEntry.organization_id.in_(principal.subtree)
    return select(AuditEntry).where(or_(mine, AuditEntry.organization_id.is_(None)))


def page_before(principal: Principal, before: UUID | None, limit: int) -> Select[AuditEntry]:
    """Newest first; ids sort by the time of making."""
    chosen = visible_to(principal)
    if before is not None:
        chosen = chosen.where(AuditEntry.id < before)
    return chosen.order_by(AuditEntry.id.desc()).limit(limit)


def links_after(seq: int, limit: int) -> Select[AuditLink, AuditEntry]:
    return (
        select(AuditLink, AuditEntry)
        .join(AuditEntry, AuditEntry.id == AuditLink.entry_id)
        .where(AuditLink.seq > seq)
        .order_by(AuditLink.seq)
        .limit(limit)
    )


def unlinked() -> Select[AuditEntry]:
    """Entries that did not come through `record`."""
    linked = select(AuditLink.entry_id).where(AuditLink.entry_id == AuditEntry.id)
    return select(AuditEntry).where(~linked.exists()).limit(1)
