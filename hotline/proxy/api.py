"""The proxy desk: authorize, take, plan, count papers, do steps, finish, take back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from hotline.accounts.auth import TicketReader, TicketWriter
from hotline.accounts.queries import names_of
from hotline.db import Tx
from hotline.errors import InvalidInput, NotFound
from hotline.organizations.queries import organizations_by_id
from hotline.proxy import carry, queries
from hotline.proxy.authorize import Authorization, authorize, statement_for, withdraw
from hotline.proxy.carry import Planned
from hotline.proxy.models import ProxyMatter
from hotline.proxy.queries import Whole
from hotline.proxy.schemas import (
    AuthorizeIn,
    FinishIn,
    MatterOut,
    MatterPage,
    MatterQuery,
    PaperIn,
    PlanIn,
    StatementOut,
    StepDoneIn,
)
from hotline.proxy.seen import SeenMatter
from hotline.proxy.states import Way

router = APIRouter(prefix="/api/v1", tags=["proxy"])


@router.get("/proxy-matters")
async def list_matters(
    session: Tx, principal: TicketReader, asked: Annotated[MatterQuery, Query()]
) -> MatterPage:
    """全程代办的事，最新的在前。"""
    chosen = queries.page(
        principal,
        is_open=asked.is_open,
        is_mine=asked.is_mine,
        after=asked.after,
        limit=asked.limit,
    )
    rows = (await session.scalars(chosen)).all()
    items = await _shown(session, await queries.wholes(session, rows))
    return MatterPage(items=items, next=str(rows[-1].id) if len(rows) == asked.limit else None)


@router.get("/proxy-statements/{entry_id}")
async def read_statement(session: Tx, principal: TicketReader, entry_id: str) -> StatementOut:
    """委托前念给居民听、或由居民当面阅读的话。"""
    name = await queries.entry_name(session, principal, entry_id)
    if name is None:
        raise NotFound
    return StatementOut(statement=statement_for(name))


@router.post("/proxy-matters", status_code=201)
async def authorize_matter(session: Tx, principal: TicketWriter, body: AuthorizeIn) -> MatterOut:
    """登记居民在电话里或窗口的委托；门户的委托由居民自己提交。"""
    if body.way is Way.PORTAL:
        raise InvalidInput(errors=[{"field": "way", "message": "只能登记电话或窗口的委托"}])
    given = Authorization(
        person=body.person,
        phone=body.phone,
        way=body.way,
        is_given=body.is_given,
        call_id=body.call_id,
    )
    matter = await authorize(
        session, principal, entry_id=body.entry_id, district=body.district, authorization=given
    )
    return await _one(session, matter)


@router.get("/proxy-matters/{matter_id}")
async def read_matter(matter_id: SeenMatter, principal: TicketReader, session: Tx) -> MatterOut:
    """一件代办：委托、材料、步骤、结果。"""
    return await _one(session, await queries.matter(session, principal, matter_id))


@router.post("/proxy-matters/{matter_id}/take")
async def take_matter(matter_id: SeenMatter, principal: TicketWriter, session: Tx) -> MatterOut:
    """由我代办；主管可以接手别人的。"""
    return await _one(session, await carry.take_matter(session, principal, matter_id))


@router.put("/proxy-matters/{matter_id}/steps")
async def plan_steps(
    matter_id: SeenMatter, principal: TicketWriter, session: Tx, body: PlanIn
) -> MatterOut:
    """重新安排步骤：每步的单位和时限；开始办理前才可以。"""
    planned = [Planned(one.name, one.organization, one.working_days) for one in body.steps]
    return await _one(session, await carry.plan_steps(session, principal, matter_id, planned))


@router.put("/proxy-matters/{matter_id}/papers/{paper_id}")
async def count_paper(
    matter_id: SeenMatter, principal: TicketWriter, session: Tx, paper_id: UUID, body: PaperIn
) -> MatterOut:
    """登记一份材料：收到、退还、不需要。"""
    matter = await carry.count_paper(
        session, principal, matter_id, paper_id=paper_id, state=body.state
    )
    return await _one(session, matter)


@router.post("/proxy-matters/{matter_id}/begin")
async def begin_way(matter_id: SeenMatter, principal: TicketWriter, session: Tx) -> MatterOut:
    """材料收齐，开始第一步。"""
    return await _one(session, await carry.begin_way(session, principal, matter_id))


@router.post("/proxy-matters/{matter_id}/steps/{step_id}/finish")
async def finish_step(
    matter_id: SeenMatter, principal: TicketWriter, session: Tx, step_id: UUID, body: StepDoneIn
) -> MatterOut:
    """办完一步：由承办单位或代办员登记，下一步随即开始。"""
    matter = await carry.finish_step(session, principal, matter_id, step_id=step_id, note=body.note)
    return await _one(session, matter)


@router.post("/proxy-matters/{matter_id}/finish")
async def finish_matter(
    matter_id: SeenMatter, principal: TicketWriter, session: Tx, body: FinishIn
) -> MatterOut:
    """登记结果，答复居民，工单办结。"""
    matter = await carry.finish_matter(
        session, principal, matter_id, result=body.result, note=body.note
    )
    return await _one(session, matter)


@router.post("/proxy-matters/{matter_id}/withdraw")
async def withdraw_matter(matter_id: SeenMatter, principal: TicketWriter, session: Tx) -> MatterOut:
    """居民撤回委托。"""
    matter = await queries.matter(session, principal, matter_id)
    return await _one(session, await withdraw(session, principal, matter.ticket_id))


async def _one(session: Tx, matter: ProxyMatter) -> MatterOut:
    (shown,) = await _shown(session, [await queries.whole(session, matter)])
    return shown


async def _shown(session: Tx, wholes: list[Whole]) -> list[MatterOut]:
    ids = {step.organization_id for one in wholes for step in one.steps}
    units = {key: row.name for key, row in (await organizations_by_id(session, ids)).items()}
    officers = {one.matter.officer_id for one in wholes if one.matter.officer_id}
    people = await names_of(session, officers)
    return [MatterOut.of(one, units, people) for one in wholes]
