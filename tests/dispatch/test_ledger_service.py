"""The ledger in the database: it follows orders, it is only added to, it balances or fails."""

import random

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.db import uuid7
from hotline.dispatch import ledger_queries as queries
from hotline.dispatch import ledger_service as service
from hotline.dispatch.ledger import Account, EntryKind, deposit, frozen, owed_to_vendor, turnover
from hotline.dispatch.ledger_models import LedgerEntry, LedgerLine
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.settlement_run import catch_up, open_books
from hotline.dispatch.settlement_schemas import FeeRuleLine, FeeRulesIn, LedgerEntryIn
from hotline.dispatch.states import OrderState
from hotline.errors import NotFound
from tests.dispatch.accounts_of_town import check_now, on, paid_order, stand
from tests.dispatch.town import Town


async def kinds(session: AsyncSession, order: WorkOrder) -> list[EntryKind]:
    return [entry.kind for entry in await queries.entries_of_order(session, order.id)]


async def four_orders(town: Town) -> list[WorkOrder]:
    """The fourth of a month costs a fee by the shipped rules."""
    vendor = town.vendors[0]
    orders = [await paid_order(town, vendor, 20_000) for _ in range(4)]
    for order in orders:
        await service.follow_order(town.session, order.id)
    return orders


async def test_a_paid_order_is_booked_once_with_its_fee(staffed: Town) -> None:
    *_, fourth = await four_orders(staffed)
    assert await kinds(staffed.session, fourth) == [EntryKind.ORDER, EntryKind.FEE]
    assert await service.follow_order(staffed.session, fourth.id) == []
    sums = await queries.balances_of(staffed.session, staffed.vendors[0].id)
    assert (turnover(sums), owed_to_vendor(sums)) == (80_000, -600)
    await check_now(staffed.session)


async def test_an_order_that_is_not_paid_is_not_booked(staffed: Town) -> None:
    order = await paid_order(
        staffed, staffed.vendors[0], 9_000, state=OrderState.TO_PAY, paid_at=None
    )
    assert await service.follow_order(staffed.session, order.id) == []


async def test_a_dispute_freezes_and_its_end_releases(staffed: Town) -> None:
    *_, order = await four_orders(staffed)
    await stand(staffed.session, order, OrderState.DISPUTED)
    await service.follow_order(staffed.session, order.id)
    sums = await queries.balances_of(staffed.session, staffed.vendors[0].id)
    assert (owed_to_vendor(sums), frozen(sums)) == (0, -600)
    await stand(staffed.session, order, OrderState.COMPLETED)
    await service.follow_order(staffed.session, order.id)
    sums = await queries.balances_of(staffed.session, staffed.vendors[0].id)
    assert (owed_to_vendor(sums), frozen(sums)) == (-600, 0)


async def test_a_voided_order_is_taken_back_whole(staffed: Town) -> None:
    *_, order = await four_orders(staffed)
    await stand(staffed.session, order, OrderState.CANCELLED)
    made = await service.follow_order(staffed.session, order.id)
    assert [entry.kind for entry in made] == [EntryKind.REVERSAL, EntryKind.REVERSAL]
    sums = await queries.balances_of(staffed.session, staffed.vendors[0].id)
    assert (turnover(sums), owed_to_vendor(sums)) == (60_000, 0)


async def test_what_was_missed_is_caught_up(staffed: Town) -> None:
    orders = await four_orders(staffed)
    late = await paid_order(staffed, staffed.vendors[1], 5_000)
    await stand(staffed.session, orders[3], OrderState.DISPUTED)
    assert await catch_up(staffed.session, staffed.city.id) == 2
    assert EntryKind.ORDER in await kinds(staffed.session, late)
    assert await catch_up(staffed.session, staffed.city.id) == 0


async def test_a_subsidy_waits_seven_days_and_a_correction_does_not(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    boss = await staffed.city.person(session, "city_supervisor")
    order = await paid_order(staffed, vendor, 9_000)
    subsidy = LedgerEntryIn(
        kind=EntryKind.SUBSIDY, cents=3_000, note="高龄补贴", work_order_id=order.id
    )
    await service.post_by_hand(session, boss, vendor.id, subsidy)
    wanted = LedgerEntryIn(kind=EntryKind.CORRECTION, cents=1_000, note="上月少记")
    await service.post_by_hand(session, boss, vendor.id, wanted)
    assert await queries.payable(session, [vendor.id], service.today()) == {vendor.id: 1_000}
    later = service.today() + service.WAIT
    assert await queries.payable(session, [vendor.id], later) == {vendor.id: 4_000}


async def test_an_entry_by_hand_is_taken_back_once(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    boss = await staffed.city.person(session, "city_supervisor")
    wanted = LedgerEntryIn(kind=EntryKind.PENALTY, cents=5_000, note="爽约")
    entry = await service.post_by_hand(session, boss, vendor.id, wanted)
    await service.take_back(session, boss, entry.id, reason="申诉成立")
    assert owed_to_vendor(await queries.balances_of(session, vendor.id)) == 0
    with pytest.raises(service.EntryTakenBack):
        await service.take_back(session, boss, entry.id, reason="再来一次")


async def test_what_follows_an_order_is_not_taken_back_by_hand(staffed: Town) -> None:
    boss = await staffed.city.person(staffed.session, "city_supervisor")
    first, *_ = await four_orders(staffed)
    (entry,) = await queries.entries_of_order(staffed.session, first.id)
    with pytest.raises(service.EntryFollows):
        await service.take_back(staffed.session, boss, entry.id, reason="不想要")


async def test_a_penalty_is_not_taken_from_a_deposit_that_is_not_there(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    boss = await staffed.city.person(session, "city_supervisor")
    wanted = LedgerEntryIn(kind=EntryKind.PENALTY, cents=300_001, note="爽约", is_from_deposit=True)
    assert await open_books(session, staffed.city.id) == 3
    assert await open_books(session, staffed.city.id) == 0
    with pytest.raises(service.DepositTooSmall):
        await service.post_by_hand(session, boss, vendor.id, wanted)
    enough = wanted.model_copy(update={"cents": 300_000})
    await service.post_by_hand(session, boss, vendor.id, enough)
    assert deposit(await queries.balances_of(session, vendor.id)) == 0


async def test_a_district_keeps_accounts_with_vendors_that_work_there(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    wanted = LedgerEntryIn(kind=EntryKind.CORRECTION, cents=1, note="试记")
    here = await staffed.city.person(session, "district_supervisor", "乌达区")
    assert await service.post_by_hand(session, here, vendor.id, wanted)
    elsewhere = await staffed.city.person(session, "district_supervisor", "海南区")
    with pytest.raises(NotFound):
        await service.post_by_hand(session, elsewhere, vendor.id, wanted)


async def test_new_fee_rules_hold_from_their_day(staffed: Town) -> None:
    session, vendor = staffed.session, staffed.vendors[0]
    boss = await staffed.city.person(session, "city_supervisor")
    line = FeeRuleLine(name="每单一元", fixed_cents=100)
    wanted = FeeRulesIn(version=0, valid_from=service.today(), rules=[line])
    await service.set_fee_rules(session, boss, staffed.city.id, wanted)
    order = await paid_order(staffed, vendor, 20_000)
    await service.follow_order(session, order.id)
    assert owed_to_vendor(await queries.balances_of(session, vendor.id)) == -100
    with on(11, 24):
        rules = await queries.fee_rules(session, staffed.city.id, service.today())
    assert len(rules) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET note = '改'",
        "DELETE FROM ledger_line",
        "UPDATE ledger_line SET cents = cents + 1",
        "DELETE FROM ledger_entry",
    ],
)
async def test_nobody_changes_the_ledger(staffed: Town, statement: str) -> None:
    await four_orders(staffed)
    with pytest.raises(DBAPIError, match=r"permission denied|only ever added to"):
        await staffed.session.execute(text(statement))


async def test_not_even_the_owner_of_the_tables_changes_the_ledger(staffed: Town) -> None:
    await four_orders(staffed)
    await staffed.session.execute(text("RESET ROLE"))
    await staffed.session.execute(text("SET LOCAL ROLE hotline_migrate"))
    with pytest.raises(DBAPIError, match="ledger_line is only ever added to"):
        await staffed.session.execute(text("UPDATE ledger_line SET cents = 1"))


async def lopsided(town: Town, *cents: int, line_count: int) -> None:
    vendor = town.vendors[0]
    entry_id = uuid7()
    entry = LedgerEntry(
        id=entry_id, number=10**9, city_id=town.city.id, vendor_id=vendor.id,
        kind=EntryKind.CORRECTION, booked_on=service.today(), payable_on=service.today(),
        line_count=line_count, note="歪账",
    )  # fmt: skip
    town.session.add(entry)
    await town.session.flush()
    for position, amount in enumerate(cents):
        row = {"entry_id": entry_id, "position": position, "vendor_id": vendor.id,
               "account": Account.VENDOR, "cents": amount}  # fmt: skip
        await town.session.execute(insert(LedgerLine).values(**row))


@pytest.mark.parametrize(
    ("cents", "line_count"), [((100, -99), 2), ((100,), 2), ((), 2), ((5, -5, 7, -7), 2)]
)
async def test_an_entry_out_of_balance_is_not_committed(
    staffed: Town, cents: tuple[int, ...], line_count: int
) -> None:
    await lopsided(staffed, *cents, line_count=line_count)
    with pytest.raises(IntegrityError, match="out of balance"):
        await check_now(staffed.session)


async def test_the_ledger_in_the_database_balances_after_random_operations(staffed: Town) -> None:
    session, chance = staffed.session, random.Random(114)
    boss = await staffed.city.person(session, "city_supervisor")
    await open_books(session, staffed.city.id)
    orders = [
        await paid_order(staffed, chance.choice(staffed.vendors), chance.randint(100, 90_000))
        for _ in range(12)
    ]
    states = [OrderState.COMPLETED, OrderState.DISPUTED, OrderState.CANCELLED, OrderState.RATED]
    for _ in range(120):
        order = chance.choice(orders)
        order.amount_cents = chance.choice([order.amount_cents, chance.randint(100, 90_000)])
        await stand(session, order, chance.choice(states))
        await service.follow_order(session, order.id)
        if chance.random() < 0.2:
            cents = chance.choice([-1, 1]) * chance.randint(1, 9_000)
            wanted = LedgerEntryIn(kind=EntryKind.CORRECTION, cents=cents, note="更正")
            await service.post_by_hand(session, boss, order.vendor_id, wanted)
    await check_now(session)
    lines = (await session.scalars(select(LedgerLine.cents))).all()
    assert sum(lines) == 0
    assert len(lines) > 200
    assert await catch_up(session, staffed.city.id) == 0
