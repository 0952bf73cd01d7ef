"""Tickets, and what their clocks go by. A ticket that is not visible is 404 before all else."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from hotline.accounts.auth import (
    TicketDispatcher,
    TicketReader,
    TicketSupervisor,
    TicketWriter,
)
from hotline.accounts.queries import names_of
from hotline.db import Tx
from hotline.errors import TooManyAttempts
from hotline.messages import queries as messages
from hotline.messages.schemas import OutgoingList, OutgoingOut
from hotline.organizations.queries import organizations_by_id
from hotline.principal import Principal
from hotline.tickets import (
    calendars,
    queries,
    redacting,
    revealing,
    service,
    suggestions,
    tier_terms,
)
from hotline.tickets.calendar_schemas import (
    CalendarImported,
    CalendarIn,
    CalendarsOut,
    StandingTerms,
    TermsHistory,
    TermsIn,
    TermsOut,
    TermsVersion,
)
from hotline.tickets.changes import held_by, timeline_item
from hotline.tickets.columns import ChosenFilters
from hotline.tickets.duplicates import Written, duplicates
from hotline.tickets.idempotent import idempotent
from hotline.tickets.models import Ticket
from hotline.tickets.notices import subject_of
from hotline.tickets.outcome_schemas import Outcomes
from hotline.tickets.present import present
from hotline.tickets.read_outcomes import read_outcomes
from hotline.tickets.schemas import (
    CommentIn,
    DuplicateOut,
    DuplicatesOut,
    MoveIn,
    RedactionIn,
    RedactionOut,
    RevealedOut,
    RevealIn,
    SuggestIn,
    SuggestionsOut,
    SuperviseIn,
    TakeIn,
    TicketCounts,
    TicketIn,
    TicketOut,
    TicketPage,
    TicketPatch,
    Timeline,
    TimelineItem,
    UnsealingIn,
    UnsealingOut,
    UrgeIn,
    WrittenIn,
)
from hotline.tickets.seen import SeenTicket

router = APIRouter(prefix="/api/v1", tags=["tickets"])


@router.get("/tickets")
async def list_tickets(
    session: Tx,
    principal: TicketReader,
    filters: ChosenFilters,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> TicketPage:
    """工单列表：只列出辖区内或由本机构及下级承办的工单，新的在前。"""
    rows = list(await queries.page(session, principal, filters, after=after, limit=limit + 1))
    items = await present(session, principal, rows[:limit])
    return TicketPage(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


@router.get("/tickets/counts")
async def count_tickets(session: Tx, principal: TicketReader) -> TicketCounts:
    """各环节在办工单的件数。"""
    return TicketCounts.model_validate({"by_status": await queries.counts(session, principal)})


@router.post("/tickets", status_code=201)
@idempotent
async def open_ticket(session: Tx, principal: TicketWriter, body: TicketIn) -> TicketOut:
    """登记一件诉求。"""
    ticket = await service.open_ticket(
        session,
        principal,
        **body.model_dump(exclude={"confidential", "anonymous"}),
        is_confidential=body.confidential,
        is_anonymous=body.anonymous,
    )
    return await _one(session, principal, ticket)


@router.post("/tickets/suggestions")
async def suggest(session: Tx, principal: TicketWriter, body: SuggestIn) -> SuggestionsOut:
    """按已写下的内容推荐诉求分类和承办单位，并说明理由；被投诉的单位不会推荐。"""
    found = await suggestions.suggest(session, principal, **body.model_dump())
    return SuggestionsOut.model_validate(found)


@router.post("/tickets/duplicates")
async def find_duplicates(session: Tx, principal: TicketWriter, body: WrittenIn) -> DuplicatesOut:
    """边登记边查重：同一诉求人的、同类同地相近的工单，并说明理由。"""
    found = await duplicates(session, principal, Written(**body.model_dump()))
    shown = await present(session, principal, [one.ticket for one in found])
    return DuplicatesOut(
        items=[
            DuplicateOut(
                ticket=ticket,
                score=one.resemblance.score,
                reasons=[reason.value for reason in one.resemblance.reasons],
                advice=one.advice,
            )
            for one, ticket in zip(found, shown, strict=True)
        ]
    )


@router.get("/tickets/{ticket_id}")
async def read_ticket(ticket_id: SeenTicket, principal: TicketReader, session: Tx) -> TicketOut:
    """一件工单。"""
    return await _one(session, principal, await queries.ticket(session, principal, ticket_id))


@router.patch("/tickets/{ticket_id}")
async def amend_ticket(
    ticket_id: SeenTicket, principal: TicketWriter, session: Tx, body: TicketPatch
) -> TicketOut:
    """派单前更正：类型、分类、区、地址、联系电话、标题、紧急程度。诉求原话不能修改。"""
    ticket = await service.amend_ticket(session, principal, ticket_id, body)
    return await _one(session, principal, ticket)


@router.get("/tickets/{ticket_id}/timeline")
async def read_timeline(ticket_id: SeenTicket, principal: TicketReader, session: Tx) -> Timeline:
    """工单的全部经过，从早到晚。"""
    rows = list(await session.scalars(queries.history(principal, ticket_id)))
    holders = await organizations_by_id(session, held_by(rows))
    return Timeline(items=[timeline_item(row, holders) for row in rows])


@router.get("/tickets/{ticket_id}/outcomes")
async def show_outcomes(ticket_id: SeenTicket, principal: TicketReader, session: Tx) -> Outcomes:
    """答复、回访评价、共同诉求人、退单延期等申请。"""
    return await read_outcomes(session, principal, ticket_id)


@router.get("/tickets/{ticket_id}/messages")
async def list_messages(
    ticket_id: SeenTicket, _principal: TicketReader, session: Tx
) -> OutgoingList:
    """发给诉求人的短信及送达情况。"""
    sent = await messages.about(session, subject_of(ticket_id))
    return OutgoingList(items=[OutgoingOut.model_validate(one) for one in sent])


@router.post("/tickets/{ticket_id}/comments", status_code=201)
@idempotent
async def comment_ticket(
    ticket_id: SeenTicket,
    principal: TicketWriter,
    session: Tx,
    body: CommentIn,
) -> TimelineItem:
    """给工单加备注；备注不能修改。"""
    return await service.comment_ticket(
        session, principal, ticket_id, text=body.text, mentions=body.mentions
    )


@router.post("/tickets/{ticket_id}/take")
@idempotent
async def take_ticket(
    ticket_id: SeenTicket, principal: TicketWriter, session: Tx, body: TakeIn
) -> TicketOut:
    """由我办理。"""
    ticket = await service.take_ticket(session, principal, ticket_id, version=body.version)
    return await _one(session, principal, ticket)


@router.post("/tickets/{ticket_id}/urge")
@idempotent
async def urge_ticket(
    ticket_id: SeenTicket,
    principal: TicketWriter,
    session: Tx,
    body: UrgeIn,
) -> TicketOut:
    """催办：同一诉求人就在办工单再次来电，不另立工单。"""
    ticket = await service.urge_ticket(session, principal, ticket_id, note=body.note)
    return await _one(session, principal, ticket)


@router.post("/tickets/{ticket_id}/supervise")
@idempotent
async def supervise_ticket(
    ticket_id: SeenTicket, principal: TicketSupervisor, session: Tx, body: SuperviseIn
) -> TicketOut:
    """督办：级别只升不降。"""
    ticket = await service.supervise_ticket(
        session, principal, ticket_id, level=body.level, note=body.note
    )
    return await _one(session, principal, ticket)


@router.post("/tickets/{ticket_id}/reveal")
async def reveal(
    request: Request, ticket_id: SeenTicket, principal: TicketWriter, session: Tx, body: RevealIn
) -> RevealedOut:
    """查看未脱敏的号码、地址或原话：须说明理由，留痕，每小时不超过 30 次。"""
    try:
        shown = await revealing.reveal(
            session, principal, ticket_id, fields=body.fields, reason=body.reason
        )
    except (TooManyAttempts, revealing.StillSealed):
        database = request.state.database
        await revealing.note_refused(database, principal, ticket_id, body.reason)
        raise
    return RevealedOut.model_validate(shown)


@router.post("/tickets/{ticket_id}/unsealings", status_code=201)
@idempotent
async def ask_unsealing(
    ticket_id: SeenTicket, principal: TicketWriter, session: Tx, body: UnsealingIn
) -> UnsealingOut:
    """申请查看保密工单的诉求人信息。"""
    asked = await revealing.ask_unsealing(session, principal, ticket_id, reason=body.reason)
    return UnsealingOut.model_validate(asked)


@router.post("/tickets/{ticket_id}/unsealings/{unsealing_id}/agreement")
@idempotent
async def agree_unsealing(
    ticket_id: SeenTicket, principal: TicketSupervisor, session: Tx, unsealing_id: UUID
) -> UnsealingOut:
    """第二人批准；四小时内对申请人有效。"""
    agreed = await revealing.agree_unsealing(session, principal, ticket_id, unsealing_id)
    return UnsealingOut.model_validate(agreed)


@router.post("/tickets/{ticket_id}/redaction-proposal")
async def propose_redaction(
    ticket_id: SeenTicket, principal: TicketDispatcher, session: Tx
) -> RedactionOut:
    """保密工单的原话和建议隐去之处；查看即留痕。"""
    proposal = await redacting.propose_redaction(session, principal, ticket_id)
    return RedactionOut.model_validate(proposal)


@router.put("/tickets/{ticket_id}/redaction")
async def confirm_redaction(
    ticket_id: SeenTicket, principal: TicketDispatcher, session: Tx, body: RedactionIn
) -> TicketOut:
    """人工确认派单内容；保密工单确认后才能派单。"""
    ticket = await redacting.confirm_redaction(
        session, principal, ticket_id,
        hidden=body.hidden, title=body.title, version=body.version,
    )  # fmt: skip
    return await _one(session, principal, ticket)


@router.post("/tickets/{ticket_id}/moves")
@idempotent
async def move_ticket(
    ticket_id: SeenTicket,
    principal: TicketWriter,
    session: Tx,
    body: MoveIn,
) -> TicketOut:
    """流转：按流转表进行；需要填写的内容因操作而异。"""
    ticket = await service.move_ticket(session, principal, ticket_id, body)
    return await _one(session, principal, ticket)


@router.get("/calendars")
async def read_calendars(session: Tx, principal: TicketReader) -> CalendarsOut:
    """有节假日安排的年份；missing 中的年份还没有，跨入这些年份的时限不准确。"""
    return CalendarsOut.model_validate(await calendars.known_years(session, principal))


@router.post("/calendars", status_code=201)
@idempotent
async def import_calendar(
    session: Tx, principal: TicketSupervisor, body: CalendarIn
) -> CalendarImported:
    """导入一年的放假和调休安排；在办工单的时限随之重算，前后时限都留在经过里。"""
    document = body.model_dump(mode="json", include={"year", "days"})
    imported = await calendars.import_notice(
        session, principal, document, organization_id=body.organization_id
    )
    return CalendarImported.model_validate(imported)


@router.put("/organizations/{organization_id}/terms")
async def set_terms(
    session: Tx, principal: TicketSupervisor, organization_id: UUID, body: TermsIn
) -> TermsOut:
    """设定一级机构的各环节时限和办公时间，对此后开始的计时有效。"""
    terms = await tier_terms.set_terms(
        session, principal, organization_id, limits=body.limits, office=body.office
    )
    return TermsOut.model_validate(terms)


@router.get("/organizations/{organization_id}/terms")
async def read_terms(
    session: Tx, principal: TicketSupervisor, organization_id: UUID
) -> StandingTerms:
    """一级机构自己设定的时限和办公时间，以及没有设定时沿用的。"""
    standing = await tier_terms.standing_terms(session, principal, organization_id)
    return StandingTerms.of(standing)


@router.get("/organizations/{organization_id}/terms/history")
async def read_terms_history(
    session: Tx, principal: TicketSupervisor, organization_id: UUID
) -> TermsHistory:
    """以前的设定，最近的在前。"""
    tier = await tier_terms.tier_of(session, principal, organization_id)
    rows = await tier_terms.terms_history(session, tier.id)
    names = await names_of(session, {row.set_by_id for row in rows if row.set_by_id})
    items = [TermsVersion.model_validate(row) for row in rows]
    for item, row in zip(items, rows, strict=True):
        item.set_by_name = names.get(row.set_by_id) if row.set_by_id else None
    return TermsHistory(items=items)


async def _one(session: Tx, principal: Principal, ticket: Ticket) -> TicketOut:
    return (await present(session, principal, [ticket]))[0]
