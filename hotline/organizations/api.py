"""GET /api/v1/organizations."""

from typing import Annotated

from fastapi import APIRouter, Query

from hotline.accounts.auth import OrganizationReader
from hotline.db import Tx
from hotline.organizations import queries
from hotline.organizations.schemas import OrganizationFilter, OrganizationOut, OrganizationPage

router = APIRouter(prefix="/api/v1", tags=["organizations"])


@router.get("/organizations")
async def list_organizations(
    session: Tx,
    principal: OrganizationReader,
    wanted: Annotated[OrganizationFilter, Query()],
) -> OrganizationPage:
    """机构列表：本市的全部机构，按目录顺序。"""
    limit = wanted.limit
    chosen = queries.page(
        principal, q=wanted.q, district=wanted.district, after=wanted.after, limit=limit + 1
    )
    rows = (await session.scalars(chosen)).all()
    return OrganizationPage(
        items=[OrganizationOut.model_validate(row) for row in rows[:limit]],
        next=str(rows[limit - 1].position) if len(rows) > limit else None,
    )
