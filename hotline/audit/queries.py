"""Every SELECT on the audit."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.audit.models import AuditEntry, AuditLink
from hotline.principal import Principal


def visible_to(principal: Principal) -> Select[AuditEntry]:
    """Entries of the subtree, and those of nobody: attempts under names that do not exist."""
    mine = AuditEntry.organization_id.in_(principal.subtree)
    return select(AuditEntry).where(or_(mine, AuditEntry.organization_id.is_(None)))


def page_before(
    principal: Principal, before: tuple[datetime, UUID] | None, limit: int
) -> Select[AuditEntry]:
    """Newest first."""
    chosen = visible_to(principal)
    if before is not None:
        chosen = chosen.where(tuple_(AuditEntry.at, AuditEntry.id) < tuple_(*before))
    return chosen.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)


async def last_link(session: AsyncSession) -> AuditLink | None:
    return await session.scalar(select(AuditLink).order_by(AuditLink.seq.desc()).limit(1))


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
