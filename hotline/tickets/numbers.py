"""The number of a ticket, as people say it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hotline import clock
from hotline.tickets.models import ticket_number


async def next_number(session: AsyncSession) -> str:
    """`2026-1125-000123`: the day in the city, then a number that no other ticket of the day has.

    People are told the last digits. Numbers may have gaps.
    """
    value = await session.scalar(select(ticket_number.next_value()))
    return f"{clock.local(clock.now()):%Y-%m%d}-{int(value or 0) % 1_000_000:06d}"
