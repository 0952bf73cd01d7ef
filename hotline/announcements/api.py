"""Announcements: everybody who reads the directory sees them, departments post their own."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query

from hotline import clock
from hotline.accounts.auth import AnyAccount, DirectoryReader, DirectoryWriter
from hotline.announcements import queries, service
from hotline.announcements.models import Announcement
from hotline.announcements.queries import Span
from hotline.announcements.schemas import (
    AnnouncementEnd,
    AnnouncementIn,
    AnnouncementOut,
    AnnouncementPage,
    AnnouncementPut,
)
from hotline.db import Tx
from hotline.errors import NotFound
from hotline.tickets.idempotent import once

router = APIRouter(prefix="/api/v1", tags=["announcements"])


async def seen_announcement(announcement_id: str, session: Tx, principal: AnyAccount) -> UUID:
    """One that the principal may change. Declare it before the scoped principal."""
    try:
        known = UUID(announcement_id)
    except ValueError:
        raise NotFound from None
    return (await queries.own_announcement(session, principal, known)).id


SeenAnnouncement = Annotated[UUID, Depends(seen_announcement)]


@router.get("/announcements")
async def list_announcements(
    session: Tx,
    principal: DirectoryReader,
    span: Span | None = None,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> AnnouncementPage:
    """全市的公告，新的在前。"""
    chosen = queries.page(principal, span, after=after, limit=limit + 1)
    rows = list(await session.scalars(chosen))
    nodes = await queries.nodes_of(session, rows)
    items = [AnnouncementOut.of(row, nodes, clock.now()) for row in rows[:limit]]
    return AnnouncementPage(
        items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None
    )


@router.post("/announcements", status_code=201)
async def post_announcement(
    session: Tx,
    principal: DirectoryWriter,
    body: AnnouncementIn,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)
    ] = None,
) -> AnnouncementOut:
    """发布公告：到时开始，到时结束。"""

    async def act() -> AnnouncementOut:
        return await _one(session, await service.post_announcement(session, principal, body))

    asked = f"post_announcement {body.model_dump_json()}"
    return await once(session, principal, key, act, request=asked, model=AnnouncementOut)


@router.put("/announcements/{announcement_id}")
async def amend_announcement(
    announcement_id: SeenAnnouncement, principal: DirectoryWriter, session: Tx,
    body: AnnouncementPut,
) -> AnnouncementOut:  # fmt: skip
    """修改公告；一秒内生效。"""
    posted = await service.amend_announcement(session, principal, announcement_id, body)
    return await _one(session, posted)


@router.post("/announcements/{announcement_id}/withdraw")
async def withdraw_announcement(
    announcement_id: SeenAnnouncement, principal: DirectoryWriter, session: Tx,
    body: AnnouncementEnd,
) -> AnnouncementOut:  # fmt: skip
    """撤下公告；一秒内停止播报。"""
    posted = await service.withdraw_announcement(
        session, principal, announcement_id, version=body.version
    )
    return await _one(session, posted)


async def _one(session: Tx, posted: Announcement) -> AnnouncementOut:
    nodes = await queries.nodes_of(session, [posted])
    return AnnouncementOut.of(posted, nodes, clock.now())
