"""How entries stand: what is due to be looked at, what calls have proven, what a department holds.

Rows of lists, read in a few statements whatever their number.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db.arrays import one_of
from hotline.directory.models import DirectoryEntry, EntryPhrase
from hotline.directory.versions import today
from hotline.editing import queries
from hotline.editing.models import OPEN_STATES, Correction, EntryDraft, NumberProof
from hotline.organizations.models import Organization
from hotline.organizations.queries import organizations_by_id
from hotline.principal import Principal

SOON = timedelta(days=14)


class Want(StrEnum):
    """Which of one's entries."""

    ALL = "all"
    DUE = "due"
    OVERDUE = "overdue"
    EXPIRING = "expiring"
    UNPROVEN = "unproven"
    IN_WORK = "in_work"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry of one's own, with the tasks about it, its draft and its proven numbers."""

    entry: DirectoryEntry
    organization: Organization | None
    draft: EntryDraft | None = None
    corrections: int = 0
    proofs: Sequence[NumberProof] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one organization keeps, and how true it is held."""

    organization_id: UUID
    name: str
    entry_count: int
    phrase_count: int
    due_count: int
    overdue_count: int
    open_corrections: int
    oldest_verified_on: date | None


def own(principal: Principal) -> ColumnElement[bool]:
    keeper = func.coalesce(DirectoryEntry.organization_id, DirectoryEntry.city_id)
    return one_of(keeper, principal.subtree)


def page(
    principal: Principal, want: Want, q: str, *, after: int, limit: int
) -> Select[DirectoryEntry]:
    """In the order of the directory."""
    chosen = select(DirectoryEntry).where(
        own(principal), DirectoryEntry.position > after, *_conditions(want, today())
    )
    if q:
        said = or_(
            DirectoryEntry.name.contains(q, autoescape=True),
            DirectoryEntry.category.contains(q, autoescape=True),
            DirectoryEntry.key == q,
        )
        chosen = chosen.where(said)
    return chosen.order_by(DirectoryEntry.position).limit(limit)


async def standings(session: AsyncSession, rows: Sequence[DirectoryEntry]) -> list[Standing]:
    ids = [row.id for row in rows]
    owners = {row.organization_id for row in rows if row.organization_id}
    bodies = await organizations_by_id(session, owners)
    drafts = await _drafts_of(session, [row.key for row in rows])
    tasks = Counter(task.entry_id for task in await queries.open_corrections(session, ids))
    proven: dict[UUID, list[NumberProof]] = {}
    for proof in await queries.proofs(session, ids):
        proven.setdefault(proof.entry_id, []).append(proof)
    return [
        Standing(
            row,
            bodies.get(row.organization_id) if row.organization_id else None,
            drafts.get((row.city_id, row.key)),
            tasks[row.id],
            tuple(proven.get(row.id, ())),
        )
        for row in rows
    ]


async def _drafts_of(
    session: AsyncSession, keys: Sequence[str]
) -> dict[tuple[UUID, str], EntryDraft]:
    chosen = select(EntryDraft).where(
        EntryDraft.entry_key.in_(keys), EntryDraft.state.in_(OPEN_STATES)
    )
    return {(one.city_id, one.entry_key): one for one in await session.scalars(chosen)}


async def coverage(session: AsyncSession, principal: Principal) -> list[Coverage]:
    """By organization, those with the most overdue first."""
    day = today()
    keeper = func.coalesce(DirectoryEntry.organization_id, DirectoryEntry.city_id)
    phrases = (
        select(func.count())
        .where(EntryPhrase.entry_id == DirectoryEntry.id)
        .correlate(DirectoryEntry)
        .scalar_subquery()
    )
    tasks = (
        select(func.count())
        .where(Correction.entry_id == DirectoryEntry.id, Correction.state == "open")
        .correlate(DirectoryEntry)
        .scalar_subquery()
    )
    overdue = func.count().filter(DirectoryEntry.verify_by < day)
    due = func.count().filter(DirectoryEntry.verify_by.between(day, day + SOON))
    chosen = (
        select(
            keeper, Organization.name, func.count(), func.sum(phrases), due, overdue,
            func.sum(tasks), func.min(DirectoryEntry.verified_on),
        )
        .join(Organization, Organization.id == keeper)
        .where(own(principal), DirectoryEntry.status == "published")
        .group_by(keeper, Organization.name, Organization.position)
        .order_by(overdue.desc(), due.desc(), Organization.position)
    )  # fmt: skip
    return [
        Coverage(row[0], row[1], row[2], int(row[3]), row[4], row[5], int(row[6]), row[7])
        for row in await session.execute(chosen)
    ]


def last_proven(standing: Standing) -> datetime | None:
    return max((one.proven_at for one in standing.proofs if one.proven_at), default=None)


def _conditions(want: Want, day: date) -> list[ColumnElement[bool]]:
    published = DirectoryEntry.status == "published"
    proven = exists().where(
        NumberProof.entry_id == DirectoryEntry.id, NumberProof.proven_at.is_not(None)
    )
    drafted = exists().where(
        EntryDraft.city_id == DirectoryEntry.city_id,
        EntryDraft.entry_key == DirectoryEntry.key,
        EntryDraft.state.in_(OPEN_STATES),
    )
    conditions: dict[Want, list[ColumnElement[bool]]] = {
        Want.ALL: [published],
        Want.DUE: [published, DirectoryEntry.verify_by.between(day, day + SOON)],
        Want.OVERDUE: [published, DirectoryEntry.verify_by < day],
        Want.EXPIRING: [published, DirectoryEntry.expires_on <= day + SOON],
        Want.UNPROVEN: [published, DirectoryEntry.handoff == "transfer", ~proven],
        Want.IN_WORK: [drafted],
        Want.WITHDRAWN: [DirectoryEntry.status == "withdrawn"],
    }
    return conditions[want]
