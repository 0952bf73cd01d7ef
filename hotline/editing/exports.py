"""Entries as a file: what goes out comes back in unchanged."""

import asyncio
import json
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.entry import Entry
from hotline.directory.exporting import content_of
from hotline.directory.queries import entries_for_matching
from hotline.editing.workbook import write_entries
from hotline.organizations.queries import city_of, organizations_of
from hotline.principal import Principal
from hotline.sheets import MEDIA_TYPE

LINES_TYPE = "application/x-ndjson"


async def entries_file(
    session: AsyncSession, principal: Principal, form: str, *, is_own: bool
) -> tuple[str, bytes]:
    """Media type and content; `is_own`: only what the principal's subtree keeps."""
    if is_own:
        entries: Sequence[Entry] = await own_entries(session, principal)
    else:
        city_id = await city_of(session, principal.organization_id)
        entries = await entries_for_matching(session, city_id)
    contents = [content_of(entry) for entry in entries]
    if form == "jsonl":
        lines = (json.dumps(content, ensure_ascii=False) + "\n" for content in contents)
        return LINES_TYPE, "".join(lines).encode()
    return MEDIA_TYPE, await asyncio.to_thread(write_entries, contents)


async def own_entries(session: AsyncSession, principal: Principal) -> list[Entry]:
    """What the principal's subtree keeps; services of vendors belong to the city."""
    city_id = await city_of(session, principal.organization_id)
    nodes = await organizations_of(session, city_id)
    own = {node.key for node in nodes if node.id in principal.subtree}
    holds_city = city_id in principal.subtree
    return [
        entry
        for entry in await entries_for_matching(session, city_id)
        if (entry.organization_id in own if entry.organization_id else holds_city)
    ]
