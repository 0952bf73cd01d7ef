"""Post an announcement, change it, take it back."""

from collections.abc import Sequence
from typing import NoReturn
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import audit, clock
from hotline.announcements import queries
from hotline.announcements.models import Announcement, Moment
from hotline.announcements.schemas import (
    LONGEST_AT_GREETING,
    AnnouncementIn,
    AnnouncementOut,
    AnnouncementPut,
)
from hotline.db import uuid7
from hotline.directory.entry import Entry
from hotline.directory.models import DirectoryEntry
from hotline.errors import Conflict, InvalidInput, StaleVersion
from hotline.events import service as events
from hotline.matching.families import family_key
from hotline.organizations.models import Organization
from hotline.organizations.queries import city_of, district_node, organization, organizations_of
from hotline.principal import Principal

NEWS = "announcement.changed"


class AnnouncementOver(Conflict):
    code, detail = "announcement_over", "公告已经结束，请另发一条。"


async def post_announcement(
    session: AsyncSession, principal: Principal, wanted: AnnouncementIn
) -> Announcement:
    posted = Announcement(
        id=uuid7(),
        city_id=await city_of(session, principal.organization_id),
        organization_id=principal.organization_id,
        author_id=principal.account_id,
    )
    await _write(session, principal, posted, wanted)
    session.add(posted)
    await _told(session, principal, posted, "announcement.posted")
    return posted


async def amend_announcement(
    session: AsyncSession, principal: Principal, announcement_id: UUID, wanted: AnnouncementPut
) -> Announcement:
    posted = await _held(session, principal, announcement_id, wanted.version)
    await _write(session, principal, posted, wanted)
    await _told(session, principal, posted, "announcement.amended")
    return posted


async def withdraw_announcement(
    session: AsyncSession, principal: Principal, announcement_id: UUID, *, version: int
) -> Announcement:
    posted = await _held(session, principal, announcement_id, version)
    posted.withdrawn_at = clock.now()
    await _told(session, principal, posted, "announcement.withdrawn")
    return posted


async def _held(
    session: AsyncSession, principal: Principal, announcement_id: UUID, version: int
) -> Announcement:
    posted = await queries.own_announcement(session, principal, announcement_id)
    if posted.version != version:
        raise StaleVersion
    if posted.withdrawn_at is not None or posted.ends_at <= clock.now():
        raise AnnouncementOver
    return posted


async def _write(
    session: AsyncSession, principal: Principal, posted: Announcement, wanted: AnnouncementIn
) -> None:
    _require_times(wanted)
    _require_voice(principal, posted, wanted)
    posted.district_id = await _area(session, principal, posted.city_id, wanted.district)
    entries = await _about(session, principal, posted.city_id, wanted.entry_ids)
    if wanted.spoken_at is Moment.MATCH and not entries:
        _refuse("entry_ids", "请选择公告涉及的事项")
    posted.entry_keys = sorted(entry.key for entry in entries)
    posted.families = sorted({_family(entry) for entry in entries})
    for name in ("title", "spoken", "details", "spoken_at", "is_on_portal", "starts_at", "ends_at"):
        setattr(posted, name, getattr(wanted, name))


def _require_times(wanted: AnnouncementIn) -> None:
    if wanted.ends_at <= max(wanted.starts_at, clock.now()):
        _refuse("ends_at", "结束时间应在今后，并晚于开始时间")


def _require_voice(principal: Principal, posted: Announcement, wanted: AnnouncementIn) -> None:
    """Every caller of the city hears what follows the greeting."""
    if wanted.spoken_at is not Moment.GREETING:
        return
    if posted.city_id not in principal.subtree:
        _refuse("spoken_at", "只有市级编辑可以在问候语后播报")
    if len(wanted.spoken) > LONGEST_AT_GREETING:
        _refuse("spoken", f"问候语后的播报不超过 {LONGEST_AT_GREETING} 个字")


async def _area(
    session: AsyncSession, principal: Principal, city_id: UUID, district: str | None
) -> UUID | None:
    """A district speaks for itself, the city and its departments for any."""
    home = await organization(session, principal.organization_id)
    if district is None:
        if home.district is not None:
            _refuse("district", "区级单位只能向本区发布")
        return None
    node: Organization | None = await district_node(session, city_id, district)
    if node is None or (home.district is not None and home.district != district):
        _refuse("district", "没有这个区，或者不在您的辖区")
    return node.id


async def _about(
    session: AsyncSession, principal: Principal, city_id: UUID, keys: Sequence[str]
) -> Sequence[DirectoryEntry]:
    """One's own entries: nobody speaks before what others answer."""
    chosen = select(DirectoryEntry).where(
        DirectoryEntry.city_id == city_id, DirectoryEntry.key.in_(keys)
    )
    found = (await session.scalars(chosen)).all()
    if {entry.key for entry in found} != set(keys):
        _refuse("entry_ids", "没有这个事项")
    if any((entry.organization_id or city_id) not in principal.subtree for entry in found):
        _refuse("entry_ids", "不是本部门及下级承办的事项")
    return found


async def _told(
    session: AsyncSession, principal: Principal, posted: Announcement, action: str
) -> None:
    """Calls, the portal and consoles follow within a second."""
    await session.flush()
    nodes = await queries.nodes_of(session, [posted])
    everyone = [node.id for node in await organizations_of(session, posted.city_id)]
    await events.record(
        session,
        NEWS,
        subject_id=posted.id,
        payload=AnnouncementOut.of(posted, nodes, clock.now()),
        audience=everyone,
        scope="directory:read",
    )
    await audit.record(session, principal, action, target=f"announcement:{posted.id}")


def _family(row: DirectoryEntry) -> str:
    entry = Entry(row.key, row.kind, row.category, row.name, districts=tuple(row.districts))
    return family_key(entry)


def _refuse(field: str, message: str) -> NoReturn:
    raise InvalidInput(errors=[{"field": field, "message": message}])
