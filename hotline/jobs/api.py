"""Parked jobs: see them, start them again."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from hotline.accounts.auth import JobReader, JobWriter
from hotline.db import Tx
from hotline.jobs import queries, service

router = APIRouter(prefix="/api/v1", tags=["jobs"])


class JobOut(BaseModel):
    """`error` is the kind of the last failure; `payload` holds ids only."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    payload: dict[str, Any]
    created_at: datetime
    attempt: int
    parked_at: datetime
    error: str | None


class JobPage(BaseModel):
    items: list[JobOut]
    next: str | None


@router.get("/jobs")
async def list_parked_jobs(
    session: Tx,
    _principal: JobReader,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JobPage:
    """停下的后台任务：失败次数过多，等人处理。"""
    rows = await queries.parked(session, after=after, limit=limit + 1)
    items = [JobOut.model_validate(row) for row in rows[:limit]]
    return JobPage(items=items, next=str(items[-1].id) if len(rows) > limit else None)


@router.post("/jobs/{job_id}/rerun", status_code=204)
async def rerun_job(session: Tx, _principal: JobWriter, job_id: UUID) -> None:
    """重新开始一个停下的任务。"""
    await service.rerun(session, job_id)
