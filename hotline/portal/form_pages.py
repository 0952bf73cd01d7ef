"""Forms to fill in: the newest file of a name, at an address that stays."""

from urllib.parse import quote

from fastapi import APIRouter, Response

from hotline.attachments import keeping
from hotline.attachments.keeping import Store
from hotline.portal.arriving import Arrived
from hotline.vault import Vault

router = APIRouter(include_in_schema=False)


@router.api_route("/services/{entry_id}/forms/{name:path}", methods=["GET", "HEAD"])
async def download_form(visit: Arrived, entry_id: str, name: str) -> Response:
    """304 where the reader has this version already."""
    entry = visit.catalog.entries.get(entry_id)
    file = visit.catalog.form_of(entry, name) if entry is not None else None
    if file is None:
        return visit.missing(410 if entry_id in visit.catalog.withdrawn else 404)
    shown = quote(f"{file.name}{file.extension}", safe="")
    headers = {
        "ETag": f'"{file.digest[:20]}"',
        "Cache-Control": "public, max-age=60",
        "Content-Disposition": f"attachment; filename*=UTF-8''{shown}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    if headers["ETag"] in visit.request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    store = Store.of(visit.request.state.settings)
    vault: Vault = visit.request.state.database.carried["vault"]
    content = await keeping.opened(store, vault, file.attachment_id)
    return Response(content, headers=headers, media_type=file.media_type)
