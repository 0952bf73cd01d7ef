"""Departments keep their entries. What is not visible is 404 before all else."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Request

from hotline.accounts.auth import DirectoryReporter, DirectoryWriter
from hotline.conversation.live_directory import CityDirectory, LiveDirectory
from hotline.db import Tx
from hotline.db.cursor import read_cursor, write_cursor
from hotline.editing import (
    corrections,
    drafts,
    form_routes,
    import_routes,
    presenting,
    queries,
    settling,
    short_code_routes,
    standing,
    verifying,
)
from hotline.editing.contents import entry_of
from hotline.editing.drafts import Revision
from hotline.editing.models import CorrectionState, DraftState, EntryDraft, Purpose
from hotline.editing.moves import REVIEWING
from hotline.editing.rehearsal import rehearse
from hotline.editing.schemas import (
    CorrectionOut,
    CorrectionPage,
    CoverageList,
    CoverageOut,
    DraftIn,
    DraftMove,
    DraftOut,
    DraftPage,
    DraftPatch,
    EntryKey,
    RehearsalIn,
    RehearsalOut,
    ReportIn,
    SettleIn,
    StandingOut,
    StandingPage,
    VerifyIn,
    VersionList,
)
from hotline.editing.seen import SeenCorrection, SeenDraft
from hotline.editing.standing import Want
from hotline.errors import ScopeMissing
from hotline.principal import Principal
from hotline.tickets.idempotent import once

router = APIRouter(prefix="/api/v1", tags=["directory"])
router.include_router(import_routes.router)
router.include_router(form_routes.router)
router.include_router(short_code_routes.router)

_IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=1, max_length=255)
]
_EntryId = Annotated[EntryKey, Path()]
_Limit = Annotated[int, Query(ge=1, le=200)]
REVIEW = "directory:review"


@router.get("/drafts")
async def list_drafts(
    session: Tx,
    principal: DirectoryWriter,
    state: Annotated[list[DraftState] | None, Query(max_length=5)] = None,
    after: UUID | None = None,
    limit: _Limit = 50,
) -> DraftPage:
    """本部门及下级的事项草稿，新的在前。"""
    chosen = queries.drafts_page(principal, states=state or (), after=after, limit=limit + 1)
    rows = list(await session.scalars(chosen))
    items = await presenting.draft_rows(session, principal, rows[:limit])
    return DraftPage(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


@router.post("/drafts", status_code=201)
async def begin_draft(
    request: Request,
    session: Tx,
    principal: DirectoryWriter,
    body: DraftIn,
    key: _IdempotencyKey = None,
) -> DraftOut:
    """起草：修改、停用本部门的一个事项，或者新增事项。"""

    async def act() -> DraftOut:
        draft = await drafts.begin_draft(
            session, principal, entry_key=body.entry_id, content=body.content.given(),
            purpose=body.purpose, note=body.note,
        )  # fmt: skip
        return await _shown(request, session, principal, draft)

    asked = f"begin_draft {body.model_dump_json()}"
    return await once(session, principal, key, act, request=asked, model=DraftOut)


@router.get("/drafts/{draft_id}")
async def read_draft(
    request: Request, draft_id: SeenDraft, principal: DirectoryWriter, session: Tx
) -> DraftOut:
    """一份草稿：内容、与现行版本的差别、问题、念出来的样子。"""
    draft = await queries.draft(session, principal, draft_id)
    return await _shown(request, session, principal, draft)


@router.patch("/drafts/{draft_id}")
async def revise_draft(
    request: Request, draft_id: SeenDraft, principal: DirectoryWriter, session: Tx, body: DraftPatch
) -> DraftOut:
    """修改草稿；没有给出的字段不变。"""
    dates: dict[str, date | None] = {
        name: getattr(body, name)
        for name in ("verify_by", "expires_on")
        if name in body.model_fields_set
    }
    content = body.content.given() if body.content is not None else None
    revision = Revision(body.version, content, body.note, body.base_number, dates)
    draft = await drafts.revise_draft(session, principal, draft_id, revision)
    return await _shown(request, session, principal, draft)


@router.post("/drafts/{draft_id}/moves")
async def move_draft(
    *,
    request: Request,
    draft_id: SeenDraft,
    principal: DirectoryWriter,
    session: Tx,
    body: DraftMove,
    key: _IdempotencyKey = None,
) -> DraftOut:
    """提交、撤回、退回、通过（立即发布）、作废；审核由另一人进行。"""
    if body.move in REVIEWING and not principal.has(REVIEW):
        raise ScopeMissing(scopes=[REVIEW])

    async def act() -> DraftOut:
        draft = await drafts.move_draft(
            session, principal, draft_id, body.move, version=body.version, note=body.note
        )
        return await _shown(request, session, principal, draft)

    asked = f"move_draft {draft_id} {body.model_dump_json()}"
    return await once(session, principal, key, act, request=asked, model=DraftOut)


@router.post("/drafts/{draft_id}/match")
async def try_draft(
    request: Request,
    draft_id: SeenDraft,
    principal: DirectoryWriter,
    session: Tx,
    body: RehearsalIn,
) -> RehearsalOut:
    """试一句：草稿发布后来电人会听到什么，还有哪些事项也可能被听成。"""
    draft = await queries.draft(session, principal, draft_id)
    city = _directory(request, principal)
    done = await rehearse(
        city, entry_of(draft.entry_key, draft.content), body.text, district=body.district,
        is_gone=draft.purpose == Purpose.WITHDRAW,
    )  # fmt: skip
    return presenting.rehearsal_out(done, city, draft)


@router.get("/entries/{entry_id}/versions")
async def list_versions(session: Tx, principal: DirectoryWriter, entry_id: _EntryId) -> VersionList:
    """事项的历次版本，新的在前，各自改了什么。"""
    entry = await queries.known_entry(session, principal, entry_id)
    return VersionList(items=await presenting.versions_out(session, entry.id))


@router.post("/entries/{entry_id}/versions/{number}/restore", status_code=201)
async def restore_version(
    request: Request,
    session: Tx,
    principal: DirectoryWriter,
    entry_id: _EntryId,
    number: Annotated[int, Path(ge=1, le=2**31 - 1)],
) -> DraftOut:
    """恢复旧版本：生成一份草稿，照常审核后发布。"""
    draft = await drafts.restore_version(session, principal, entry_id, number)
    return await _shown(request, session, principal, draft)


@router.post("/entries/{entry_id}/verify")
async def verify_entry(
    session: Tx, principal: DirectoryWriter, entry_id: _EntryId, body: VerifyIn | None = None
) -> StandingOut:
    """核实：内容仍然属实，下次核实的日期顺延。"""
    wanted = body or VerifyIn()
    entry = await verifying.verify_entry(session, principal, entry_id, wanted.verify_by)
    return StandingOut.of((await standing.standings(session, [entry]))[0])


@router.get("/entries/{entry_id}/standing")
async def read_standing(session: Tx, principal: DirectoryWriter, entry_id: _EntryId) -> StandingOut:
    """一个事项的状态：核实日期、通话验证、草稿、待办。"""
    entry = await queries.own_entry(session, principal, entry_id)
    return StandingOut.of((await standing.standings(session, [entry]))[0])


@router.get("/standings")
async def list_standings(
    *,
    session: Tx,
    principal: DirectoryWriter,
    want: Want = Want.ALL,
    q: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: _Limit = 50,
) -> StandingPage:
    """本部门的事项：全部、待核实、逾期、将到期、未经通话验证、修改中、已停用。"""
    rows = list(
        await session.scalars(standing.page(principal, want, q, after=after, limit=limit + 1))
    )
    found = await standing.standings(session, rows[:limit])
    return StandingPage(
        items=[StandingOut.of(one) for one in found],
        next=str(rows[limit - 1].position) if len(rows) > limit else None,
    )


@router.get("/standings/coverage")
async def show_coverage(session: Tx, principal: DirectoryWriter) -> CoverageList:
    """各部门的事项数、说法数、待核实和逾期数，逾期多的在前。"""
    rows = await standing.coverage(session, principal)
    return CoverageList(items=[CoverageOut.model_validate(row) for row in rows])


@router.post("/entries/{entry_id}/reports", status_code=201)
async def report_entry(
    session: Tx, principal: DirectoryReporter, entry_id: _EntryId, body: ReportIn
) -> CorrectionOut:
    """报错：内容不对，转给负责的部门限期核对。"""
    task = await corrections.report_wrong(session, principal, entry_id, body.note)
    return (await presenting.corrections_out(session, [task]))[0]


@router.get("/corrections")
async def list_corrections(
    session: Tx,
    principal: DirectoryWriter,
    state: CorrectionState | None = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: _Limit = 50,
) -> CorrectionPage:
    """核对任务：报错、转接失败、到期核实；先到期的在前。"""
    place = read_cursor(after) if after else None
    chosen = queries.corrections_page(principal, state=state, after=place, limit=limit + 1)
    rows = list(await session.scalars(chosen))
    items = await presenting.corrections_out(session, rows[:limit])
    last = rows[limit - 1] if len(rows) > limit else None
    return CorrectionPage(items=items, next=write_cursor(last.due_at, last.id) if last else None)


@router.post("/corrections/{correction_id}/settle")
async def settle_correction(
    correction_id: SeenCorrection, principal: DirectoryWriter, session: Tx, body: SettleIn
) -> CorrectionOut:
    """办结核对任务：已改正，或者内容无误。"""
    task = await settling.settle_correction(
        session, principal, correction_id, CorrectionState(body.outcome),
        note=body.note, version=body.version,
    )  # fmt: skip
    return (await presenting.corrections_out(session, [task]))[0]


async def _shown(
    request: Request, session: Tx, principal: Principal, draft: EntryDraft
) -> DraftOut:
    wording = _directory(request, principal).wording
    return await presenting.draft_out(session, principal, draft, wording)


def _directory(request: Request, principal: Principal) -> CityDirectory:
    live: LiveDirectory = request.state.directory
    return live.for_organization(principal.organization_id)
