"""Entries and subjects, for everyone who works with the directory."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from hotline.accounts.auth import DirectoryReader
from hotline.db import Tx
from hotline.directory import queries
from hotline.directory.queries import EntryFilter
from hotline.directory.schemas import EntryOut, EntryPage, EntryQuery, SubjectOut, SubjectPage
from hotline.organizations.queries import city_of

router = APIRouter(prefix="/api/v1", tags=["directory"])


@router.get("/entries")
async def list_entries(
    session: Tx, principal: DirectoryReader, wanted: Annotated[EntryQuery, Query()]
) -> EntryPage:
    """服务事项：按目录顺序，可按文字、类别、区筛选。"""
    chosen = EntryFilter(wanted.q, wanted.category, wanted.kind, wanted.district)
    found = await queries.page(
        session, principal, chosen, after=wanted.after, limit=wanted.limit + 1
    )
    shown = found[: wanted.limit]
    return EntryPage(
        items=[EntryOut.of(listed) for listed in shown],
        next=str(shown[-1].entry.position) if len(found) > wanted.limit else None,
    )


@router.get("/entries/{entry_id}")
async def show_entry(
    session: Tx,
    principal: DirectoryReader,
    entry_id: Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9._-]+$")],
) -> EntryOut:
    """一个服务事项的全部内容。"""
    return EntryOut.of(await queries.listing(session, principal, entry_id))


@router.get("/subjects")
async def list_subjects(session: Tx, principal: DirectoryReader) -> SubjectPage:
    """诉求分类：三级，一次给全。"""
    city_id = await city_of(session, principal.organization_id)
    rows = await queries.subjects(session, city_id)
    return SubjectPage(items=[SubjectOut.model_validate(row) for row in rows])
