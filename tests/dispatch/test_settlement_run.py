"""Months are settled in order, to the cent; pay-outs need two persons."""

from datetime import date
from io import BytesIO
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.models import Vendor
from hotline.dispatch import ledger_queries as ledger
from hotline.dispatch import ledger_service, payouts, settlement_present, settlement_run
from hotline.dispatch import settlement_queries as queries
from hotline.dispatch.ledger import EntryKind, deposit, owed_to_vendor
from hotline.dispatch.ledger_models import Payout, PayoutPurpose, PayoutState, Settlement
from hotline.dispatch.settlement_pdf import statement_pdf
from hotline.dispatch.settlement_schemas import LedgerEntryIn, PayoutIn
from hotline.dispatch.settlement_sheets import settlement_workbook, statement_workbook
from hotline.dispatch.states import OrderState
from hotline.principal import Principal
from tests.dispatch.accounts_of_town import check_now, on, paid_order, stand, unequal
from tests.dispatch.town import Town

NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


async def by_hand(town: Town, vendor: Vendor, kind: EntryKind, cents: int) -> None:
    boss = await town.city.person(town.session, "city_supervisor")
    wanted = LedgerEntryIn.model_construct(
        kind=kind, cents=cents, note="记账", is_from_deposit=False, work_order_id=None
    )
    await ledger_service.post_by_hand(town.session, boss, vendor.id, wanted)


async def november(town: Town) -> Settlement:
    """Four orders, a deposit, a subsidy-like correction and a penalty; settled in December."""
    first, second, _ = town.vendors
    for _ in range(4):
        await paid_order(town, first, 20_000)
    await by_hand(town, first, EntryKind.DEPOSIT, 300_000)
    await by_hand(town, first, EntryKind.CORRECTION, 50_000)
    await by_hand(town, second, EntryKind.PENALTY, 8_000)
    await settlement_run.catch_up(town.session, town.city.id)
    with on(12, 2):
        return await settlement_run.settle(town.session, town.city.id, NOVEMBER)


async def people(town: Town) -> tuple[Principal, Principal]:
    """Who prepares, and who approves."""
    preparer = await town.city.person(town.session, "district_supervisor", "海勃湾区")
    return preparer, await town.city.person(town.session, "city_supervisor")


async def test_a_month_in_statements_that_reconcile(staffed: Town) -> None:
    one = await november(staffed)
    boss = await staffed.city.person(staffed.session, "city_supervisor")
    first, second = await queries.statements_of(staffed.session, boss, one.id)
    assert (first.order_count, first.turnover_cents, first.deposit_cents) == (4, 80_000, 300_000)
    assert first.by_kind == {"fee": -600, "correction": 50_000}
    assert (first.opening_cents, first.closing_cents) == (0, 49_400)
    assert second.closing_cents == -8_000
    assert await unequal(staffed.session, one) == []
    await check_now(staffed.session)


async def test_the_next_month_opens_with_what_was_left(staffed: Town) -> None:
    await november(staffed)
    with on(12, 9):
        await by_hand(staffed, staffed.vendors[0], EntryKind.CORRECTION, -400)
    with on(1, 3, 2027):
        one = await settlement_run.settle(staffed.session, staffed.city.id, DECEMBER)
        assert await unequal(staffed.session, one) == []
    boss = await staffed.city.person(staffed.session, "city_supervisor")
    first, *_ = await queries.statements_of(staffed.session, boss, one.id)
    assert (first.opening_cents, first.closing_cents) == (49_400, 49_000)
    assert (first.turnover_cents, first.order_count) == (0, 0)


async def test_months_are_settled_once_in_order_and_when_they_are_over(staffed: Town) -> None:
    await november(staffed)
    session, city_id = staffed.session, staffed.city.id
    with on(12, 31), pytest.raises(settlement_run.NotYetOver):
        await settlement_run.settle(session, city_id, DECEMBER)
    with on(1, 31, 2027):
        for month in (NOVEMBER, date(2027, 1, 1)):
            with pytest.raises(settlement_run.OutOfOrder):
                await settlement_run.settle(session, city_id, month)


async def test_nothing_is_booked_into_a_settled_month(staffed: Town) -> None:
    await november(staffed)
    with pytest.raises(IntegrityError, match="is settled"):
        await by_hand(staffed, staffed.vendors[0], EntryKind.CORRECTION, 1)


async def test_an_argued_order_is_frozen_and_not_paid_out(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    boss = await staffed.city.person(session, "city_supervisor")
    order = await paid_order(staffed, vendor, 9_000)
    wanted = LedgerEntryIn(kind=EntryKind.SUBSIDY, cents=3_000, note="补贴", work_order_id=order.id)
    await ledger_service.post_by_hand(session, boss, vendor.id, wanted)
    await stand(session, order, OrderState.DISPUTED)
    with on(12, 20):
        one = await settlement_run.settle(session, staffed.city.id, NOVEMBER)
        assert await unequal(session, one) == []
        assert await payouts.prepare_all(session, boss, one.id) == []
    await stand(session, order, OrderState.COMPLETED)
    with on(12, 21):
        await ledger_service.follow_order(session, order.id)
        (payout,) = await payouts.prepare_all(session, boss, one.id)
    assert payout.cents == 3_000


async def test_a_difference_is_found_to_the_cent(staffed: Town) -> None:
    one = await november(staffed)
    order = await paid_order(staffed, staffed.vendors[2], 1)
    (missing,) = await unequal(staffed.session, one)
    assert (missing.expected - missing.actual, missing.differences[0].subject) == (1, order.id)


async def test_one_prepares_and_another_approves(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    one = await november(staffed)
    preparer, boss = await people(staffed)
    with on(12, 3):
        (payout,) = await payouts.prepare_all(session, preparer, one.id)
        assert (payout.cents, payout.state) == (49_400, PayoutState.PREPARED)
        assert owed_to_vendor(await ledger.balances_of(session, vendor.id)) == 49_400
        await payouts.approve(session, boss, payout.id)
        assert owed_to_vendor(await ledger.balances_of(session, vendor.id)) == 0
        await payouts.mark_paid(session, preparer, payout.id, bank_reference="建行20261203")
        assert await payouts.prepare_all(session, preparer, one.id) == []
        assert await unequal(session, one) == []
    with pytest.raises(payouts.PayoutMoved):
        await payouts.approve(session, boss, payout.id)


async def test_whoever_prepared_it_does_not_approve_it(staffed: Town) -> None:
    one = await november(staffed)
    _, boss = await people(staffed)
    with on(12, 3):
        (payout,) = await payouts.prepare_all(staffed.session, boss, one.id)
        with pytest.raises(payouts.SamePerson):
            await payouts.approve(staffed.session, boss, payout.id)


async def test_the_database_itself_refuses_one_person_for_both(staffed: Town) -> None:
    one = await november(staffed)
    _, boss = await people(staffed)
    with on(12, 3):
        (payout,) = await payouts.prepare_all(staffed.session, boss, one.id)
    alone = update(Payout).where(Payout.id == payout.id)
    with pytest.raises(IntegrityError, match="two_persons"):
        await staffed.session.execute(
            alone.values(state=PayoutState.APPROVED, approved_by_id=boss.account_id)
        )


async def test_nothing_is_paid_that_nobody_approved(staffed: Town) -> None:
    one = await november(staffed)
    _, boss = await people(staffed)
    with on(12, 3):
        (payout,) = await payouts.prepare_all(staffed.session, boss, one.id)
        with pytest.raises(payouts.PayoutMoved):
            await payouts.mark_paid(staffed.session, boss, payout.id, bank_reference="0001")
    with pytest.raises(IntegrityError, match="ck_payout_approved"):
        await staffed.session.execute(
            text("UPDATE payout SET state = 'paid' WHERE id = :id"), {"id": payout.id}
        )


async def test_what_the_bank_returns_is_owed_again(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    one = await november(staffed)
    preparer, boss = await people(staffed)
    with on(12, 3):
        (payout,) = await payouts.prepare_all(session, preparer, one.id)
        await payouts.approve(session, boss, payout.id)
        await payouts.mark_returned(session, preparer, payout.id, reason="账号有误")
        assert owed_to_vendor(await ledger.balances_of(session, vendor.id)) == 49_400
        assert await unequal(session, one) == []
        (again,) = await payouts.prepare_all(session, preparer, one.id)
    assert again.id != payout.id


async def pay(town: Town, vendor: Vendor, cents: int, purpose: PayoutPurpose) -> UUID:
    preparer, boss = await people(town)
    wanted = PayoutIn(vendor_id=vendor.id, purpose=purpose, cents=cents, note="付款")
    payout = await payouts.prepare(town.session, preparer, wanted)
    await payouts.approve(town.session, boss, payout.id)
    return payout.id


async def test_no_more_is_paid_than_there_is(staffed: Town) -> None:
    await november(staffed)
    session, vendor = staffed.session, staffed.vendors[0]
    with on(12, 3):
        with pytest.raises(payouts.NothingToPay):
            await pay(staffed, vendor, 49_401, PayoutPurpose.BALANCE)
        with pytest.raises(payouts.NothingToPay):
            await pay(staffed, vendor, 300_001, PayoutPurpose.DEPOSIT)
        await pay(staffed, vendor, 100_000, PayoutPurpose.DEPOSIT)
        assert deposit(await ledger.balances_of(session, vendor.id)) == 200_000


async def test_one_pay_out_waits_at_a_time(staffed: Town) -> None:
    await november(staffed)
    preparer, _ = await people(staffed)
    wanted = PayoutIn(vendor_id=staffed.vendors[0].id, cents=100, note="付一部分")
    with on(12, 3):
        await payouts.prepare(staffed.session, preparer, wanted)
        with pytest.raises(payouts.PayoutOpen):
            await payouts.prepare(staffed.session, preparer, wanted)


async def test_what_has_gone_in_between_is_not_approved(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    one = await november(staffed)
    preparer, boss = await people(staffed)
    with on(12, 3):
        (payout,) = await payouts.prepare_all(session, preparer, one.id)
        await by_hand(staffed, vendor, EntryKind.PENALTY, 100)
        with pytest.raises(payouts.NothingToPay):
            await payouts.approve(session, boss, payout.id)


async def test_a_statement_as_pdf_and_workbook_says_the_same(staffed: Town) -> None:
    session = staffed.session
    one = await november(staffed)
    boss = await staffed.city.person(session, "city_supervisor")
    first, *_ = await queries.statements_of(session, boss, one.id)
    paper = await settlement_present.paper(session, first, with_entries=True)
    assert paper.entries[-1].balance_cents == first.closing_cents == 49_400
    pdf = statement_pdf(paper, made_on=date(2026, 12, 2))
    assert pdf.startswith(b"%PDF-")
    assert b"STSong-Light" in pdf
    figures, entries = load_workbook(BytesIO(statement_workbook(paper))).worksheets
    cells = {row[0].value: row[1].value for row in figures.iter_rows(max_col=2)}
    assert (cells["服务费"], cells["期末余额"], cells["保证金余额"]) == (-6, 494, 3000)
    assert [cell.value for cell in entries[entries.max_row]][-2:] == [494, 494]


async def test_the_settlement_as_a_workbook_adds_up(staffed: Town) -> None:
    session = staffed.session
    staffed.vendors[0].name = '=HYPERLINK("x")'
    one = await november(staffed)
    boss = await staffed.city.person(session, "city_supervisor")
    rows = await queries.statements_of(session, boss, one.id)
    city_name, papers = await settlement_present.papers(session, one, rows)
    compared = await settlement_run.reconciliation(session, one)
    written = settlement_workbook(city_name, one.month, papers, compared)
    summary, checks = load_workbook(BytesIO(written)).worksheets
    headings = [cell.value for cell in summary[4]]
    total = dict(zip(headings, (cell.value for cell in summary[summary.max_row]), strict=True))
    assert total["期初余额"] + sum(
        total[name] for name in ("服务费", "更正", "违约金", "付款")
    ) == pytest.approx(total["期末余额"])
    assert total["期末余额"] == 414
    assert summary["B5"].value == '\'=HYPERLINK("x")'
    assert {row[4].value for row in checks.iter_rows(min_row=3)} == {"一致"}
    assert settlement_workbook(city_name, one.month, [], []).startswith(b"PK")


async def test_a_district_sees_the_statements_of_its_vendors_alone(staffed: Town) -> None:
    session: AsyncSession = staffed.session
    one = await november(staffed)
    elsewhere = await staffed.city.person(session, "district_supervisor", "海南区")
    assert await queries.statements_of(session, elsewhere, one.id) == []
    here = await staffed.city.person(session, "district_supervisor", "乌达区")
    assert len(await queries.statements_of(session, here, one.id)) == 2
