"""The ledger, monthly settlements and pay-outs. What is not visible is 404 before all else."""

from datetime import date
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Response

from hotline.accounts.auth import (
    AnyAccount,
    SettlementApprover,
    SettlementReader,
    SettlementWriter,
)
from hotline.db import Tx
from hotline.dispatch import ledger_queries, ledger_service, payouts, settlement_run
from hotline.dispatch import settlement_present as present
from hotline.dispatch import settlement_queries as queries
from hotline.dispatch.ledger_models import Payout, Statement
from hotline.dispatch.ledger_service import today
from hotline.dispatch.ledger_words import month_word, word
from hotline.dispatch.settlement_schemas import (
    FeeRuleLine,
    FeeRulesIn,
    FeeRulesOut,
    JournalOut,
    LedgerEntryIn,
    LedgerEntryOut,
    PaidIn,
    PayoutIn,
    PayoutOut,
    PayoutPage,
    PayoutsPrepared,
    ReconciliationOut,
    SettlementIn,
    SettlementOut,
    SettlementPage,
    SettlementReasonIn,
    StatementList,
    VendorStatementOut,
)
from hotline.dispatch.settlement_seen import (
    SeenEntry,
    SeenPayout,
    SeenSettlement,
    SeenStatement,
    SeenVendor,
)
from hotline.dispatch.settlement_sheets import settlement_workbook, statement_workbook
from hotline.file_answers import file_of
from hotline.organizations.queries import city_of
from hotline.sheets import MEDIA_TYPE
from hotline.tickets.idempotent import idempotent

router = APIRouter(prefix="/api/v1", tags=["settlement"])

_WORKBOOK, _PDF = file_of(MEDIA_TYPE), file_of("application/pdf")


Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/vendors/{vendor_id}/ledger")
async def read_ledger(
    vendor: SeenVendor, _principal: SettlementReader, session: Tx,
    after: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None, limit: Limit = 50,
) -> JournalOut:  # fmt: skip
    """服务商的账户余额和账目，新的在前。"""
    return await present.journal_out(session, vendor, before=after, limit=limit)


@router.post("/vendors/{vendor_id}/ledger", status_code=201)
@idempotent
async def post_entry(
    vendor: SeenVendor, principal: SettlementWriter, session: Tx, body: LedgerEntryIn
) -> LedgerEntryOut:
    """记一笔账：缴存保证金、违约金、更正、补贴、收到缴款。"""
    made = await ledger_service.post_by_hand(session, principal, vendor.id, body)
    return (await present.entries_out(session, [made]))[0]


@router.post("/ledger-entries/{entry_id}/reverse", status_code=201)
@idempotent
async def reverse_entry(
    entry_id: SeenEntry, principal: SettlementWriter, session: Tx, body: SettlementReasonIn
) -> LedgerEntryOut:
    """冲销一笔手工账；账目不可修改，只能冲销。"""
    made = await ledger_service.take_back(session, principal, entry_id, reason=body.reason)
    return (await present.entries_out(session, [made]))[0]


@router.get("/fee-rules")
async def read_fee_rules(session: Tx, principal: SettlementReader) -> FeeRulesOut:
    """当前的服务费规则；从上到下，第一条符合的生效。"""
    city_id = await city_of(session, principal.organization_id)
    rules = await ledger_queries.fee_rules(session, city_id, today())
    version = await ledger_queries.fee_rules_version(session, city_id)
    return FeeRulesOut(version=version, rules=[FeeRuleLine.of(rule) for rule in rules])


@router.put("/fee-rules")
async def set_fee_rules(
    session: Tx, principal: SettlementApprover, body: FeeRulesIn
) -> FeeRulesOut:
    """设定自某日起的服务费规则；已记的服务费不变。版本与当前不符时不改。"""
    city_id = await city_of(session, principal.organization_id)
    await ledger_service.set_fee_rules(session, principal, city_id, body)
    return FeeRulesOut(version=body.version + 1, rules=body.rules)


@router.get("/settlements")
async def list_settlements(
    session: Tx, principal: SettlementReader, limit: Limit = 50
) -> SettlementPage:
    """已结算的月份，以及接下来该结算的月份。"""
    rows = (await session.scalars(queries.settlements(principal).limit(limit))).all()
    next_due = await settlement_run.due(session, await city_of(session, principal.organization_id))
    return SettlementPage(
        items=await present.settlements_out(session, principal, rows),
        due_month=f"{next_due.month:%Y-%m}" if next_due else None,
        is_due=next_due is not None and next_due.is_over,
    )


@router.post("/settlements", status_code=201)
@idempotent
async def make_settlement(
    session: Tx, principal: SettlementApprover, body: SettlementIn
) -> SettlementOut:
    """结算一个月：为每个服务商出结算单，此后该月不再记账。"""
    city_id = await city_of(session, principal.organization_id)
    month = date.fromisoformat(f"{body.month}-01")
    made = await settlement_run.settle(session, city_id, month, principal)
    return (await present.settlements_out(session, principal, [made]))[0]


@router.get("/settlements/{settlement_id}/statements")
async def list_statements(
    one: SeenSettlement, principal: SettlementReader, session: Tx
) -> StatementList:
    """一个月的全部结算单及其付款。"""
    rows = await queries.statements_of(session, principal, one.id)
    return StatementList(items=await present.statements_out(session, principal, rows))


@router.get("/settlements/{settlement_id}/reconciliation")
async def read_reconciliation(
    one: SeenSettlement, _principal: SettlementApprover, session: Tx
) -> ReconciliationOut:
    """全市对账：各项两边逐分相等。"""
    return present.reconciliation_out(await settlement_run.reconciliation(session, one))


@router.get("/settlements/{settlement_id}/workbook", response_class=Response, responses=_WORKBOOK)
async def download_settlement(
    one: SeenSettlement, principal: SettlementApprover, session: Tx
) -> Response:
    """结算汇总和对账（Excel）。"""
    rows = await queries.statements_of(session, principal, one.id)
    city_name, papers = await present.papers(session, one, rows)
    compared = await settlement_run.reconciliation(session, one)
    content = settlement_workbook(city_name, one.month, papers, compared)
    name = word("settlement_file", month=f"{one.month:%Y-%m}")
    return _file(content, f"{name}.xlsx", MEDIA_TYPE)


@router.post("/settlements/{settlement_id}/payouts", status_code=201)
@idempotent
async def prepare_payouts(
    one: SeenSettlement, principal: SettlementWriter, session: Tx
) -> PayoutsPrepared:
    """为可付款的服务商逐一提交付款，等待另一人复核。"""
    made = await payouts.prepare_all(session, principal, one.id)
    return PayoutsPrepared(items=await present.payouts_out(session, principal, made))


@router.get("/statements/{statement_id}")
async def read_statement(
    row: SeenStatement, principal: SettlementReader, session: Tx
) -> VendorStatementOut:
    """一份结算单。"""
    return (await present.statements_out(session, principal, [row]))[0]


@router.get("/statements/{statement_id}/pdf", response_class=Response, responses=_PDF)
async def print_statement(
    row: SeenStatement, _principal: SettlementReader, session: Tx
) -> Response:
    """结算单（PDF，可打印签章）。"""
    from hotline.dispatch.settlement_pdf import statement_pdf

    paper = await present.paper(session, row, with_entries=True)
    content = statement_pdf(paper, made_on=today())
    return _file(content, f"{_name(row, paper.month)}.pdf", "application/pdf")


@router.get("/statements/{statement_id}/workbook", response_class=Response, responses=_WORKBOOK)
async def download_statement(
    row: SeenStatement, _principal: SettlementReader, session: Tx
) -> Response:
    """结算单和账目明细（Excel）。"""
    paper = await present.paper(session, row, with_entries=True)
    return _file(statement_workbook(paper), f"{_name(row, paper.month)}.xlsx", MEDIA_TYPE)


@router.get("/payouts")
async def list_payouts(
    session: Tx, principal: SettlementReader, after: UUID | None = None, limit: Limit = 50
) -> PayoutPage:
    """付款，新的在前。"""
    rows = list(await session.scalars(queries.payout_page(principal, after).limit(limit + 1)))
    items = await present.payouts_out(session, principal, rows[:limit])
    return PayoutPage(items=items, next=f"{rows[limit - 1].id}" if len(rows) > limit else None)


@router.post("/payouts", status_code=201)
@idempotent
async def prepare_payout(session: Tx, principal: SettlementWriter, body: PayoutIn) -> PayoutOut:
    """提交一笔付款：应付款、退还保证金，或者以保证金先行赔付。"""
    return await _out(session, principal, await payouts.prepare(session, principal, body))


@router.post("/payouts/{payout_id}/approve")
@idempotent
async def approve_payout(
    payout_id: SeenPayout, principal: SettlementApprover, session: Tx
) -> PayoutOut:
    """复核通过；复核人不能是提交人。"""
    return await _out(session, principal, await payouts.approve(session, principal, payout_id))


@router.post("/payouts/{payout_id}/refuse")
@idempotent
async def refuse_payout(
    payout_id: SeenPayout, principal: SettlementWriter, session: Tx, body: SettlementReasonIn
) -> PayoutOut:
    """复核不通过，或者由提交人撤回。"""
    made = await payouts.refuse(session, principal, payout_id, reason=body.reason)
    return await _out(session, principal, made)


@router.post("/payouts/{payout_id}/paid")
@idempotent
async def mark_paid(
    payout_id: SeenPayout, principal: SettlementWriter, session: Tx, body: PaidIn
) -> PayoutOut:
    """已由银行付款，登记流水号。"""
    reference = body.bank_reference
    made = await payouts.mark_paid(session, principal, payout_id, bank_reference=reference)
    return await _out(session, principal, made)


@router.post("/payouts/{payout_id}/returned")
@idempotent
async def mark_returned(
    payout_id: SeenPayout, principal: SettlementWriter, session: Tx, body: SettlementReasonIn
) -> PayoutOut:
    """银行退回：冲销付款，款项回到应付。"""
    made = await payouts.mark_returned(session, principal, payout_id, reason=body.reason)
    return await _out(session, principal, made)


async def _out(session: Tx, principal: AnyAccount, payout: Payout) -> PayoutOut:
    return (await present.payouts_out(session, principal, [payout]))[0]


def _name(row: Statement, month: date) -> str:
    return word("statement_file", vendor=row.vendor_name, month=month_word(month))


def _file(content: bytes, name: str, media_type: str) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "Cache-Control": "private, no-store",
    }
    return Response(content, headers=headers, media_type=media_type)
