"""The terms of the robot's follow-up calls, for supervisors."""

from uuid import UUID

from fastapi import APIRouter

from hotline.accounts.auth import TicketReader, TicketSupervisor
from hotline.db import Tx
from hotline.errors import NotFound
from hotline.follow_up import queries, service
from hotline.follow_up.schemas import FollowUpTermsIn, FollowUpTermsOut
from hotline.organizations.queries import organization

router = APIRouter(prefix="/api/v1", tags=["tickets"])


@router.get("/follow-up-rules")
async def read_terms(session: Tx, principal: TicketReader) -> FollowUpTermsOut:
    """本机构的自动回访：开关、首次间隔、再次间隔（分钟）。"""
    return FollowUpTermsOut.of(await queries.terms_of(session, principal.organization_id))


@router.put("/organizations/{organization_id}/follow-up-rules")
async def set_terms(
    session: Tx, principal: TicketSupervisor, organization_id: UUID, body: FollowUpTermsIn
) -> FollowUpTermsOut:
    """设定自动回访，对本机构及下级有效；三次、分两天的规定不变。"""
    if organization_id not in principal.subtree:
        raise NotFound
    await organization(session, organization_id)
    await service.set_terms(session, principal, organization_id, body)
    return FollowUpTermsOut.of(await queries.terms_of(session, organization_id))
