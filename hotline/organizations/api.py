"""GET /api/v1/organizations."""

from typing import Annotated

from fastapi import APIRouter, Query

from hotline.accounts.auth import OrganizationReader
from hotline.db import Tx
from hotline.organizations import queries
from hotline.organizations.schemas import OrganizationOut, OrganizationPage

router = APIRouter(prefix="/api/v1", tags=["organizations"])


@router.get("/organizations")
async def list_organizations(
    session: Tx,
    principal: OrganizationReader,
    q: Annotated[str, Query(max_length=100)] = "",
    district: Annotated[str | None, Query(max_length=50)] = None,
    after: Annotated[int, Query(ge=-1, le=2**31 - 1)] = -1,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> OrganizationPage:
    """机构列表：本市的全部机构，按目录顺序。"""
    chosen = queries.page(principal, q=q, district=district, after=after, limit=limit + 1)
    rows = (await session.scalars(chosen)).all()
    return OrganizationPage(
        items=[OrganizationOut.model_validate(row) for row in rows[:limit]],
        next=str(rows[limit - 1].position) if len(rows) > limit else None,
    )
