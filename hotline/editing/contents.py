"""Hold the content of a draft against the directory, as a line of its file would be held."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.checking import Known, faults_between
from hotline.directory.entry import Entry
from hotline.directory.faults import Fault, faults_of
from hotline.directory.importing import known_in
from hotline.directory.reading import DirectoryFiles, Located
from hotline.directory.rows import ServiceRow
from hotline.directory.versions import today
from hotline.editing.speech import spoken_form
from hotline.organizations.models import Organization

_FIGURE = re.compile(r"[0-9０-９]")
_BLANK: Mapping[str, Any] = {
    "kind": "government", "category": "", "name": "", "aliases": [], "organization_id": None,
    "tier": "city", "districts": [], "summary": "", "details": "", "procedure": [],
    "documents": [], "fee": "", "time_limit": "", "channels": [], "forms": [], "audience": [],
    "keywords": [], "urgency": "normal", "handoff": "answer",
}  # fmt: skip


def whole(entry_key: str, content: Mapping[str, Any]) -> dict[str, Any]:
    """The line of the file: every field, whatever the editor has filled in so far."""
    return {**_BLANK, **content, "id": entry_key, "updated": today().isoformat()}


def row_of(entry_key: str, content: Mapping[str, Any]) -> ServiceRow | None:
    """None where the content is not yet whole."""
    try:
        return ServiceRow.model_validate(whole(entry_key, content))
    except ValidationError:
        return None


def entry_of(entry_key: str, content: Mapping[str, Any]) -> Entry:
    """As the matcher takes it, gaps and all."""
    return Entry.from_json(whole(entry_key, content))


async def known_of_city(session: AsyncSession, city_id: UUID) -> Known:
    return await known_in(session, await session.get_one(Organization, city_id))


def faults_in(entry_key: str, content: Mapping[str, Any], known: Known) -> list[Fault]:
    """What keeps it from being published, by field."""
    try:
        row = ServiceRow.model_validate(whole(entry_key, content))
    except ValidationError as error:
        return sorted(faults_of(error, "", 0))
    located = Located("", 0, row)
    files = DirectoryFiles(services=[located])
    return sorted({*faults_between(files, known), *unspeakable([located])})


def unspeakable(rows: Iterable[Located[ServiceRow]]) -> Iterator[Fault]:
    """Callers hear the summary as it is written: figures are written as they are spoken."""
    for located in rows:
        if _FIGURE.search(located.row.summary):
            said = spoken_form(located.row.summary)
            yield located.fault("summary", f"数字请写成念法：{said}")
