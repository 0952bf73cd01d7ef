"""Who may write by the open interfaces: the system administrator makes keys and takes them back."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Response

from hotline.accounts.auth import AccountReader, AccountWriter
from hotline.db import Tx
from hotline.opendata import keys, queries
from hotline.opendata.models import ApiKey
from hotline.opendata.schemas import ApiKeyIn, ApiKeyList, ApiKeyOut, NewApiKeyOut
from hotline.organizations.queries import city_of, organizations_by_id

router = APIRouter(prefix="/api/v1/open-data", tags=["open-data"])


@router.get("/keys")
async def list_keys(session: Tx, principal: AccountReader) -> ApiKeyList:
    """开放接口的密钥，最新的在前。"""
    rows = (await session.scalars(queries.keys_of(principal))).all()
    return ApiKeyList(items=await _shown(session, rows))


@router.post("/keys", status_code=201)
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


@router.delete("/keys/{api_key_id}", status_code=204)
async def revoke_key(session: Tx, principal: AccountWriter, api_key_id: UUID) -> Response:
    """收回密钥：立即失效。"""
    await keys.revoke_key(session, principal, api_key_id)
    return Response(status_code=204)


async def _shown(session: Tx, rows: Sequence[ApiKey]) -> list[ApiKeyOut]:
    ids = {row.jurisdiction_id for row in rows if row.jurisdiction_id}
    districts = await organizations_by_id(session, ids)
    return [ApiKeyOut.of(row, districts) for row in rows]
