"""One caller is one caller, however the network writes the number."""

from sqlalchemy.ext.asyncio import AsyncSession

from hotline.errors import InvalidInput
from hotline.tickets.words import normal_number
from hotline.vault import vault_of


def blind_of(session: AsyncSession, number: str) -> bytes:
    """Equal for equal numbers, here and on tickets; addresses that are none stay as they are."""
    try:
        number = normal_number(number)
    except InvalidInput:
        return vault_of(session).blind(number, purpose="phone")
    return vault_of(session).blind(number, purpose="phone")
