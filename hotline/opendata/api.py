"""Who may write by the open interfaces: the system administrator makes keys and takes them back."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Request, Response

from hotline import clock
from hotline.accounts.auth import AccountReader, AccountWriter, DirectoryWriter
from hotline.conversation.live_directory import LiveDirectory
from hotline.db import Tx
from hotline.directory.queries import entries_for_matching as city_entries
from hotline.editing.exports import own_entries
from hotline.file_answers import file_of
from hotline.opendata import keys, queries
from hotline.opendata.hsds.book import book_of
from hotline.opendata.hsds.package import zipped
from hotline.opendata.models import ApiKey
from hotline.opendata.schemas import ApiKeyIn, ApiKeyList, ApiKeyOut, NewApiKeyOut
from hotline.organizations.queries import city_of, organizations_by_id
from hotline.portal.loading import read_catalog

router = APIRouter()
keys_router = APIRouter(prefix="/api/v1/open-data", tags=["open-data"])
exports = APIRouter(prefix="/api/v1", tags=["directory"])


@keys_router.get("/keys")
async def list_keys(session: Tx, principal: AccountReader) -> ApiKeyList:
    """开放接口的密钥，最新的在前。"""
    rows = (await session.scalars(queries.keys_of(principal))).all()
    return ApiKeyList(items=await _shown(session, rows))


@keys_router.post("/keys", status_code=201)
async def make_key(session: Tx, principal: AccountWriter, body: ApiKeyIn) -> NewApiKeyOut:
    """建立密钥；密钥本身只在这里出现一次。"""
    city_id = await city_of(session, principal.organization_id)
    made = await keys.make_key(
        session,
        principal,
        city_id=city_id,
        name=body.name,
        contact=body.contact,
        scopes=body.scopes,
        jurisdiction=body.jurisdiction_id,
    )
    (shown,) = await _shown(session, [made.key])
    return NewApiKeyOut(**shown.model_dump(), secret=made.secret)


@keys_router.delete("/keys/{api_key_id}", status_code=204)
async def revoke_key(session: Tx, principal: AccountWriter, api_key_id: UUID) -> Response:
    """收回密钥：立即失效。"""
    await keys.revoke_key(session, principal, api_key_id)
    return Response(status_code=204)


@exports.get(
    "/entry-exports/hsds",
    response_class=Response,
    responses=file_of("application/zip"),
)
async def export_hsds(
    request: Request, session: Tx, principal: DirectoryWriter, own: bool = True
) -> Response:
    """导出事项为 HSDS 3 数据包：本部门的，或者全市的；导入后一字不差。"""
    city_id = await city_of(session, principal.organization_id)
    live: LiveDirectory = request.state.directory
    catalog = await read_catalog(session, live.of_city(city_id))
    entries = await own_entries(session, principal) if own else await city_entries(session, city_id)
    kept = replace(catalog, entries={entry.id: entry for entry in entries}, vendors=())
    book = book_of(kept, clock.now(), request.state.settings.address)
    content = await asyncio.to_thread(zipped, book, title=catalog.city.name)
    day = clock.local(clock.now()).strftime("%Y%m%d")
    headers = {
        "Content-Disposition": f'attachment; filename="entries-{day}.hsds.zip"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, headers=headers, media_type="application/zip")


async def _shown(session: Tx, rows: Sequence[ApiKey]) -> list[ApiKeyOut]:
    ids = {row.jurisdiction_id for row in rows if row.jurisdiction_id}
    districts = await organizations_by_id(session, ids)
    return [ApiKeyOut.of(row, districts) for row in rows]


router.include_router(keys_router)
router.include_router(exports)
