"""Orders that were paid for, and months that pass, for the tests of the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.directory.models import Vendor
from hotline.dispatch.ledger_models import Settlement
from hotline.dispatch.models import WorkOrder
from hotline.dispatch.settlement_reconcile import Compared
from hotline.dispatch.settlement_run import reconciliation
from hotline.dispatch.states import OrderState
from tests.dispatch.town import Town


@contextmanager
def on(month: int, day: int, year: int = 2026) -> Iterator[None]:
    with clock.stopped(datetime(year, month, day, 10, 0, tzinfo=clock.LOCAL)):
        yield


async def paid_order(town: Town, vendor: Vendor, cents: int, **given: Any) -> WorkOrder:
    """As it stands once the resident has paid the vendor."""
    order = await town.order()
    values: dict[str, Any] = {
        "state": OrderState.COMPLETED,
        "vendor_id": vendor.id,
        "amount_cents": cents,
        "paid_at": clock.now(),
        "accepted_at": clock.now(),
        "ended_at": clock.now(),
    }
    for name, value in (values | given).items():
        setattr(order, name, value)
    await town.session.flush()
    return order


async def stand(session: AsyncSession, order: WorkOrder, state: OrderState) -> None:
    order.state = state
    await session.flush()


async def check_now(session: AsyncSession) -> None:
    """What the database checks when a transaction commits."""
    await session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    await session.execute(text("SET CONSTRAINTS ALL DEFERRED"))


async def unequal(session: AsyncSession, one: Settlement) -> list[Compared]:
    return [compared for compared in await reconciliation(session, one) if not compared.is_equal]
