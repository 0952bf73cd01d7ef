"""Who ordered and where to, as it is kept: masked to be read, sealed to be opened."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline.directory.models import Place
from hotline.dispatch.models import WorkOrder
from hotline.privacy import mask_number, mask_text
from hotline.tickets.words import normal_number
from hotline.vault import vault_of

_TABLE = "work_order"
PHONE = "phone"
"""The blind index of telephone numbers, the same for calls, tickets, messages and orders."""


def set_caller(session: AsyncSession, order: WorkOrder, number: str | None) -> None:
    if number is None:
        order.caller_sealed = order.caller_blind = order.caller_masked = None
        return
    e164, vault = normal_number(number), vault_of(session)
    order.caller_sealed = vault.seal(e164, table=_TABLE, column="caller", row=order.id)
    order.caller_blind = vault.blind(e164, purpose=PHONE)
    order.caller_masked = mask_number(e164)


def set_address(session: AsyncSession, order: WorkOrder, address: str | None) -> None:
    if address is None:
        order.address_sealed = order.address_masked = None
        return
    vault = vault_of(session)
    order.address_sealed = vault.seal(address, table=_TABLE, column="address", row=order.id)
    order.address_masked = mask_text(address)


def caller_of(session: AsyncSession, order: WorkOrder) -> str | None:
    if order.caller_sealed is None:
        return None
    vault = vault_of(session)
    return vault.open(order.caller_sealed, table=_TABLE, column="caller", row=order.id)


def address_of(session: AsyncSession, order: WorkOrder) -> str | None:
    if order.address_sealed is None:
        return None
    vault = vault_of(session)
    return vault.open(order.address_sealed, table=_TABLE, column="address", row=order.id)


async def place_in(session: AsyncSession, city_id: UUID, address: str) -> Place | None:
    """The longest name on the city's map that stands in the address."""
    rows = await session.scalars(select(Place).where(Place.city_id == city_id))
    names = [(name, row) for row in rows for name in (row.name, *row.aliases) if name in address]
    return max(names, key=lambda pair: len(pair[0]))[1] if names else None
